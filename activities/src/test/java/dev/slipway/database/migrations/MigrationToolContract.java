package dev.slipway.database.migrations;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.slipway.database.Connections;
import dev.slipway.database.DatabaseUnavailable;
import dev.slipway.database.PostgresBinaries;
import dev.slipway.database.PostgresUrl;
import dev.slipway.database.ThrowAwayCluster;
import dev.slipway.process.Pulse;
import dev.slipway.process.WorkInterrupted;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** What every tool whose files we apply ourselves does. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class MigrationToolContract {

    private static final AtomicInteger DATABASES = new AtomicInteger();
    ThrowAwayCluster cluster;

    String database;
    PostgresUrl url;
    MigrationTool tool;

    @TempDir
    Path directory;

    @BeforeAll
    void startCluster() {
        cluster = ThrowAwayCluster.start();
    }

    @AfterAll
    void closeCluster() {
        cluster.close();
    }

    @BeforeEach
    void createDatabase() throws IOException {
        database = "tool" + DATABASES.incrementAndGet();
        url = PostgresUrl.parse(cluster.createDatabase(database));
        tool = tool();
        file(1, "customers", "CREATE TABLE customers (id int PRIMARY KEY);\nINSERT INTO customers VALUES (1);");
        file(2, "orders", "CREATE TABLE orders (id int PRIMARY KEY);");
    }

    @AfterEach
    void dropDatabase() {
        cluster.execute("postgres", "DROP DATABASE " + database + " WITH (FORCE)");
    }

    abstract MigrationTool tool();

    /** Where the migration with this number and name stands. */
    abstract Path path(int number, String name);

    /** A query for the names or versions of what is applied, as one text. */
    abstract String history();

    /** As the tool's history calls it. */
    abstract String key(int number, String name);

    final void file(int number, String name, String sql) throws IOException {
        Files.createDirectories(path(number, name).getParent());
        Files.writeString(path(number, name), sql);
    }

    final void remove(int number, String name) throws IOException {
        Path path = path(number, name);
        Files.delete(path);
        if (!path.getParent().equals(directory)) {
            Files.delete(path.getParent());
        }
    }

    final MigrationRequest request(String role, Duration retryFor, boolean allOrNothing) {
        return new MigrationRequest(
                url, directory, "", role, Duration.ofMillis(300), retryFor, allOrNothing, Optional.empty());
    }

    final MigrationStatus status() {
        return tool.status(request("", Duration.ZERO, false));
    }

    final MigrationResult migrate() {
        return tool.migrate(request("", Duration.ZERO, false), Pulse.unheard());
    }

    final MigrationFailed refused() {
        return catchThrowableOfType(MigrationFailed.class, this::migrate);
    }

    final String asked(String sql) {
        return asked(url, sql);
    }

    private static String asked(PostgresUrl url, String sql) {
        try (Connection connection = Connections.standard().open(url)) {
            return Connections.text(connection, sql);
        } catch (SQLException e) {
            throw new AssertionError(e);
        }
    }

    /** Migrates in a JVM of its own, which can be killed. */
    private Process victim() throws IOException {
        return new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        MigrationVictim.class.getName(),
                        url.toString(),
                        directory.toString(),
                        tool.name())
                .inheritIO()
                .start();
    }

    final String tables() {
        return asked("SELECT coalesce(string_agg(relname, ',' ORDER BY relname), '') FROM pg_class WHERE relkind = 'r'"
                + " AND relnamespace = 'public'::regnamespace AND relname !~ 'migrations'");
    }

    @Test
    void appliesWhatIsPendingAndOnlyOnce() throws Exception {
        assertThat(tool.pending(request("", Duration.ZERO, false)))
                .extracting(MigrationFile::text)
                .first()
                .asString()
                .startsWith("CREATE TABLE customers");
        assertThat(tables()).isEmpty();

        MigrationResult first = migrate();
        file(3, "names", "ALTER TABLE customers ADD COLUMN name text;");
        MigrationResult second = migrate();
        MigrationResult third = migrate();

        assertThat(first.applied()).hasSize(2);
        assertThat(second.applied()).hasSize(1);
        assertThat(third.applied()).isEmpty();
        assertThat(third.toVersion()).isEqualTo(second.toVersion());
        assertThat(asked(history())).isEqualTo(key(1, "customers") + "," + key(2, "orders") + "," + key(3, "names"));
        assertThat(status().problems()).isEmpty();
        assertThat(status().applied()).hasSize(3);
    }

    @Test
    void leavesNothingOfAFileThatFailsAndSaysWhatIsApplied() throws Exception {
        file(3, "bad", "CREATE TABLE half (id int);\n\nALTER TABLE nowhere ADD COLUMN x int;");
        file(4, "never", "CREATE TABLE never (id int);");

        MigrationFailed failure = refused();

        assertThat(failure.unchanged()).isFalse();
        assertThat(failure)
                .hasMessageContaining(" line 3: ERROR: relation \"nowhere\" does not exist (SQLSTATE 42P01)")
                .hasMessageContaining("applied before it: " + name(1, "customers") + ", " + name(2, "orders"))
                .hasMessageContaining("not applied: " + name(3, "bad") + ", " + name(4, "never"));
        assertThat(tables()).isEqualTo("customers,orders");
        file(3, "bad", "CREATE TABLE whole (id int);");
        assertThat(migrate().applied()).hasSize(2);
        assertThat(status().problems()).isEmpty();
    }

    @Test
    void leavesNothingAtAllWhenTheFirstFileFails() throws Exception {
        String before = asked("SELECT count(*) FROM pg_class");
        file(1, "customers", "CREATE TABLE customers (id int); SELECT 1/0;");

        assertThat(refused().unchanged()).isTrue();

        assertThat(asked("SELECT count(*) FROM pg_class")).isEqualTo(before);
    }

    @Test
    void namesTheLineOfASmallFileThatOnlyDefinesAndLeavesNothingOfIt() throws Exception {
        migrate();
        file(3, "small", "CREATE TABLE small (id int);\nALTER TABLE nowhere ADD x int;\nCREATE TABLE more (id int);");

        MigrationFailed failure = refused();

        assertThat(failure.unchanged()).isTrue();
        assertThat(failure).hasMessageContaining(" line 2: ERROR: relation \"nowhere\" does not exist");
        assertThat(tables()).isEqualTo("customers,orders");
        file(3, "small", "CREATE TABLE small (id int);\nCREATE TABLE more (id int);");
        assertThat(migrate().applied()).hasSize(1);
        assertThat(tables()).isEqualTo("customers,more,orders,small");
        assertThat(asked(history())).endsWith("," + key(3, "small"));
        assertThat(status().problems()).isEmpty();
    }

    @Test
    void takesAllOrNothingWhereItIsAskedTo() throws Exception {
        file(3, "bad", "SELECT 1/0;");
        MigrationRequest all = request("", Duration.ZERO, true);

        assertThatThrownBy(() -> tool.migrate(all, Pulse.unheard()))
                .isInstanceOf(MigrationFailed.class)
                .hasMessageContaining("nothing was applied: all of it is one transaction");
        assertThat(tables()).isEmpty();

        file(3, "bad", "CREATE INDEX CONCURRENTLY by_id ON customers (id);");
        assertThat(tool.status(all).problems())
                .singleElement()
                .asString()
                .startsWith(name(3, "bad") + " cannot go into one transaction with the others (line 1: CREATE INDEX");
        file(3, "bad", "CREATE TABLE good (id int);");
        assertThat(tool.migrate(all, Pulse.unheard()).applied()).hasSize(3);
        assertThat(status().pending()).isEmpty();
    }

    @Test
    void saysEverythingThatIsWrongAtOnce() throws Exception {
        migrate();
        file(1, "customers", "CREATE TABLE customers (id bigint PRIMARY KEY);");
        file(3, "psql", "\\i other.sql\n");
        remove(2, "orders");
        file(4, "more", "SELECT 'open");

        List<String> problems = status().problems();

        assertThat(problems).anyMatch(one -> one.startsWith(name(1, "customers") + " was edited after"));
        assertThat(problems).anyMatch(one -> one.contains("is applied, but its file is not there; bring"));
        assertThat(problems).anyMatch(one -> one.startsWith(name(3, "psql") + " line 1: `\\i` is a command of psql"));
        assertThat(problems).anyMatch(one -> one.startsWith(name(4, "more") + " line 1: a string is opened"));
        assertThat(refused().unchanged()).isTrue();
    }

    @Test
    void takesAnotherLineEndForTheSameFile() throws Exception {
        file(3, "lines", "CREATE TABLE lines (\n  id int\n);\n");
        migrate();

        file(3, "lines", "CREATE TABLE lines (\r\n  id int\r\n);\r\n");

        assertThat(status().problems()).isEmpty();
    }

    @Test
    void goesOnAfterTheStatementsThatAreDone() throws Exception {
        migrate();
        cluster.execute(database, "INSERT INTO customers VALUES (2)");
        file(3, "index", """
                ALTER TABLE customers ADD COLUMN name text DEFAULT 'same';
                SET work_mem = '5MB';
                CREATE UNIQUE INDEX CONCURRENTLY by_name ON customers (name);
                CREATE TABLE after AS SELECT current_setting('work_mem') AS said;
                """);

        MigrationFailed failure = refused();

        assertThat(failure.unchanged()).isFalse();
        assertThat(failure)
                .hasMessageContaining("could not create unique index")
                .hasMessageContaining("its statements 1 to 2 of 4 are applied, not those from line 3 on")
                .hasMessageContaining("the index that was not finished (public.by_name) is dropped again")
                .hasMessageContaining(
                        "; mend what it met and release again, and it goes on there (its file has to stay as it"
                                + " is; to change it, look what it left");
        assertThat(status().problems()).isEmpty();
        assertThat(status().notes()).singleElement().asString().contains("2 statements of it are in place");

        cluster.execute(database, "UPDATE customers SET name = id::text");
        assertThat(migrate().applied()).hasSize(1);
        assertThat(asked("SELECT indisvalid FROM pg_index WHERE indexrelid = 'by_name'::regclass"))
                .isEqualTo("t");
        assertThat(asked("SELECT said FROM after")).isEqualTo("5MB");
        assertThat(status().notes()).isEmpty();
        assertThat(status().pending()).isEmpty();
    }

    @Test
    void findsAnInvalidIndexWhereTheFileHasPutIt() throws Exception {
        migrate();
        file(3, "index", """
                CREATE SCHEMA app;
                CREATE TABLE app.things AS SELECT 1 AS id FROM generate_series(1, 2);
                SET search_path = app;
                CREATE UNIQUE INDEX CONCURRENTLY by_thing ON things (id);
                """);

        assertThat(refused())
                .hasMessageContaining("its statements 1 to 3 of 4 are applied")
                .hasMessageContaining("the index that was not finished (app.by_thing) is dropped again");

        cluster.execute(database, "DELETE FROM app.things WHERE ctid = (SELECT max(ctid) FROM app.things)");
        assertThat(migrate().applied()).hasSize(1);
        assertThat(asked("SELECT indisvalid FROM pg_index WHERE indexrelid = 'app.by_thing'::regclass"))
                .isEqualTo("t");
    }

    @Test
    void refusesAnotherRoleInAFileThatGoesInPiecesBeforeAnythingOfItRuns() throws Exception {
        migrate();
        file(3, "role", "CREATE TABLE r (id int);\nRESET ROLE;\nCREATE INDEX CONCURRENTLY by_r ON r (id);\n");

        MigrationFailed failure = refused();

        assertThat(failure)
                .hasMessageContaining(name(3, "role") + " line 2: RESET ROLE changes the role in a file that cannot be"
                        + " one transaction (line 3: CREATE INDEX CONCURRENTLY")
                .hasMessageContaining("split the file");
        assertThat(failure.unchanged()).isTrue();
        assertThat(tables()).isEqualTo("customers,orders");
    }

    @Test
    void refusesAnotherRoleWhereOnlyTheServerKnowsThatItGoesInPieces() throws Exception {
        migrate();
        cluster.execute(
                database, "CREATE PROCEDURE commits() LANGUAGE plpgsql AS $$ BEGIN COMMIT; END $$; ANALYZE customers");
        file(3, "role", "CREATE TABLE r (id int);\nRESET ROLE;\nCALL commits();\n");

        MigrationFailed failure = refused();

        assertThat(failure)
                .hasMessageContaining(name(3, "role") + " line 2: RESET ROLE changes the role")
                .hasMessageContaining("line 3: ERROR: invalid transaction termination");
        assertThat(failure.unchanged()).isTrue();
        assertThat(tables()).isEqualTo("customers,orders");
        assertThat(status().notes()).isEmpty();
    }

    @Test
    void refusesAHalfDoneFileThatWasEdited() throws Exception {
        migrate();
        file(3, "index", "CREATE TABLE a (id int);\nVACUUM a;\nSELECT 1/0;\n");
        refused();

        file(3, "index", "CREATE TABLE a (id int);\nVACUUM a;\n");

        assertThat(status().problems())
                .singleElement()
                .asString()
                .contains("2 statements of it are in place, and its file was edited since; put it back as it was");
    }

    @Test
    void leavesNoTraceOfAFileInPiecesOfWhichNothingWasDone() throws Exception {
        migrate();
        file(3, "index", "CREATE INDEX CONCURRENTLY by_x ON nowhere (x);\nVACUUM;\n");

        MigrationFailed failure = refused();

        assertThat(failure).hasMessageContaining("the schema is as before, at version ");
        assertThat(failure.unchanged()).isTrue();
        assertThat(status().notes()).isEmpty();
        remove(3, "index");
        assertThat(status().problems()).isEmpty();
    }

    @Test
    void runsAsTheRole() throws Exception {
        cluster.execute(database, "CREATE ROLE owner_of_" + database + " NOLOGIN");
        cluster.execute(database, "GRANT CREATE ON DATABASE " + database + " TO owner_of_" + database);
        cluster.execute(database, "GRANT CREATE ON SCHEMA public TO owner_of_" + database);
        file(3, "role", "RESET ROLE;\nCREATE TABLE mine (id int);\n");

        tool.migrate(request("owner_of_" + database, Duration.ZERO, false), Pulse.unheard());

        assertThat(asked("SELECT string_agg(tableowner::text, ',' ORDER BY tablename) FROM pg_tables"
                        + " WHERE tablename IN ('customers', 'mine', 'orders')"))
                .isEqualTo("owner_of_" + database + ",postgres,owner_of_" + database);
        assertThat(asked("SELECT count(*) FROM pg_tables WHERE tablename ~ 'migrations' AND tableowner = 'postgres'"))
                .isEqualTo("0");
        cluster.execute(database, "DROP OWNED BY owner_of_" + database);
        cluster.execute(database, "DROP ROLE owner_of_" + database);
    }

    @Test
    void saysWhoHoldsItUpAndLeavesNothing() throws Exception {
        migrate();
        file(3, "names", "CREATE TABLE half (id int);\nALTER TABLE customers ADD COLUMN name text;");
        ConcurrentLinkedQueue<String> beats = new ConcurrentLinkedQueue<>();
        try (Connection holder = Connections.standard().open(url);
                Statement statement = holder.createStatement()) {
            holder.setAutoCommit(false);
            statement.execute("SELECT * FROM customers WHERE id = 4711");

            assertThatThrownBy(() -> tool.migrate(request("", Duration.ofSeconds(2), false), beats::add))
                    .isInstanceOf(MigrationFailed.class)
                    .hasMessageContaining("lock timeout (SQLSTATE 55P03); it gave way for 2 s; held up by backend "
                            + Connections.text(holder, "SELECT pg_backend_pid()") + " (postgres, slipway, in its"
                            + " transaction since ")
                    .hasMessageNotContaining("4711");
            assertThat(beats).anyMatch(beat -> beat.contains("held up by backend "));
        }
        assertThat(tables()).isEqualTo("customers,orders");
        assertThat(migrate().applied()).hasSize(1);
    }

    @Test
    void waitsForAnIndexThatIsMadeConcurrentlyAndLeavesNoneThatIsNotValid() throws Exception {
        migrate();
        file(3, "index", "CREATE INDEX CONCURRENTLY by_id ON customers (id);");
        file(4, "more", "CREATE TABLE more (id int);");
        try (Connection holder = Connections.standard().open(url);
                Statement statement = holder.createStatement()) {
            holder.setAutoCommit(false);
            statement.execute("SELECT * FROM orders WHERE id = 4711");

            // an old snapshot is in its way when all of it is built; its own index can be dropped again at once
            assertThatThrownBy(() -> tool.migrate(request("", Duration.ofSeconds(1), false), Pulse.unheard()))
                    .isInstanceOf(MigrationFailed.class)
                    .hasMessageContaining("lock timeout (SQLSTATE 55P03); it waited for 1 s; held up by backend "
                            + Connections.text(holder, "SELECT pg_backend_pid()") + " (postgres, slipway, in its"
                            + " transaction since ")
                    .hasMessageContaining(": `SELECT * FROM ORDERS")
                    .hasMessageNotContaining("4711")
                    .matches(failure -> ((MigrationFailed) failure).unchanged());
            assertThat(asked("SELECT to_regclass('by_id') IS NULL")).isEqualTo("t");

            AtomicInteger waits = new AtomicInteger();
            Pulse giveBack = progress -> {
                if (progress.contains("held up by") && waits.incrementAndGet() == 4) {
                    try {
                        holder.rollback();
                    } catch (SQLException e) {
                        throw new AssertionError(e);
                    }
                }
            };
            assertThat(tool.migrate(request("", Duration.ofMinutes(1), false), giveBack)
                            .applied())
                    .hasSize(2);
        }
        assertThat(asked("SELECT indisvalid FROM pg_index WHERE indexrelid = 'by_id'::regclass"))
                .isEqualTo("t");
    }

    @Test
    void saysWhichIndexItLeavesWhereItCannotBeDroppedEither() throws Exception {
        migrate();
        file(3, "index", "CREATE INDEX CONCURRENTLY by_id ON customers (id);");
        try (Connection holder = Connections.standard().open(url);
                Statement statement = holder.createStatement()) {
            holder.setAutoCommit(false);
            statement.execute("INSERT INTO customers VALUES (3)");

            MigrationFailed failure = catchThrowableOfType(
                    MigrationFailed.class,
                    () -> tool.migrate(request("", Duration.ofSeconds(1), false), Pulse.unheard()));

            assertThat(failure)
                    .hasMessageContaining(
                            "it left an index that is not valid, which the next attempt drops; by hand: DROP"
                                    + " INDEX CONCURRENTLY public.by_id");
            assertThat(failure.unchanged()).isFalse();
            holder.rollback();
        }
        assertThat(migrate().applied()).hasSize(1);
        assertThat(asked("SELECT count(*) FROM pg_index WHERE NOT indisvalid")).isEqualTo("0");
    }

    @Test
    void givesUpInTimeToDropAnIndexConcurrently() throws Exception {
        file(2, "orders", "CREATE TABLE orders (id int); CREATE INDEX by_old ON orders (id);");
        migrate();
        file(3, "index", "DROP INDEX CONCURRENTLY IF EXISTS by_old;");
        try (Connection holder = Connections.standard().open(url);
                Statement statement = holder.createStatement()) {
            holder.setAutoCommit(false);
            statement.execute("SELECT * FROM orders");
            assertThatThrownBy(() -> tool.migrate(request("", Duration.ofSeconds(1), false), Pulse.unheard()))
                    .hasMessageContaining("it waited for 1 s; held up by backend ");
        }
        assertThat(migrate().applied()).hasSize(1);
        assertThat(asked("SELECT to_regclass('by_old') IS NULL")).isEqualTo("t");
    }

    @Test
    void goesOnWhenTheLockIsGivenBackInTime() throws Exception {
        migrate();
        file(3, "names", "ALTER TABLE customers ADD COLUMN name text;");
        try (Connection holder = Connections.standard().open(url);
                Statement statement = holder.createStatement()) {
            holder.setAutoCommit(false);
            statement.execute("SELECT * FROM customers");
            AtomicInteger waits = new AtomicInteger();
            Pulse giveBack = progress -> {
                if (progress.contains("held up by") && waits.incrementAndGet() == 3) {
                    try {
                        holder.rollback();
                    } catch (SQLException e) {
                        throw new AssertionError(e);
                    }
                }
            };

            MigrationResult result = tool.migrate(request("", Duration.ofMinutes(1), false), giveBack);

            assertThat(result.applied()).hasSize(1);
        }
    }

    @Test
    void endsItsBackendsWhenTheCallerIsCancelled() throws Exception {
        file(3, "slow", "SELECT pg_sleep(60);");
        Pulse cancelled = progress -> {
            if (sleepers().equals("1")) {
                throw new WorkInterrupted("cancelled");
            }
        };

        assertThatThrownBy(() -> tool.migrate(request("", Duration.ZERO, false), cancelled))
                .isInstanceOf(WorkInterrupted.class);

        assertThat(sleepers()).isEqualTo("0");
    }

    @Test
    void goesOnAfterAWorkerThatWasKilledInAConcurrentIndex() throws Exception {
        migrate();
        file(3, "index", """
                CREATE TABLE filled AS SELECT 1 AS id;
                CREATE INDEX CONCURRENTLY by_id ON customers (id);
                CREATE TABLE after (id int);
                """);
        try (Connection holder = Connections.standard().open(url);
                Statement statement = holder.createStatement()) {
            // an index that is made concurrently waits for every older transaction
            holder.setAutoCommit(false);
            statement.execute("INSERT INTO customers VALUES (3)");
            Process jvm = victim();
            try {
                await(
                        "SELECT count(*) FROM pg_stat_activity WHERE query LIKE 'CREATE INDEX CONC%' AND wait_event_type ="
                                + " 'Lock'");
            } finally {
                jvm.destroyForcibly().waitFor();
            }
            holder.rollback();
        }

        MigrationResult result = migrate();

        assertThat(result.applied()).hasSize(1);
        assertThat(asked("SELECT count(*) FILTER (WHERE indisvalid) || ' of ' || count(*) FROM pg_index"
                        + " WHERE indrelid = 'customers'::regclass"))
                .isEqualTo("2 of 2");
        assertThat(tables()).isEqualTo("after,customers,filled,orders");
    }

    @Test
    void appliesAFileOnceWhoseWorkerWasKilledInTheMiddleOfItsTransaction() throws Exception {
        migrate();
        file(3, "slow", """
                CREATE TABLE once (id int);
                INSERT INTO once VALUES (1);
                SELECT pg_sleep(60);
                INSERT INTO once VALUES (2);
                """);
        Process jvm = victim();
        try {
            await("SELECT count(*) FROM pg_stat_activity WHERE query LIKE 'SELECT pg_sleep(60)%' AND state = 'active'");
        } finally {
            jvm.destroyForcibly().waitFor();
        }
        assertThat(tables()).isEqualTo("customers,orders");
        assertThat(asked(history())).isEqualTo(key(1, "customers") + "," + key(2, "orders"));

        file(3, "slow", "CREATE TABLE once (id int);\nINSERT INTO once VALUES (1);\nINSERT INTO once VALUES (2);\n");
        assertThat(migrate().applied()).hasSize(1);

        assertThat(asked("SELECT string_agg(id::text, ',') FROM once")).isEqualTo("1,2");
        assertThat(asked(history())).endsWith("," + key(3, "slow"));
        assertThat(status().problems()).isEmpty();
        assertThat(status().notes()).isEmpty();
    }

    @Test
    void appliesAFileOnceWhoseServerWasKilledInTheMiddleOfItsTransaction() throws Exception {
        // what is committed has to be there after a kill, as it is on a real server
        try (ThrowAwayCluster victim =
                ThrowAwayCluster.start(PostgresBinaries.find().withServer(), Map.of("synchronous_commit", "on"))) {
            PostgresUrl there = PostgresUrl.parse(victim.createDatabase("killed"));
            file(3, "slow", "CREATE TABLE once (id int);\nINSERT INTO once VALUES (1);\nSELECT pg_sleep(60);\n");
            CompletableFuture<MigrationResult> run =
                    CompletableFuture.supplyAsync(() -> tool.migrate(at(there), Pulse.unheard()));
            await(
                    there,
                    "SELECT count(*) FROM pg_stat_activity WHERE query LIKE 'SELECT pg_sleep(60)%' AND state = 'active'");
            kill(there);

            assertThatThrownBy(() -> run.get(60, TimeUnit.SECONDS)).hasCauseInstanceOf(DatabaseUnavailable.class);

            victim.stop();
            victim.startAgain();
            assertThat(asked(there, "SELECT count(*) FROM pg_class WHERE relname = 'once'"))
                    .isEqualTo("0");
            file(3, "slow", "CREATE TABLE once (id int);\nINSERT INTO once VALUES (1);\n");
            assertThat(tool.migrate(at(there), Pulse.unheard()).applied()).hasSize(1);
            assertThat(tool.status(at(there)).problems()).isEmpty();
            assertThat(tool.status(at(there)).applied()).hasSize(3);
        }
    }

    @Test
    void letsTheSecondOfTwoRunsWait() throws Exception {
        file(3, "slow", "SELECT pg_sleep(1);");
        CompletableFuture<MigrationResult> one = CompletableFuture.supplyAsync(this::migrate);
        CompletableFuture<MigrationResult> two = CompletableFuture.supplyAsync(this::migrate);

        assertThat(one.get(60, TimeUnit.SECONDS).applied().size()
                        + two.get(60, TimeUnit.SECONDS).applied().size())
                .isEqualTo(3);
    }

    /** The file as messages name it. */
    final String name(int number, String name) {
        return directory.relativize(path(number, name)).toString();
    }

    private String sleepers() {
        return asked("SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND state = 'active'"
                + " AND query LIKE '%pg_sl' || 'eep%' AND pid <> pg_backend_pid()");
    }

    /** kill -9 of a whole server, and then the end of each of its processes. */
    private static void kill(PostgresUrl url) {
        ProcessHandle postmaster = ProcessHandle.of(Long.parseLong(
                        asked(url, "SELECT pid FROM pg_stat_activity WHERE backend_type = 'checkpointer'")))
                .flatMap(ProcessHandle::parent)
                .orElseThrow();
        List<ProcessHandle> backends = postmaster.children().toList();
        postmaster.destroyForcibly();
        backends.forEach(backend -> backend.onExit().join());
    }

    private MigrationRequest at(PostgresUrl there) {
        return new MigrationRequest(
                there, directory, "", "", Duration.ofMillis(300), Duration.ZERO, false, Optional.empty());
    }

    final void await(String count) {
        await(url, count);
    }

    private static void await(PostgresUrl url, String count) {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
        while (asked(url, count).equals("0")) {
            assertThat(System.nanoTime()).isLessThan(end);
        }
    }
}
