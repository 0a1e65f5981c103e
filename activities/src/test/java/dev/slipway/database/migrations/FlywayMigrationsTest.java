package dev.slipway.database.migrations;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.slipway.database.Connections;
import dev.slipway.database.DatabaseUnavailable;
import dev.slipway.database.PostgresUrl;
import dev.slipway.database.ThrowAwayCluster;
import dev.slipway.process.Pulse;
import dev.slipway.process.WorkInterrupted;
import java.io.IOException;
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
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FlywayMigrationsTest {

    private static final AtomicInteger DATABASES = new AtomicInteger();
    private static final Duration LOCK_TIMEOUT = Duration.ofMillis(300);
    private static ThrowAwayCluster cluster;

    private final FlywayMigrations migrations = new FlywayMigrations();
    private String database;
    private PostgresUrl url;

    @TempDir
    Path directory;

    @BeforeAll
    static void startCluster() {
        cluster = ThrowAwayCluster.start();
    }

    @AfterAll
    static void closeCluster() {
        cluster.close();
    }

    @BeforeEach
    void createDatabase() throws IOException {
        database = "shop" + DATABASES.incrementAndGet();
        url = PostgresUrl.parse(cluster.createDatabase(database));
        file("V1__customers.sql", "CREATE TABLE customers (id int PRIMARY KEY);");
        file("V2__orders.sql", "CREATE TABLE orders (id int PRIMARY KEY);");
    }

    @Test
    void appliesWhatIsPendingAndOnlyOnce() throws Exception {
        assertThat(status().pending())
                .extracting(Migration::file)
                .containsExactly("V1__customers.sql", "V2__orders.sql");

        MigrationResult first = migrate();
        file("V3__names.sql", "ALTER TABLE customers ADD COLUMN name text;");
        MigrationResult second = migrate();
        MigrationResult third = migrate();

        assertThat(first.fromVersion()).isEqualTo("none");
        assertThat(first.toVersion()).isEqualTo("2");
        assertThat(second.applied())
                .extracting(MigrationResult.Applied::migration)
                .containsExactly(new Migration("3", "names", "V3__names.sql"));
        assertThat(second.fromVersion()).isEqualTo("2");
        assertThat(third.applied()).isEmpty();
        assertThat(third.toVersion()).isEqualTo("3");
        assertThat(status().applied()).hasSize(3);
    }

    @Test
    void runsNoCallbacksAndWritesNothingWhenItOnlyLooks() throws Exception {
        for (String event : List.of(
                "beforeInfo",
                "afterInfo",
                "beforeConnect",
                "afterConnect",
                "createSchema",
                "beforeValidate",
                "afterValidate")) {
            file(event + ".sql", "CREATE TABLE " + event + " (id int);");
        }
        Files.writeString(directory.resolve("beforeConnect.sh"), "touch ran\n");

        status();

        assertThat(tables()).isEmpty();
        assertThat(directory.resolve("ran")).doesNotExist();
    }

    @Test
    void runsNoCallbacksWhenItMigrates() throws Exception {
        for (String event :
                List.of("beforeMigrate", "afterMigrate", "beforeEachMigrate", "afterMigrateError", "afterConnect")) {
            file(event + ".sql", "CREATE TABLE " + event + " (id int);");
        }

        assertThat(status().notes())
                .hasSize(5)
                .contains(
                        "afterMigrate.sql is a callback, and callbacks are not run; what it does belongs into a migration,"
                                + " such as a repeatable one");

        migrate();

        assertThat(tables()).isEqualTo("customers,flyway_schema_history,orders");
    }

    @Test
    void saysBeforeAnybodyIsAskedWhatFlywayDoesNotMix() throws Exception {
        migrate();
        file(
                "V3__mixed.sql",
                "ALTER TABLE customers ADD COLUMN n int;\nCREATE INDEX CONCURRENTLY by_n ON customers (n);");
        file("V4__alone.sql", "CREATE INDEX CONCURRENTLY by_id ON customers (id);");

        assertThat(status().problems())
                .singleElement()
                .asString()
                .startsWith("V3__mixed.sql: Detected both transactional and non-transactional statements")
                .endsWith("; put what cannot be in a transaction into a file of its own");
    }

    @Test
    void saysBeforeAnybodyIsAskedThatAPlaceholderHasNoValue() throws Exception {
        migrate();
        file(
                "V3__app.sql",
                "CREATE TABLE app (id int);\nINSERT INTO app VALUES (1);\nCOMMENT ON TABLE app IS '${owner}';");
        file("V4__js.sql", "CREATE TABLE js AS SELECT '`${name}`'::text AS template;");
        file("V4__js.sql.conf", "placeholderReplacement=false\n");
        file("V5__own.sql", "COMMENT ON TABLE customers IS '${flyway:defaultSchema}';");

        assertThat(status().problems())
                .containsExactly(
                        "V3__app.sql line 3: `${owner}` is a placeholder of Flyway, and the plan has no value for it; add"
                                + " it to `placeholders` of the migration, or, where it is meant as it is, say"
                                + " `placeholderReplacement=false` in V3__app.sql.conf");

        file("V3__app.sql", "CREATE TABLE app (id int);");
        assertThat(migrate().applied()).hasSize(3);
        assertThat(asked("SELECT template FROM js")).isEqualTo("`${name}`");
    }

    /** Flyway's parser would never come back from the first, and would find the others out when it is their turn. */
    @Test
    void saysBeforeAnybodyIsAskedWhatFlywayWouldFindOutTooLate() throws Exception {
        file("V3__copy.sql", "-- two tables\nCREATE TABLE a (n int);\nCOPY a FROM stdin;\n1\n2\n");
        file("V4__fine.sql", "CREATE TABLE b (n int);\nCOPY b FROM stdin;\n1\n\\.\n");
        file("V5__psql.sql", "SELECT 1;\n\\i other.sql\n");
        file("V6__dump.sql", "\\restrict abc\nSELECT 1;\n\\unrestrict abc\n");
        file("V7__open.sql", "SELECT 1;\nSELECT 'open;\n");
        file("V8__dates.sql", "SELECT 1;\nSET datestyle = german;\n");

        for (boolean together : List.of(false, true)) {
            List<String> problems = migrations
                    .status(new MigrationRequest(
                            url, directory, "", "", LOCK_TIMEOUT, Duration.ZERO, together, Optional.empty()))
                    .problems();

            assertThat(problems)
                    .hasSize(5)
                    .contains(
                            "V3__copy.sql line 3: the rows of COPY … FROM stdin are not ended, and Flyway would look for"
                                    + " their end for ever; end them with a line of `\\.`")
                    .anyMatch(one -> one.startsWith("V5__psql.sql line 2: `\\i` is a command of psql"))
                    .anyMatch(one -> one.startsWith("V6__dump.sql line 1: `\\restrict` is a command of psql"))
                    .anyMatch(one -> one.startsWith("V7__open.sql line 2: "))
                    .anyMatch(one -> one.startsWith("V8__dates.sql line 2: "));
        }

        Files.write(directory.resolve("V9__old.sql"), new byte[] {'-', '-', (byte) 0xe4});
        assertThatThrownBy(this::status).hasMessageContaining("V9__old.sql: is no UTF-8 text; save it as UTF-8");
    }

    @Test
    void saysInWhichFileSomethingFailedThatIsNoStatement() throws Exception {
        migrate();
        file(
                "V3__late.sql",
                "CREATE TABLE p (id int PRIMARY KEY);\nCREATE TABLE c (id int REFERENCES p DEFERRABLE INITIALLY"
                        + " DEFERRED);\nINSERT INTO c VALUES (1);");

        assertThatThrownBy(this::migrate)
                .hasMessageContaining(
                        "after the last statement of V3__late.sql: ERROR: insert or update on table \"c\" violates foreign");

        file("V3__late.sql", "CREATE TABLE a (n int);\nCOPY a FROM stdin;\none\n\\.\n");
        assertThatThrownBy(this::migrate)
                .hasMessageContaining(
                        "V3__late.sql line 2: ERROR: invalid input syntax for type integer: \"…\" (SQLSTATE 22P02)");
    }

    @Test
    void putsThePlansValuesInThePlaceOfPlaceholders() throws Exception {
        file("V3__app.sql", "CREATE TABLE ${prefix}app (id int);\nCOMMENT ON TABLE ${prefix}app IS '${owner}';");
        file("V4__js.sql", "CREATE TABLE js AS SELECT '${owner}'::text AS template;");
        file("V4__js.sql.conf", "placeholderReplacement=false\n");
        file("R__view.sql", "CREATE OR REPLACE VIEW owners AS SELECT '${owner}'::text AS owner;");
        MigrationRequest first = with(Map.of("owner", "ana $1", "prefix", "my_"));

        assertThat(migrations.status(first).problems()).isEmpty();
        assertThat(migrations.pending(first))
                .extracting(MigrationFile::text)
                .contains(
                        "CREATE TABLE my_app (id int);\nCOMMENT ON TABLE my_app IS 'ana $1';",
                        "CREATE TABLE js AS SELECT '${owner}'::text AS template;");
        file("V3__app.sql", "CREATE TABLE ${prefix}app (id int);\nCOMMENT ON TABLE ${prefix}app IS '${note}';");
        assertThat(migrations.status(first).problems())
                .singleElement()
                .asString()
                .startsWith("V3__app.sql line 2: `${note}`");

        MigrationRequest all = with(Map.of("owner", "ana", "prefix", "my_", "note", "ours"));
        migrations.migrate(all, Pulse.unheard());

        assertThat(asked("SELECT obj_description('my_app'::regclass)")).isEqualTo("ours");
        assertThat(asked("SELECT template FROM js")).isEqualTo("${owner}");
        assertThat(asked("SELECT owner FROM owners")).isEqualTo("ana");
        assertThat(migrations.status(all).pending()).isEmpty();
        MigrationRequest later = with(Map.of("owner", "ben", "prefix", "my_", "note", "ours"));
        assertThat(migrations.status(later).pending())
                .as("a repeatable file says something else with another value; a versioned one that ran does not")
                .extracting(Migration::file)
                .containsExactly("R__view.sql");
    }

    @Test
    void saysWhichPlaceholdersValueTearsAFileOpen() throws Exception {
        file(
                "V3__items.sql",
                "CREATE TABLE items AS SELECT '${other}'::text AS one, '${label}'::text AS label;\nINSERT INTO items VALUES ('a', 'b');");

        assertThat(migrations
                        .status(with(Map.of("label", "O'Brien", "other", "plain")))
                        .problems())
                .singleElement()
                .asString()
                .startsWith(
                        "V3__items.sql line 1: `${label}` is a placeholder, and with the plan's value of it the file"
                                + " cannot be taken apart (line 2: a string is opened and not closed; close it with ')")
                .endsWith("a quote in a value is written twice: O''Brien");
        assertThat(migrations
                        .status(with(Map.of("label", "O''Brien", "other", "plain")))
                        .problems())
                .isEmpty();
    }

    private MigrationRequest with(Map<String, String> placeholders) {
        return new MigrationRequest(
                url, directory, "", "", LOCK_TIMEOUT, Duration.ZERO, false, Optional.empty(), placeholders);
    }

    @Test
    void leavesTheSchemaAsBeforeWhenOneOfSeveralFails() throws Exception {
        file("V3__bad.sql", "CREATE TABLE half (id int);\n\nALTER TABLE nowhere ADD COLUMN x int;");

        MigrationFailed failure = catchThrowableOfType(MigrationFailed.class, this::migrate);

        assertThat(failure)
                .hasMessageContaining("V3__bad.sql line 3: ERROR: relation \"nowhere\" does not exist (SQLSTATE 42P01)")
                .hasMessageEndingWith("; the schema is as before, at version none");
        assertThat(failure.unchanged()).isTrue();
        assertThat(tables()).doesNotContain("customers", "half");
    }

    @Test
    void appliesAnIndexThatMustStandAlone() throws Exception {
        migrate();
        file("V3__index.sql", "CREATE INDEX CONCURRENTLY by_id ON customers (id);");
        file("V4__more.sql", "ALTER TABLE orders ADD COLUMN n int;");

        assertThat(migrate().applied()).hasSize(2);
    }

    @Test
    void saysHowFarItCameFileByFile() throws Exception {
        file("V3__index.sql", "CREATE INDEX CONCURRENTLY by_id ON customers (id);");
        file("V4__bad.sql", "SELECT 1/0;");

        MigrationFailed failure = catchThrowableOfType(MigrationFailed.class, this::migrate);

        assertThat(failure)
                .hasMessageContaining("V4__bad.sql line 1: ERROR: division by zero (SQLSTATE 22012)")
                .hasMessageContaining("the schema is at version 3 (before: none)");
        assertThat(failure.unchanged()).isFalse();
    }

    @Test
    void refusesAnEditedAMissingAndALateFile() throws Exception {
        file("V4__four.sql", "CREATE TABLE four (id int);");
        migrate();
        file("V1__customers.sql", "CREATE TABLE customers (id bigint PRIMARY KEY);");
        Files.delete(directory.resolve("V2__orders.sql"));
        file("V3__late.sql", "CREATE TABLE late (id int);");

        MigrationStatus status = status();
        MigrationFailed failure = catchThrowableOfType(MigrationFailed.class, this::migrate);

        assertThat(status.problems()).hasSize(3);
        assertThat(failure)
                .hasMessageContaining("nothing was migrated: V1__customers.sql was edited")
                .hasMessageContaining("version 2 (V2__orders.sql) is applied, but its file is not there")
                .hasMessageContaining("V3__late.sql is older than version 4");
        assertThat(failure.unchanged()).isTrue();
    }

    @Test
    void appliesARepeatableFileAgainWhenItWasEdited() throws Exception {
        file("R__names.sql", "CREATE OR REPLACE VIEW names AS SELECT id FROM customers;");
        assertThat(migrate().applied()).hasSize(3);
        file("R__names.sql", "CREATE OR REPLACE VIEW names AS SELECT id, id + 1 AS next FROM customers;");

        assertThat(status().pending()).containsExactly(new Migration("repeatable", "names", "R__names.sql"));
        assertThat(migrate().applied())
                .extracting(MigrationResult.Applied::migration)
                .containsExactly(new Migration("repeatable", "names", "R__names.sql"));
        assertThat(status().pending()).isEmpty();
        assertThat(status().problems()).isEmpty();
    }

    @Test
    void refusesAPendingFileThatIsAProgram() throws Exception {
        for (String ending : List.of("sh", "bash", "py", "cmd", "ps1")) {
            Path script = program("V3__script." + ending);

            assertThatThrownBy(this::migrate)
                    .isInstanceOf(MigrationFailed.class)
                    .hasMessageContaining("V3__script." + ending + " is a program");
            assertThat(directory.resolve("ran")).doesNotExist();
            Files.delete(script);
        }
    }

    @Test
    void runsNoCallbackThatIsAProgram() throws Exception {
        for (String event : List.of(
                "beforeConnect",
                "afterConnect",
                "beforeInfo",
                "beforeMigrate",
                "afterMigrate",
                "beforeEachMigrateStatement",
                "beforeValidate")) {
            program(event + ".sh");
        }

        status();
        migrate();

        assertThat(directory.resolve("ran")).doesNotExist();
    }

    @Test
    void leavesUndoFilesForWhoeverTakesAMigrationBack() throws Exception {
        file("U2__orders.sql", "DROP TABLE orders;");

        assertThat(migrate().applied()).hasSize(2);
        assertThat(migrations.files(directory))
                .extracting(MigrationFile::down)
                .containsExactly("", "DROP TABLE orders;");
        assertThat(status().problems()).isEmpty();
    }

    @Test
    void takesEachFileForItselfWhereOneAddsAValueThatAnotherUses() throws Exception {
        file("V3__mood.sql", "CREATE TYPE mood AS ENUM ('sad');");
        migrate();
        file("V4__happy.sql", "ALTER TYPE mood ADD VALUE 'happy';");
        file("V5__use.sql", "CREATE TABLE moods (m mood DEFAULT 'happy');");

        assertThat(migrations
                        .status(new MigrationRequest(
                                url, directory, "", "", LOCK_TIMEOUT, Duration.ZERO, true, Optional.empty()))
                        .problems())
                .singleElement()
                .asString()
                .startsWith("V4__happy.sql cannot go into one transaction with the others");
        assertThat(migrate().applied()).hasSize(2);
    }

    @Test
    void runsAsTheRole() throws Exception {
        cluster.execute(database, "CREATE ROLE flyway_owner NOLOGIN");
        cluster.execute(database, "GRANT CREATE ON DATABASE " + database + " TO flyway_owner");
        cluster.execute(database, "GRANT CREATE ON SCHEMA public TO flyway_owner");

        migrations.migrate(
                new MigrationRequest(
                        url, directory, "", "flyway_owner", LOCK_TIMEOUT, Duration.ZERO, false, Optional.empty()),
                Pulse.unheard());

        assertThat(asked(
                        "SELECT string_agg(DISTINCT tableowner::text, ',') FROM pg_tables WHERE schemaname = 'public'"))
                .isEqualTo("flyway_owner");
        cluster.execute(database, "DROP OWNED BY flyway_owner");
        cluster.execute(database, "DROP ROLE flyway_owner");
    }

    @Test
    void saysThatThereIsNoDirectory() {
        assertThatThrownBy(() -> migrations.status(request(url, "none")))
                .isInstanceOf(MigrationFailed.class)
                .hasMessageContaining("there is no directory of migrations \"none\"");
    }

    @Test
    void leavesADatabaseAloneThatIsAheadOfTheDirectory() throws Exception {
        migrate();
        Files.delete(directory.resolve("V2__orders.sql"));

        assertThat(status().problems()).isEmpty();
        assertThat(migrate().applied()).isEmpty();
        assertThat(migrate().toVersion()).isEqualTo("2");
    }

    @Test
    void refusesATypoInAFileName() throws Exception {
        file("V3_typo.sql", "CREATE TABLE typo (id int);");

        assertThatThrownBy(this::migrate).isInstanceOf(MigrationFailed.class).hasMessageContaining("V3_typo.sql");
    }

    @Test
    void refusesADatabaseThatOthersFilledWithoutAHistory() {
        cluster.execute(database, "CREATE TABLE other (id int)");

        assertThatThrownBy(this::migrate).isInstanceOf(MigrationFailed.class).hasMessageContaining("non-empty schema");
    }

    @Test
    void givesWayWhenALockIsNotToBeHad() throws Exception {
        migrate();
        file("V3__names.sql", "ALTER TABLE customers ADD COLUMN name text;");
        try (Connection holder = Connections.standard().open(url);
                var statement = holder.createStatement()) {
            holder.setAutoCommit(false);
            statement.execute("SELECT * FROM customers");

            assertThatThrownBy(this::migrate)
                    .isInstanceOf(MigrationFailed.class)
                    .hasMessageContaining("V3__names.sql")
                    .hasMessageContaining("lock timeout")
                    .hasMessageContaining("held up by backend ")
                    .hasMessageContaining("idle in transaction): `SELECT * FROM CUSTOMERS`")
                    .hasMessageEndingWith("the schema is as before, at version 2");
        }
        assertThat(migrate().applied()).hasSize(1);
    }

    @Test
    void saysWhyItGaveWayWhereNobodyCanLookAfterwards() throws Exception {
        migrate();
        file("V3__names.sql", "ALTER TABLE customers ADD COLUMN name text;");
        try (Connection holder = Connections.standard().open(url);
                var statement = holder.createStatement()) {
            holder.setAutoCommit(false);
            statement.execute("SELECT * FROM customers");
            Pulse closes = progress -> {
                if (progress.contains("held up by")) {
                    cluster.execute("postgres", "ALTER DATABASE " + database + " ALLOW_CONNECTIONS false");
                }
            };

            MigrationFailed failure =
                    catchThrowableOfType(MigrationFailed.class, () -> migrate(Duration.ofSeconds(30), closes));

            assertThat(failure)
                    .hasMessageContaining("V3__names.sql")
                    .hasMessageContaining("lock timeout (SQLSTATE 55P03)")
                    .hasMessageEndingWith("what it left could not be looked up, so look before going on");
            assertThat(failure.unchanged()).isFalse();
        } finally {
            cluster.execute("postgres", "ALTER DATABASE " + database + " ALLOW_CONNECTIONS true");
        }
    }

    @Test
    void waitsForAnIndexThatIsMadeConcurrentlyAndLeavesNothingOfIt() throws Exception {
        migrate();
        file("V3__index.sql", "CREATE INDEX CONCURRENTLY by_id ON customers (id);");
        file("V4__more.sql", "CREATE TABLE more (id int);");
        try (Connection holder = Connections.standard().open(url);
                var statement = holder.createStatement()) {
            holder.setAutoCommit(false);
            statement.execute("SELECT * FROM orders");

            MigrationFailed failure =
                    catchThrowableOfType(MigrationFailed.class, () -> migrate(Duration.ofSeconds(1), Pulse.unheard()));

            assertThat(failure)
                    .hasMessageContaining("V3__index.sql")
                    .hasMessageContaining(
                            "lock timeout (SQLSTATE 55P03); it waited, or gave way, for 1 s; held up by backend ")
                    .hasMessageEndingWith("the schema is as before, at version 2");
            assertThat(failure.unchanged()).isTrue();
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
            assertThat(migrate(Duration.ofMinutes(1), giveBack).applied()).hasSize(2);
        }
        assertThat(asked("SELECT indisvalid FROM pg_index WHERE indexrelid = 'by_id'::regclass"))
                .isEqualTo("t");
        assertThat(
                        asked(
                                "SELECT string_agg(version, ',' ORDER BY installed_rank) FROM flyway_schema_history WHERE success"))
                .isEqualTo("1,2,3,4");
    }

    @Test
    void namesTheIndexThatItCouldNotDropAndDropsItNextTime() throws Exception {
        migrate();
        file("V3__index.sql", "-- for the list\nCREATE INDEX CONCURRENTLY by_id ON customers (id);");
        String byHand = "; it left an index that is not valid, which the next attempt drops; by hand: DROP INDEX"
                + " CONCURRENTLY public.by_id";
        try (Connection holder = Connections.standard().open(url);
                var statement = holder.createStatement()) {
            holder.setAutoCommit(false);
            statement.execute("INSERT INTO customers VALUES (3)");

            MigrationFailed failure =
                    catchThrowableOfType(MigrationFailed.class, () -> migrate(Duration.ofSeconds(1), Pulse.unheard()));
            assertThat(failure)
                    .hasMessageContaining("lock timeout (SQLSTATE 55P03)")
                    .hasMessageEndingWith(byHand + "; the schema is at version 2");
            assertThat(failure.unchanged()).isFalse();
            assertThat(status().problems()).isEmpty();
            assertThat(status().version()).isEqualTo("2");
            assertThat(status().pending()).extracting(Migration::file).containsExactly("V3__index.sql");
            assertThat(status().notes())
                    .containsExactly("V3__index.sql was not finished by an earlier attempt; what that left of its index"
                            + " is dropped, and it is run once more");

            assertThatThrownBy(() -> migrate(Duration.ofSeconds(1), Pulse.unheard()))
                    .isInstanceOf(MigrationFailed.class)
                    .hasMessageContaining("nothing was migrated: V3__index.sql was not finished by an earlier attempt,"
                            + " and what that left cannot be dropped: ")
                    .hasMessageContaining("; held up by backend ")
                    .hasMessageEndingWith(byHand);
            holder.rollback();
        }
        assertThat(migrate().applied()).hasSize(1);
        assertThat(asked("SELECT indisvalid FROM pg_index WHERE indexrelid = 'by_id'::regclass"))
                .isEqualTo("t");
        assertThat(asked("SELECT string_agg(version || success, ',' ORDER BY installed_rank) FROM"
                        + " flyway_schema_history"))
                .isEqualTo("1true,2true,3true");
        assertThat(status().notes()).isEmpty();
    }

    @Test
    void runsAnIndexOnceMoreWhoseRowsWereMended() throws Exception {
        migrate();
        cluster.execute(database, "CREATE TABLE things AS SELECT 7 AS id FROM generate_series(1, 2)");
        file("V3__index.sql", "CREATE UNIQUE INDEX CONCURRENTLY by_id ON things (id);");

        assertThatThrownBy(this::migrate)
                .hasMessageContaining("could not create unique index")
                .hasMessageContaining("by hand: DROP INDEX CONCURRENTLY public.by_id");

        cluster.execute(database, "DELETE FROM things WHERE ctid = (SELECT max(ctid) FROM things)");
        assertThat(migrate().applied()).hasSize(1);
        assertThat(asked("SELECT indisvalid FROM pg_index WHERE indexrelid = 'by_id'::regclass"))
                .isEqualTo("t");
    }

    @Test
    void takesNothingBackOfAnIndexWhoseFileWasEdited() throws Exception {
        migrate();
        cluster.execute(database, "CREATE TABLE things AS SELECT 7 AS id FROM generate_series(1, 2)");
        file("V3__index.sql", "CREATE UNIQUE INDEX CONCURRENTLY by_id ON things (id);");
        assertThatThrownBy(this::migrate).isInstanceOf(MigrationFailed.class);

        file("V3__index.sql", "CREATE INDEX CONCURRENTLY by_other ON customers (id);");

        assertThat(status().problems()).singleElement().asString().contains("flyway repair");
        assertThatThrownBy(this::migrate).hasMessageContaining("nothing was migrated");
        assertThat(asked("SELECT indisvalid FROM pg_index WHERE indexrelid = 'by_id'::regclass"))
                .isEqualTo("f");
    }

    private MigrationResult migrate(Duration retryFor, Pulse pulse) {
        return migrations.migrate(
                new MigrationRequest(url, directory, "", "", LOCK_TIMEOUT, retryFor, false, Optional.empty()), pulse);
    }

    @Test
    void saysThatADatabaseIsUnavailable() {
        PostgresUrl nobody = PostgresUrl.parse("postgresql://ana:hunter2@127.0.0.1:1/shop");

        assertThatThrownBy(() -> migrations.status(request(nobody))).isInstanceOf(DatabaseUnavailable.class);
        assertThatThrownBy(() -> migrations.migrate(request(nobody), Pulse.unheard()))
                .isInstanceOf(DatabaseUnavailable.class)
                .hasMessageNotContaining("hunter2");
    }

    @Test
    void isUnavailableWhenItsBackendIsEnded() throws Exception {
        file("V3__slow.sql", "SELECT pg_sleep(60);");
        CompletableFuture<MigrationResult> run = CompletableFuture.supplyAsync(this::migrate);
        awaitSleeper();

        cluster.execute(
                "postgres",
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '" + database
                        + "' AND state = 'active' AND query LIKE '%pg_sleep%'");

        assertThatThrownBy(() -> run.get(20, TimeUnit.SECONDS)).hasCauseInstanceOf(DatabaseUnavailable.class);
    }

    @Test
    void endsItsBackendsWhenTheCallerIsCancelled() throws Exception {
        file("V3__slow.sql", "SELECT pg_sleep(60);");
        Pulse cancelled = progress -> {
            if (sleepers().equals("1")) {
                throw new WorkInterrupted("cancelled");
            }
        };

        assertThatThrownBy(() -> migrations.migrate(request(url), cancelled)).isInstanceOf(WorkInterrupted.class);

        assertThat(sleepers()).isEqualTo("0");
        assertThat(tables()).doesNotContain("customers");
    }

    @Test
    void letsTheSecondOfTwoRunsWait() throws Exception {
        file("V3__slow.sql", "SELECT pg_sleep(2);");
        CompletableFuture<MigrationResult> one = CompletableFuture.supplyAsync(this::migrate);
        CompletableFuture<MigrationResult> two = CompletableFuture.supplyAsync(this::migrate);

        assertThat(one.get(30, TimeUnit.SECONDS).applied().size()
                        + two.get(30, TimeUnit.SECONDS).applied().size())
                .isEqualTo(3);
    }

    @Test
    void waitsUntilTheBackendOfAKilledWorkerIsGone() throws Exception {
        file("V3__slow.sql", "SELECT pg_sleep(5);");
        Process jvm = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        MigrationVictim.class.getName(),
                        cluster.url(database),
                        directory.toString())
                .inheritIO()
                .start();
        try {
            awaitSleeper();
        } finally {
            jvm.destroyForcibly().waitFor();
        }

        MigrationResult second = migrations.migrate(request(url), Pulse.unheard());

        assertThat(second.fromVersion()).isEqualTo("none");
        assertThat(second.applied()).hasSize(3);
    }

    private MigrationRequest request(PostgresUrl at) {
        return request(at, "");
    }

    private MigrationRequest request(PostgresUrl at, String folder) {
        return new MigrationRequest(at, directory, folder, "", LOCK_TIMEOUT, Duration.ZERO, false, Optional.empty());
    }

    private MigrationStatus status() {
        return migrations.status(request(url));
    }

    private MigrationResult migrate() {
        return migrations.migrate(request(url), Pulse.unheard());
    }

    private void file(String name, String sql) throws IOException {
        Files.writeString(directory.resolve(name), sql);
    }

    private Path program(String name) throws IOException {
        Path script = directory.resolve(name);
        Files.writeString(script, "#!/bin/bash\ntouch " + directory.resolve("ran") + "\n");
        assertThat(script.toFile().setExecutable(true)).isTrue();
        return script;
    }

    private String tables() {
        return asked("SELECT coalesce(string_agg(relname, ',' ORDER BY relname), '') FROM pg_class"
                + " WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace");
    }

    private String sleepers() {
        return asked("SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND state = 'active'"
                + " AND query LIKE '%pg_sl' || 'eep%' AND pid <> pg_backend_pid()");
    }

    private void awaitSleeper() {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
        while (!sleepers().equals("1")) {
            assertThat(System.nanoTime()).isLessThan(end);
            LockSupport.parkNanos(10_000_000);
        }
    }

    private String asked(String sql) {
        try (Connection connection = Connections.standard().open(url)) {
            return Connections.text(connection, sql);
        } catch (SQLException e) {
            throw new AssertionError(e);
        }
    }
}
