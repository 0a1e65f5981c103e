package dev.slipway.database.rehearsal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.database.migrations.Migration;
import dev.slipway.database.migrations.MigrationFile;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class StatementWordsTest {

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "CREATE TABLE orders (id int, x text DEFAULT 'hunter2')|adds table orders|compatible",
                "CREATE TABLE IF NOT EXISTS \"Odd.One\".\"Two\" (id int)|adds table Odd.One.Two|compatible",
                "CREATE UNLOGGED TABLE a AS SELECT 1|adds table a, filled by a query|compatible",
                "ALTER TABLE orders ADD COLUMN due date|adds column orders.due|compatible",
                "ALTER TABLE ONLY shop.orders ADD due date NOT NULL|adds column shop.orders.due that takes no null|one-way",
                "ALTER TABLE orders ADD COLUMN IF NOT EXISTS n int NOT NULL DEFAULT 0|adds column orders.n that takes no null, with a value of its own|compatible",
                "ALTER TABLE orders DROP COLUMN note|drops column orders.note|one-way",
                "ALTER TABLE orders ALTER COLUMN total TYPE numeric(10,2), ALTER note SET NOT NULL|changes the type of column orders.total; lets column orders.note take no null any more|one-way",
                "ALTER TABLE orders RENAME note TO remark|renames column orders.note to remark|one-way",
                "ALTER TABLE orders RENAME TO purchases|renames table orders to purchases|one-way",
                "ALTER TABLE orders ADD CONSTRAINT positive CHECK (total > 0) NOT VALID|adds constraint positive to orders, without checking old rows|one-way",
                "ALTER TABLE orders VALIDATE CONSTRAINT positive|checks all rows of orders against constraint positive|compatible",
                "ALTER TABLE orders ENABLE ROW LEVEL SECURITY|switches row-level security of orders on|one-way",
                "CREATE INDEX CONCURRENTLY IF NOT EXISTS by_note ON orders (note)|adds index by_note on orders, without blocking writes|compatible",
                "CREATE UNIQUE INDEX ON orders (note)|adds unique index on orders, blocking writes while it is built|one-way",
                "DROP INDEX CONCURRENTLY by_note|drops index by_note, without blocking writes|one-way",
                "DROP TABLE a, b CASCADE|drops table a, b and what hangs on it|one-way",
                "UPDATE orders SET note = 'hunter2'|updates every row of orders|one-way",
                "UPDATE ONLY orders o SET note = (SELECT 'x' WHERE true)|updates every row of orders|one-way",
                "UPDATE orders SET note = 'x' WHERE id = 7|updates rows of orders|one-way",
                "DELETE FROM orders|deletes every row of orders|one-way",
                "INSERT INTO orders VALUES (1, 'hunter2')|inserts rows into orders|compatible",
                "TRUNCATE TABLE a, b|empties a, b|one-way",
                "CREATE OR REPLACE FUNCTION f(x int) RETURNS int LANGUAGE sql AS 'SELECT 1'|makes or replaces function f|one-way",
                "CREATE TRIGGER t BEFORE UPDATE ON orders FOR EACH ROW EXECUTE FUNCTION f()|adds trigger t on orders|one-way",
                "CREATE POLICY own ON orders USING (true)|adds policy own on orders|compatible",
                "DROP POLICY own ON orders|drops policy own on orders|one-way",
                "ALTER TYPE mood ADD VALUE 'hunter2'|adds a value to mood|compatible",
                "CREATE TYPE mood AS ENUM ('good')|adds type mood|compatible",
                "REVOKE ALL ON orders FROM PUBLIC|revokes rights|one-way",
                "DO $$ BEGIN PERFORM 'hunter2'; END $$|runs a block of code|one-way",
                "WITH gone AS (DELETE FROM orders RETURNING *) SELECT 1|changes rows by a query|one-way",
                "VACUUM FULL orders|rewrites tables by VACUUM FULL|compatible",
                "IMPORT FOREIGN SCHEMA x FROM SERVER y INTO z|import foreign schema x from server y into …|one-way",
            })
    void saysWhatAStatementDoesWithoutAValue(String sql, String words, String kind) {
        ReadFile read = read(sql);

        assertThat(String.join("; ", read.does())).isEqualTo(words).doesNotContain("hunter2");
        assertThat(read.kind().word()).isEqualTo(kind);
    }

    @Test
    void saysNothingOfWhatHasNoEffect() {
        ReadFile read = read("SET lock_timeout = '3s'; BEGIN; COMMIT");

        assertThat(read.does()).isEmpty();
        assertThat(read.kind()).isEqualTo(MigrationClass.COMPATIBLE);
    }

    @Test
    void countsWhatIsDoneAgainAndAgainAndEndsSomewhere() {
        StringBuilder sql = new StringBuilder("INSERT INTO a VALUES (1); ".repeat(3));
        for (int i = 0; i < 20; i++) {
            sql.append("CREATE TABLE t").append(i).append(" (id int); ");
        }

        List<String> does = read(sql.toString()).does();

        assertThat(does).hasSize(12).startsWith("inserts rows into a, 3 times").endsWith("and 10 more things");
    }

    @Test
    void doesNotMindWhatIsDoneToATableThatTheFileMakes() {
        ReadFile read =
                read("CREATE TABLE a (id int); ALTER TABLE a ADD PRIMARY KEY (id); CREATE UNIQUE INDEX u ON a (id);"
                        + " ALTER TABLE a ENABLE ROW LEVEL SECURITY; CREATE TABLE b (id int)");

        assertThat(read.kind()).isEqualTo(MigrationClass.COMPATIBLE);
        assertThat(ReadFile.unprotected(List.of(read))).containsExactly("b");
    }

    private static ReadFile read(String sql) {
        return ReadFile.of(new MigrationFile(new Migration("1", "m", "1_m.sql"), sql, ""));
    }
}
