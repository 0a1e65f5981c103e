package dev.slipway.plan;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A condition is asked before anybody has approved it: what could do something, or end its place, is none. */
class ConditionTest {

    @ParameterizedTest
    @ValueSource(
            strings = {
                "active",
                "active AND NOT hidden",
                "region IN (1, 2) OR (price >= 1.5 AND name <> 'it''s; -- fine')",
                "\"Order\" IS NOT NULL AND name LIKE 'a%'",
                "tags @> '{a}' AND settings ->> 'kind' = 'x'",
                "made > date '2026-01-01'",
                "id::text ~ '^1'",
                "price BETWEEN -1 AND +1"
            })
    void columnsLiteralsAndOperatorsAre(String condition) {
        assertThat(Condition.problem(condition)).isEmpty();
    }

    @Test
    void aLongOneIsRead() {
        assertThat(Condition.problem("name <> '" + "a''".repeat(6_000) + "'")).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "pg_sleep(1) IS NULL|calls the function `pg_sleep`",
                "pg_catalog.pg_sleep(1) IS NULL|holds `.`",
                "\"pg_sleep\"(1) IS NULL|calls the function",
                "true) OR (true|closes a parenthesis that it has not opened",
                "(true|leaves a parenthesis open",
                "true; DROP TABLE x|holds `;`",
                "true -- x|holds `-`",
                "true /* x */|holds `/`",
                "id IN (SELECT 1)|says `SELECT`",
                "name = E'\\\\'|holds a literal with a prefix",
                "name = U&'x'|holds `&`",
                "name = $$x$$|holds `$`",
                "made < now()|calls the function `now`",
                "made < current_timestamp|says `current_timestamp`",
                "name = 'x|holds `'`",
                "name = current_user|says `current_user`"
            })
    void whatCouldDoMoreIsNot(String condition, String problem) {
        assertThat(Condition.problem(condition)).get().asString().contains(problem);
    }
}
