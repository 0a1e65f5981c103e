package dev.slipway.database.migrations;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.quicktheories.QuickTheory.qt;
import static org.quicktheories.generators.SourceDSL.integers;
import static org.quicktheories.generators.SourceDSL.lists;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class SqlScriptTest {

    /** Statements whose semicolons are not the ends of them. */
    private static final List<String> STATEMENTS = List.of(
            "SELECT 1",
            "SELECT 'a;b', ''';', '--;', '/*'",
            "SELECT E'\\';', e'\\\\', 'x\\'",
            "SELECT 'one'\n  -- and;\n  '; two'",
            "SELECT U&'\\0061;', B'01', X'ff', N';'",
            "CREATE TABLE \"a;\"\"b\" (\"--\" int, \"$$\" text)",
            "SELECT $$ ; ' \" -- /* $$, $x$ $$ ; $y$ $x$, $1",
            "SELECT a$b$c, \"$x$\" FROM t$$",
            "SELECT 1 /* ; /* ; */ ' */ + 2",
            "SELECT 1 -- ; '\n + 2",
            "CREATE RULE r AS ON INSERT TO t DO ALSO (SELECT 1; SELECT ';')",
            "CREATE FUNCTION f() RETURNS int BEGIN ATOMIC SELECT CASE WHEN true THEN 1 END; SELECT 2; END",
            "CREATE OR REPLACE PROCEDURE p() LANGUAGE sql BEGIN ATOMIC INSERT INTO t VALUES (1); END",
            "DO $do$ BEGIN PERFORM ';'; END; $do$",
            "COMMENT ON TABLE atomic IS 'begin; end'");

    private static final List<String> BETWEEN =
            List.of(";", ";\n", " ;;\n\n", ";\r\n", "; -- it's; \"\n", "; /* ' ; */\n", "\n;\t");

    @Test
    void takesApartWhatWasPutTogether() {
        qt().forAll(
                        lists().of(integers().between(0, STATEMENTS.size() - 1)).ofSizeBetween(0, 12),
                        lists().of(integers().between(0, BETWEEN.size() - 1)).ofSize(12))
                .checkAssert((picked, breaks) -> {
                    StringBuilder script = new StringBuilder("-- head; '\n");
                    List<String> expected = new ArrayList<>();
                    for (int i = 0; i < picked.size(); i++) {
                        expected.add(STATEMENTS.get(picked.get(i)));
                        script.append(expected.get(i)).append(BETWEEN.get(breaks.get(i)));
                    }

                    assertThat(SqlScript.parse("x.sql", script.toString()).statements())
                            .extracting(SqlStatement::text)
                            .isEqualTo(expected);
                });
    }

    @Test
    void neverFailsInAnyOtherWayThanBySayingWhere() {
        List<String> pieces = List.of(
                "'",
                "\"",
                "$$",
                "$a$",
                "/*",
                "*/",
                "--",
                "\n",
                ";",
                "(",
                ")",
                "\\",
                "E'",
                "BEGIN ",
                "ATOMIC ",
                "COPY t FROM stdin;\n",
                "\\.\n",
                "x",
                " ",
                "\uFEFF",
                "\r");
        qt().forAll(lists().of(integers().between(0, pieces.size() - 1)).ofSizeBetween(0, 25))
                .checkAssert(picked -> {
                    StringBuilder script = new StringBuilder();
                    picked.forEach(piece -> script.append(pieces.get(piece)));
                    try {
                        SqlScript.parse("x.sql", script.toString());
                    } catch (MigrationFailed refused) {
                        assertThat(refused).hasMessageMatching("(?s)x\\.sql line \\d+: .*; .*");
                    }
                });
    }

    @Test
    void countsLinesWhateverTheyEndWith() {
        assertThat(SqlScript.parse("x.sql", "\r\nSELECT 1;\n\rSELECT\r\n 2;\n/*\n*/ SELECT 3")
                        .statements())
                .extracting(SqlStatement::line)
                .containsExactly(2, 4, 7);
    }

    @Test
    void tellsWhatCannotBeOneTransaction() {
        assertThat(needs("CREATE INDEX CONCURRENTLY i ON t (a)")).contains("line 1: CREATE INDEX CONCURRENTLY");
        assertThat(needs("SELECT 1; ALTER TYPE m ADD VALUE 'x'; SELECT 'x'::m")).contains("the new value 'x'");
        assertThat(needs("ALTER TYPE m ADD VALUE 'x'; SELECT 'y'::m")).isEmpty();
        assertThat(needs("BEGIN; SELECT 1; COMMIT")).isEmpty();
        assertThat(needs("BEGIN; SELECT 1; COMMIT; SELECT 2")).contains("handles transactions itself");
        assertThat(needs("REFRESH MATERIALIZED VIEW CONCURRENTLY m")).isEmpty();
        assertThat(needs("SELECT concurrently FROM t")).isEmpty();
        assertThat(needs("DO $$ BEGIN COMMIT; END $$")).contains("cannot run in a transaction");
    }

    @Test
    void refusesATransactionThatIsNotEnded() {
        assertThatThrownBy(() -> SqlScript.parse("x.sql", "SELECT 1;\nBEGIN;\nSELECT 2;"))
                .hasMessageContaining("x.sql line 2: the transaction that begins here is not ended");
    }

    @Test
    void showsAForeignQueryWithoutItsValues() {
        assertThat(Redacted.query("UPDATE users SET email = 'ana@example.com', n = 4711 WHERE \"Id\" IN (1, 2) -- x"))
                .isEqualTo("`UPDATE USERS SET EMAIL =, N = WHERE \"Id\" IN(,)`");
        assertThat(Redacted.query("SELECT * FROM cards WHERE number = '4111 11"))
                .isEqualTo("`SELECT …`");
    }

    private static String needs(String sql) {
        return SqlScript.parse("x.sql", sql).needsPieces().orElse("");
    }
}
