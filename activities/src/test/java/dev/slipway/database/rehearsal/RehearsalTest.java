package dev.slipway.database.rehearsal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.slipway.database.Connections;
import dev.slipway.database.PostgresBinaries;
import dev.slipway.database.PostgresUrl;
import dev.slipway.database.ThrowAwayCluster;
import dev.slipway.database.backup.ScratchCopies;
import dev.slipway.database.backup.ScratchCopy;
import dev.slipway.database.migrations.MigrationRequest;
import dev.slipway.database.migrations.MigrationTool;
import dev.slipway.database.migrations.MigrationTools;
import dev.slipway.plan.Migrate;
import dev.slipway.process.Command;
import dev.slipway.process.CommandResult;
import dev.slipway.process.CommandRunner;
import dev.slipway.process.Pulse;
import dev.slipway.process.WorkInterrupted;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.SocketTimeoutException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RehearsalTest {

    private static final Duration LONG = Duration.ofMinutes(2);
    private static final Migrate NUMBERED =
            new Migrate("", List.of(), Duration.ofSeconds(3), List.of(), "", "", "db", "", List.of(), "");

    @TempDir
    static Path shared;

    private static ThrowAwayCluster cluster;
    private static Path dump;
    private static ScratchCopy copy;

    private final MigrationTool tool =
            new MigrationTools(new CommandRunner()).of(NUMBERED).orElseThrow();

    @TempDir
    Path root;

    private int next;

    @BeforeAll
    static void dumpAShop() {
        cluster = ThrowAwayCluster.start();
        cluster.createDatabase("shop");
        for (String sql : List.of(
                "CREATE ROLE shop_owner",
                "CREATE TABLE customers (id int PRIMARY KEY, name varchar(40), mail text, age int, born date)",
                "INSERT INTO customers SELECT n, 'name ' || n, 'mail' || n || '@example.com', n % 90, '2000-01-01'"
                        + " FROM generate_series(1, 20000) n",
                "CREATE TABLE orders (id int PRIMARY KEY, customer int, total numeric(10,2), note text)",
                "INSERT INTO orders SELECT n, n, n, 'note' FROM generate_series(1, 1000) n",
                "CREATE INDEX orders_note ON orders (note)",
                "CREATE TABLE secrets (value text)",
                "INSERT INTO secrets VALUES ('hunter2')",
                "CREATE FUNCTION as_owner(command text) RETURNS void LANGUAGE plpgsql SECURITY DEFINER AS $$ BEGIN EXECUTE"
                        + " command; END $$",
                "ALTER TABLE orders OWNER TO shop_owner")) {
            cluster.execute("shop", sql);
        }
        dump = dump("shop");
        copy = new ScratchCopies(PostgresBinaries.find(), new CommandRunner()).of(dump, LONG, Pulse.unheard());
    }

    @AfterAll
    static void closeCluster() {
        copy.close();
        cluster.close();
    }

    @BeforeEach
    void makeFolder() throws Exception {
        Files.createDirectories(root.resolve("db"));
        next = 1;
    }

    /** Every lock that the reference tables of migrations tell, taken from a real server. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "ALTER TABLE customers ADD COLUMN nick text|ACCESS EXCLUSIVE|READS_AND_WRITES|false",
                "ALTER TABLE customers ADD COLUMN nick text NOT NULL DEFAULT 'x'|ACCESS EXCLUSIVE|READS_AND_WRITES|false",
                "ALTER TABLE customers ADD COLUMN seen timestamptz DEFAULT clock_timestamp()|ACCESS EXCLUSIVE|READS_AND_WRITES|true",
                "ALTER TABLE customers ADD COLUMN twice int GENERATED ALWAYS AS (age * 2) STORED|ACCESS EXCLUSIVE|READS_AND_WRITES|true",
                "ALTER TABLE customers ADD COLUMN number serial|ACCESS EXCLUSIVE|READS_AND_WRITES|true",
                "ALTER TABLE customers ALTER COLUMN age TYPE bigint|ACCESS EXCLUSIVE|READS_AND_WRITES|true",
                "ALTER TABLE customers ALTER COLUMN name TYPE varchar(30)|ACCESS EXCLUSIVE|READS_AND_WRITES|true",
                "ALTER TABLE customers ALTER COLUMN name TYPE varchar(80)|ACCESS EXCLUSIVE|READS_AND_WRITES|false",
                "ALTER TABLE customers ALTER COLUMN mail SET NOT NULL|ACCESS EXCLUSIVE|READS_AND_WRITES|false",
                "ALTER TABLE customers ADD CHECK (age >= 0)|ACCESS EXCLUSIVE|READS_AND_WRITES|false",
                "ALTER TABLE customers ADD CONSTRAINT old CHECK (age >= 0) NOT VALID|ACCESS EXCLUSIVE|READS_AND_WRITES|false",
                "CREATE INDEX customers_mail ON customers (mail)|SHARE|WRITES|false",
                "CREATE INDEX CONCURRENTLY customers_mail ON customers (mail)|SHARE UPDATE EXCLUSIVE|NOTHING|false",
                "ALTER TABLE customers RENAME COLUMN mail TO email|ACCESS EXCLUSIVE|READS_AND_WRITES|false",
                "ALTER TABLE customers DROP COLUMN mail|ACCESS EXCLUSIVE|READS_AND_WRITES|false",
                "TRUNCATE customers|ACCESS EXCLUSIVE|READS_AND_WRITES|true",
                "LOCK TABLE customers IN EXCLUSIVE MODE|EXCLUSIVE|WRITES|false",
                "CREATE TRIGGER t BEFORE UPDATE ON customers FOR EACH ROW EXECUTE FUNCTION suppress_redundant_updates_trigger()|SHARE ROW EXCLUSIVE|WRITES|false",
                "VACUUM FULL customers|ACCESS EXCLUSIVE|READS_AND_WRITES|true",
            })
    void tellsTheLockAndTheRewrite(String sql, String mode, HeldLock.Blocks blocks, boolean rewritten)
            throws Exception {
        if (sql.contains("CONCURRENTLY") || sql.startsWith("VACUUM")) {
            // outside of a transaction a lock is seen only while it is held, and memory is fast
            up("INSERT INTO customers SELECT n, 'name', 'mail' || n FROM generate_series(20001, 200000) n");
        }
        up(sql);

        List<RehearsedFile> files = rehearse().files();
        RehearsedFile file = files.get(files.size() - 1);

        assertThat(file.locks()).anySatisfy(lock -> {
            assertThat(lock.table()).isEqualTo("public.customers");
            assertThat(lock.mode()).isEqualTo(mode);
            assertThat(lock.blocks()).isEqualTo(blocks);
            assertThat(lock.held()).isPositive();
        });
        assertThat(file.rewritten()).isEqualTo(rewritten ? List.of("public.customers") : List.of());
    }

    @Test
    void tellsTheLocksOfBothTablesOfAForeignKeyAndOfItsLaterCheck() throws Exception {
        up("ALTER TABLE orders ADD CONSTRAINT of_customer FOREIGN KEY (customer) REFERENCES customers NOT VALID");
        up("ALTER TABLE orders VALIDATE CONSTRAINT of_customer");

        Rehearsed rehearsed = rehearse();

        assertThat(rehearsed.files().get(0).locks())
                .extracting(HeldLock::table, HeldLock::mode)
                .containsExactlyInAnyOrder(
                        org.assertj.core.groups.Tuple.tuple("public.orders", "SHARE ROW EXCLUSIVE"),
                        org.assertj.core.groups.Tuple.tuple("public.customers", "SHARE ROW EXCLUSIVE"));
        assertThat(rehearsed.files().get(1).locks())
                .extracting(HeldLock::table, HeldLock::mode)
                .containsExactly(org.assertj.core.groups.Tuple.tuple("public.orders", "SHARE UPDATE EXCLUSIVE"));
    }

    @Test
    void countsALockToTheEndOfItsTransactionAndOfThoseThatShareIt() throws Exception {
        up("ALTER TABLE customers ADD COLUMN nick text; SELECT pg_sleep(0.3)");
        up("SELECT pg_sleep(0.4)");

        Rehearsed together = allOrNothing();
        assertThat(together.files().get(0).locks().get(0).held()).isGreaterThan(Duration.ofMillis(700));
        assertThat(together.files().get(1).locks()).isEmpty();

        Rehearsed apart = rehearse();
        assertThat(apart.files().get(0).locks().get(0).held())
                .isBetween(Duration.ofMillis(300), apart.files().get(0).took());
    }

    @Test
    void rehearsesFlywaysFilesAsTheOneTransactionThatTheyAreAndTakesThemBack() throws Exception {
        Path folder = Files.createDirectories(root.resolve("flyway"));
        Files.writeString(folder.resolve("V1__due.sql"), "ALTER TABLE ${table} ADD COLUMN due date");
        Files.writeString(folder.resolve("U1__due.sql"), "ALTER TABLE orders DROP COLUMN due");
        Files.writeString(folder.resolve("V2__slow.sql"), "SELECT pg_sleep(0.3)");
        Files.writeString(folder.resolve("U2__slow.sql"), "SELECT 1");
        MigrationTool flyway = new MigrationTools(new CommandRunner())
                .of(new Migrate("flyway", List.of(), Duration.ofSeconds(3)))
                .orElseThrow();
        MigrationRequest request = new MigrationRequest(
                PostgresUrl.parse(cluster.url("shop")),
                root,
                "flyway",
                "",
                Duration.ofSeconds(3),
                Duration.ofSeconds(3),
                false,
                Optional.empty(),
                Map.of("table", "orders"));

        Rehearsed rehearsed = new Rehearsal()
                .hold(copy, flyway, request, flyway.pending(request), Afterwards.nothing(), LONG, Pulse.unheard());

        assertThat(rehearsed.kind()).isEqualTo(MigrationClass.REVERSIBLE);
        assertThat(rehearsed.files().get(0).locks().get(0).held()).isGreaterThan(Duration.ofMillis(300));
    }

    @Test
    void countsTheRowsAlsoOfABlockOfCode() throws Exception {
        up("UPDATE orders SET note = 'changed'");
        up("DO $$ BEGIN DELETE FROM orders WHERE id <= 10; INSERT INTO secrets VALUES ('x'); END $$");
        up("CREATE TABLE fresh (id int); INSERT INTO fresh SELECT generate_series(1, 7)");

        Rehearsed rehearsed = rehearse();

        assertThat(rehearsed.files()).extracting(RehearsedFile::rows).containsExactly(1000L, 11L, 7L);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "CREATE TABLE coupons (id int PRIMARY KEY, code text NOT NULL)",
                "ALTER TABLE customers ADD COLUMN nick text",
                "ALTER TABLE customers ADD COLUMN nick text NOT NULL DEFAULT ''",
                "ALTER TABLE customers ADD COLUMN nick text UNIQUE",
                "CREATE TABLE coupons (id int PRIMARY KEY); ALTER TABLE orders ADD COLUMN coupon int REFERENCES coupons",
                "ALTER TABLE customers ADD COLUMN nick text; UPDATE customers SET nick = name",
                "ALTER TABLE customers ADD COLUMN nick text; UPDATE customers SET nick = name; ALTER TABLE customers ALTER"
                        + " nick SET DEFAULT '', ALTER nick SET NOT NULL",
                "ALTER TABLE customers ALTER COLUMN name TYPE text",
                "ALTER TABLE customers ALTER COLUMN age TYPE bigint",
                "ALTER TABLE orders ALTER COLUMN total TYPE numeric(12,2)",
                "CREATE INDEX CONCURRENTLY customers_mail ON customers (mail)",
                "DROP INDEX orders_note",
                "INSERT INTO customers (id) VALUES (0)",
                "CREATE TYPE mood AS ENUM ('good'); CREATE FUNCTION f() RETURNS int LANGUAGE sql AS 'SELECT 1'",
                "CREATE VIEW names AS SELECT name FROM customers",
                "CREATE EXTENSION pgcrypto",
            })
    void callsCompatibleWhatTheOldCodeDoesNotNotice(String sql) throws Exception {
        up(sql);

        RehearsedFile file = only(rehearse());

        assertThat(file.why()).isEmpty();
        assertThat(file.kind()).isEqualTo(MigrationClass.COMPATIBLE);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "DROP TABLE orders|table public.orders is gone",
                "ALTER TABLE orders RENAME TO purchases|table public.orders is gone",
                "ALTER TABLE orders DROP COLUMN note|column public.orders.note is gone",
                "ALTER TABLE orders RENAME COLUMN note TO remark|column public.orders.note is gone",
                "ALTER TABLE customers ALTER COLUMN name TYPE varchar(30)|column public.customers.name is character varying(30) now",
                "ALTER TABLE customers ALTER COLUMN age TYPE text|column public.customers.age is text now, and was integer",
                "ALTER TABLE customers ALTER COLUMN mail SET NOT NULL|column public.customers.mail takes no null any more",
                "DELETE FROM orders; ALTER TABLE orders ADD COLUMN due date NOT NULL|the new column public.orders.due takes no null and has no default",
                "ALTER TABLE customers ADD CONSTRAINT adult CHECK (age >= 0)|the new constraint public.customers.adult may refuse rows",
                "CREATE UNIQUE INDEX one_mail ON customers (mail)|the new unique index one_mail may refuse rows of public.customers",
                "ALTER TABLE customers ENABLE ROW LEVEL SECURITY|row-level security is on for public.customers now",
                "UPDATE orders SET note = 'changed' WHERE id = 7|old rows of public.orders are changed or deleted",
                "DELETE FROM orders WHERE id = 7|old rows of public.orders are changed or deleted",
                "TRUNCATE orders|old rows of public.orders are changed or deleted",
                "DO $$ BEGIN EXECUTE format('DROP TABLE %I', 'orders'); END $$|table public.orders is gone",
                "CREATE OR REPLACE FUNCTION as_owner(command text) RETURNS void LANGUAGE sql AS ''|function public.as_owner(command text) is another one now",
                "REVOKE SELECT ON orders FROM shop_owner|rights are revoked",
                "CREATE TRIGGER t BEFORE UPDATE ON orders FOR EACH ROW EXECUTE FUNCTION suppress_redundant_updates_trigger()|the new trigger public.orders.t acts on what the old code writes",
            })
    void callsOneWayWhatTheOldCodeMayMiss(String sql, String why) throws Exception {
        up(sql);

        RehearsedFile file = only(rehearse());

        assertThat(file.kind()).isEqualTo(MigrationClass.ONE_WAY);
        assertThat(file.why()).anySatisfy(reason -> assertThat(reason).contains(why));
    }

    @Test
    void judgesAllFilesAgainstTheSchemaThatTheOldCodeKnows() throws Exception {
        up("CREATE TABLE coupons (id int)");
        up("ALTER TABLE coupons ADD COLUMN code text NOT NULL");
        up("ALTER TABLE orders ADD COLUMN due date");
        up("ALTER TABLE orders DROP COLUMN due");

        Rehearsed rehearsed = rehearse();

        assertThat(rehearsed.kind()).isEqualTo(MigrationClass.COMPATIBLE);
    }

    @Test
    void callsReversibleWhatItsDownFileTakesBack() throws Exception {
        down("DROP TABLE coupons");
        up("CREATE TABLE coupons (id int)");
        down("ALTER TABLE orders RENAME COLUMN remark TO note");
        up("ALTER TABLE orders RENAME COLUMN note TO remark");

        Rehearsed rehearsed = rehearse();

        assertThat(rehearsed.files()).extracting(RehearsedFile::kind).containsOnly(MigrationClass.REVERSIBLE);
        assertThat(rehearsed.files().get(1).why())
                .containsExactly("column public.orders.note is gone, dropped or renamed");
        assertThat(rehearsed.kind()).isEqualTo(MigrationClass.REVERSIBLE);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "ALTER TABLE orders DROP COLUMN note|ALTER TABLE orders ADD COLUMN note text; CREATE INDEX orders_note ON orders (note)|does not bring the rows of public.orders back",
                "ALTER TABLE orders RENAME COLUMN note TO remark|SELECT 1|does not bring the schema back: public.orders.note is not back",
                "ALTER TABLE orders RENAME COLUMN note TO remark|ALTER TABLE orders RENAME COLUMN nonsense TO note|its down file fails: 1_m.sql",
                "UPDATE orders SET note = 'x'|SELECT 1|does not bring the rows of public.orders back",
                "DELETE FROM orders|INSERT INTO orders SELECT n, n, n, 'note' FROM generate_series(1, 999) n|does not bring the rows of public.orders back",
                "DROP TABLE secrets|CREATE TABLE secrets (value text)|does not bring the rows of public.secrets back",
            })
    void believesNoDownFileThatDoesNotLeadBack(String up, String down, String why) throws Exception {
        down(down);
        up(up);

        RehearsedFile file = only(rehearse());

        assertThat(file.kind()).isEqualTo(MigrationClass.ONE_WAY);
        assertThat(file.why()).anySatisfy(reason -> assertThat(reason).contains(why));
    }

    @Test
    void provesThatADownFileBringsRowsBack() throws Exception {
        down("UPDATE orders SET note = 'note'");
        up("UPDATE orders SET note = 'x'");

        assertThat(only(rehearse()).kind()).isEqualTo(MigrationClass.REVERSIBLE);
    }

    @Test
    void saysWhereAMigrationWouldFailWithoutAnyValue() throws Exception {
        up("CREATE TABLE fine (id int)");
        up("\n\nALTER TABLE secrets ALTER COLUMN value TYPE int USING value::int");

        Rehearsed rehearsed = rehearse();

        assertThat(rehearsed.files()).hasSize(1);
        assertThat(rehearsed.failed())
                .contains(
                        "2_m.sql line 3: `ALTER TABLE SECRETS ALTER COLUMN VALUE TYPE INT …` met a value cannot be read"
                                + " as the type (SQLSTATE 22P02)");
        assertThat(rehearsed.kind()).isEqualTo(MigrationClass.ONE_WAY);
    }

    @Test
    void letsNoRowOutByANameThatAMigrationMakes() throws Exception {
        up("DO $$ BEGIN EXECUTE (SELECT format('CREATE TABLE %I (id int)', value) FROM secrets);"
                + " EXECUTE (SELECT format('ALTER TABLE orders RENAME note TO %I', value) FROM secrets); END $$");
        up("DO $$ BEGIN RAISE EXCEPTION '%', (SELECT value FROM secrets); END $$");

        Rehearsed rehearsed = rehearse();

        assertThat(rehearsed.failed())
                .contains("2_m.sql line 1: `DO` met an error that the migration itself raised (SQLSTATE P0001)");
        assertThat(rehearsed.unprotected()).containsExactly("public.…");
        assertThat(rehearsed.toString()).doesNotContain("hunter2");
    }

    @Test
    void namesNewTablesWithoutRowLevelSecurity() throws Exception {
        up("CREATE TABLE open_one (id int); CREATE TABLE shut (id int); ALTER TABLE shut ENABLE ROW LEVEL SECURITY");

        assertThat(rehearse().unprotected()).containsExactly("public.open_one");
    }

    @Test
    void appliesFirstWhatTheDatabaseHasAndTheBackupHasNot() throws Exception {
        String database = "ahead";
        cluster.createDatabase(database);
        Path early = dump(database);
        up("CREATE TABLE first (id int)");
        migrate(database);
        up("ALTER TABLE first ADD COLUMN name text");

        Rehearsed rehearsed = rehearse(database, early);

        RehearsedFile file = only(rehearsed);
        assertThat(file.migration().file()).isEqualTo("2_m.sql");
        assertThat(file.locks()).extracting(HeldLock::table).containsExactly("public.first");
        assertThat(rehearsed.notes()).contains("the backup is older than 1_m.sql, which was applied to the copy first");
    }

    @Test
    void isSkippedWhereTheBackupIsAheadOfTheDatabase() throws Exception {
        String database = "behind";
        cluster.createDatabase(database);
        up("CREATE TABLE first (id int)");
        migrate(database);
        Path late = dump(database);
        cluster.createDatabase("behind_again");

        assertThatThrownBy(() -> rehearse("behind_again", late))
                .isInstanceOf(RehearsalSkipped.class)
                .hasMessageContaining("the backup has 1_m.sql applied, which the database has not");
    }

    /** Nobody has approved these files yet: they must not reach anything. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "COPY customers TO PROGRAM 'touch %s'",
                "COPY customers FROM PROGRAM 'touch %s; true'",
                "COPY customers TO '%s'",
                "SELECT as_owner('COPY customers TO PROGRAM ''touch %s''')",
                "SET ROLE postgres; COPY customers TO PROGRAM 'touch %s'",
                "SET SESSION AUTHORIZATION postgres; COPY customers TO PROGRAM 'touch %s'",
                "GRANT pg_execute_server_program TO slipway_rehearsal; COPY customers TO PROGRAM 'touch %s'",
                "CREATE ROLE evil SUPERUSER",
                "ALTER ROLE slipway_rehearsal SUPERUSER",
                "CREATE EXTENSION file_fdw",
                "CREATE EXTENSION dblink",
                "CREATE EXTENSION adminpack",
                "SELECT pg_read_file('/etc/passwd')",
                "SELECT lo_import('/etc/passwd')",
                "ALTER SYSTEM SET archive_command = 'touch %s'",
                "CREATE FUNCTION f() RETURNS int LANGUAGE c AS '/lib/x86_64-linux-gnu/libc.so.6', 'getpid'",
            })
    void letsUnapprovedFilesNeitherRunAProgramNorTouchAFile(String sql) throws Exception {
        Path mark = shared.resolve("mark");
        up(sql.replace("%s", mark.toString()));

        assertThatThrownBy(this::rehearse)
                .isInstanceOf(RehearsalSkipped.class)
                .hasMessageContaining("SQLSTATE")
                .hasMessageMatching("(?s).*(42501|58P01|0A000).*");

        assertThat(mark).doesNotExist();
    }

    @Test
    void letsUnapprovedFilesReachNoOtherServer() throws Exception {
        cluster.createDatabase("reaching");
        cluster.execute("reaching", "CREATE EXTENSION dblink");
        cluster.execute("reaching", "CREATE EXTENSION postgres_fdw");
        try (ServerSocket listening = new ServerSocket(0, 5, InetAddress.getByName("127.0.0.1"))) {
            listening.setSoTimeout(500);
            String options = "(host '127.0.0.1', port '" + listening.getLocalPort() + "', dbname 'x')";
            cluster.execute("reaching", "CREATE SERVER partner FOREIGN DATA WRAPPER postgres_fdw OPTIONS " + options);
            cluster.execute(
                    "reaching",
                    "CREATE USER MAPPING FOR postgres SERVER partner OPTIONS (user 'postgres', password 'hunter2')");
            cluster.execute("reaching", "CREATE FOREIGN TABLE theirs (id int) SERVER partner");
            Path reaching = dump("reaching");
            for (String sql : List.of(
                    "SELECT dblink_connect('host=127.0.0.1 port=" + listening.getLocalPort()
                            + " user=postgres password=hunter2')",
                    "INSERT INTO theirs VALUES (1)",
                    "CREATE USER MAPPING FOR CURRENT_USER SERVER partner OPTIONS (user 'postgres', password 'hunter2');"
                            + " SELECT * FROM theirs",
                    "CREATE SERVER again FOREIGN DATA WRAPPER postgres_fdw OPTIONS " + options
                            + "; CREATE FOREIGN TABLE mine (id int) SERVER again; SELECT * FROM mine")) {
                next = 1;
                up(sql);

                assertThat(outcome(reaching)).isNotEqualTo("ran");
            }
            assertThatThrownBy(listening::accept).isInstanceOf(SocketTimeoutException.class);
        }
    }

    private String outcome(Path of) {
        try {
            return rehearse("reaching", of).failed().orElse("ran");
        } catch (RehearsalSkipped skipped) {
            return "skipped";
        }
    }

    @Test
    void isSkippedWhenItTakesTooLong() throws Exception {
        up("SELECT pg_sleep(60)");

        long start = System.nanoTime();
        assertThatThrownBy(() -> rehearse("shop", dump, Duration.ofSeconds(2), Pulse.unheard()))
                .isInstanceOf(RehearsalSkipped.class)
                .hasMessageContaining("it takes longer than the 2.0 s")
                .hasMessageContaining("timeouts: {review: …}");
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(55));
    }

    @Test
    void stopsWhenNobodyWantsItAnyMore() throws Exception {
        up("SELECT pg_sleep(60)");
        CompletableFuture<Long> started = CompletableFuture.completedFuture(System.nanoTime());

        assertThatThrownBy(() -> rehearse("shop", dump, LONG, progress -> {
                    if (System.nanoTime() - started.join() > TimeUnit.SECONDS.toNanos(3)) {
                        throw new WorkInterrupted("cancelled");
                    }
                }))
                .isInstanceOf(WorkInterrupted.class);
    }

    private void up(String sql) throws Exception {
        Files.writeString(root.resolve("db/" + next++ + "_m.sql"), sql);
    }

    /** Of the next one. */
    private void down(String sql) throws Exception {
        Files.writeString(root.resolve("db/" + next + "_m.down.sql"), sql);
    }

    /** On a copy that is shared, since nothing is done to it but to its copy. */
    private Rehearsed rehearse() {
        MigrationRequest request = request("shop");
        return new Rehearsal()
                .hold(copy, tool, request, tool.pending(request), Afterwards.nothing(), LONG, Pulse.unheard());
    }

    private Rehearsed allOrNothing() {
        MigrationRequest each = request("shop");
        MigrationRequest all = new MigrationRequest(
                each.url(),
                each.root(),
                each.folder(),
                each.role(),
                each.lockTimeout(),
                each.retryFor(),
                true,
                each.outside());
        return new Rehearsal().hold(copy, tool, all, tool.pending(all), Afterwards.nothing(), LONG, Pulse.unheard());
    }

    private Rehearsed rehearse(String database, Path of) {
        return rehearse(database, of, LONG, Pulse.unheard());
    }

    private Rehearsed rehearse(String database, Path of, Duration atMost, Pulse pulse) {
        MigrationRequest request = request(database);
        try (ScratchCopy own =
                new ScratchCopies(PostgresBinaries.find(), new CommandRunner()).of(of, LONG, Pulse.unheard())) {
            return new Rehearsal().hold(own, tool, request, tool.pending(request), Afterwards.nothing(), atMost, pulse);
        }
    }

    private void migrate(String database) {
        tool.migrate(request(database), Pulse.unheard());
    }

    private MigrationRequest request(String database) {
        return new MigrationRequest(
                PostgresUrl.parse(cluster.url(database)),
                root,
                "db",
                "",
                Duration.ofSeconds(3),
                Duration.ofSeconds(3),
                false,
                Optional.empty());
    }

    private static RehearsedFile only(Rehearsed rehearsed) {
        assertThat(rehearsed.failed()).isEmpty();
        assertThat(rehearsed.files()).hasSize(1);
        return rehearsed.files().get(0);
    }

    private static Path dump(String database) {
        Path file = shared.resolve(database + ".dump");
        CommandResult result = new CommandRunner()
                .run(
                        new Command(
                                List.of(
                                        PostgresBinaries.find()
                                                .withServer()
                                                .program("pg_dump")
                                                .toString(),
                                        "--format=custom",
                                        "--file=" + file),
                                shared,
                                PostgresUrl.parse(cluster.url(database)).libpqEnvironment(),
                                LONG,
                                LONG),
                        Pulse.unheard());
        assertThat(result.succeeded()).as(String.join("\n", result.lastLines())).isTrue();
        return file;
    }

    @Test
    void leavesTheRealDatabaseAlone() throws Exception {
        up("DROP TABLE orders");
        rehearse();

        try (Connection connection = Connections.standard().open(PostgresUrl.parse(cluster.url("shop")))) {
            assertThat(Connections.text(connection, "SELECT count(*) FROM orders"))
                    .isEqualTo("1000");
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }
}
