package dev.slipway.database.preflight;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import dev.slipway.database.ClusterFiles;
import dev.slipway.database.Connections;
import dev.slipway.database.DatabaseRefused;
import dev.slipway.database.Findings;
import dev.slipway.database.Platform;
import dev.slipway.database.PostgresBinaries;
import dev.slipway.database.PostgresUrl;
import dev.slipway.database.Room;
import dev.slipway.database.ThrowAwayCluster;
import dev.slipway.database.backup.DumpOptions;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.postgresql.Driver;
import org.postgresql.PGConnection;
import org.postgresql.PGProperty;
import org.postgresql.replication.LogSequenceNumber;
import org.postgresql.replication.PGReplicationStream;

class PreflightTest {

    private static final AtomicInteger DATABASES = new AtomicInteger();
    private static ThrowAwayCluster cluster;

    private final Preflight preflight = new Preflight(Connections.standard(), PostgresBinaries.find());
    private String database;
    private PostgresUrl url;

    @BeforeAll
    static void startCluster() {
        cluster = ThrowAwayCluster.start();
    }

    @AfterAll
    static void closeCluster() {
        cluster.close();
    }

    @BeforeEach
    void createDatabase() {
        database = "shop" + DATABASES.incrementAndGet();
        url = PostgresUrl.parse(cluster.createDatabase(database));
    }

    @Test
    void hasNothingAgainstAGoodDatabase() {
        cluster.execute(database, "CREATE TABLE customers (id int)");

        assertThat(problems(preflight, url)).isEmpty();
    }

    @Test
    void namesEveryProblemAtOnce() {
        cluster.execute(database, "CREATE TABLE secret (id int)");
        cluster.execute(database, "CREATE TABLE rows (id int)");
        cluster.execute(database, "ALTER TABLE rows ENABLE ROW LEVEL SECURITY");
        cluster.execute(database, "CREATE ROLE weak LOGIN");
        cluster.execute(database, "GRANT SELECT ON rows TO weak");
        cluster.execute(database, "ALTER DATABASE " + database + " SET default_transaction_read_only = on");
        PostgresUrl weak = PostgresUrl.parse("postgresql://weak:pw@127.0.0.1:" + cluster.port() + "/" + database);

        Preflight without = new Preflight(Connections.standard(), PostgresBinaries.in(List.of()));

        assertThat(problems(without, weak))
                .hasSize(2)
                .anyMatch(problem -> problem.contains("is read-only for this login"))
                .anyMatch(problem -> problem.contains("may create nothing in the schema public"));
        assertThat(problemsOfBackup(without, weak, DumpOptions.usual()))
                .hasSize(2)
                .anyMatch(problem ->
                        problem.contains("the server is PostgreSQL " + major() + ", but no pg_dump was found"))
                .anyMatch(problem -> problem.contains("public.rows hides rows, public.secret may not be read"));
    }

    @Test
    void readsOnlyTheSchemasThatAreDumped() {
        cluster.execute(database, "CREATE SCHEMA auth");
        cluster.execute(database, "CREATE TABLE auth.users (id int)");
        cluster.execute(database, "CREATE ROLE reader" + database + " LOGIN");
        PostgresUrl reader =
                PostgresUrl.parse("postgresql://reader" + database + "@127.0.0.1:" + cluster.port() + "/" + database);

        assertThat(problemsOfBackup(preflight, reader, DumpOptions.usual()))
                .singleElement()
                .asString()
                .contains("auth.users may not be read");
        assertThat(problemsOfBackup(preflight, reader, options(Platform.SUPABASE, List.of(), "gzip")))
                .isEmpty();
        assertThat(problemsOfBackup(preflight, reader, options(Platform.POSTGRES, List.of("public"), "gzip")))
                .isEmpty();
        assertThat(problemsOfBackup(preflight, reader, options(Platform.POSTGRES, List.of("public", "shop"), "gzip")))
                .singleElement()
                .asString()
                .contains("there is no schema 'shop'");
    }

    @Test
    void saysThatAnOldPgDumpHasNoZstd() {
        List<PostgresBinaries.Installation> old = PostgresBinaries.find().installations().stream()
                .filter(one -> one.hasServer() && one.major() < 16)
                .toList();
        assumeFalse(old.isEmpty(), "a pg_dump without zstd is not tested: none before 16 is here");
        try (ThrowAwayCluster server = ThrowAwayCluster.start(old.get(0), Map.of())) {
            assertThat(problemsOfBackup(
                            preflight,
                            PostgresUrl.parse(server.url("postgres")),
                            options(Platform.POSTGRES, List.of(), "zstd:1")))
                    .singleElement()
                    .asString()
                    .contains("`compress: zstd:1` needs pg_dump 16 or newer, but this server is dumped by pg_dump "
                            + old.get(0).version())
                    .contains("use gzip, or install the package postgresql-client-16");
        }
    }

    private static int major() {
        return PostgresBinaries.find().withServer().major();
    }

    private static DumpOptions options(Platform platform, List<String> schemas, String compress) {
        return new DumpOptions(platform, schemas, "custom", 1, compress, 0, false, 0, Duration.ZERO);
    }

    @Test
    void asksOnlyForWhatIsGoingToBeDone() {
        cluster.execute(database, "ALTER DATABASE " + database + " SET default_transaction_read_only = on");

        Inspection backup = new Inspection(url, Set.of(Inspection.Use.BACKUP), List.of(), List.of());
        Inspection migrate = new Inspection(url, Set.of(Inspection.Use.MIGRATE), List.of(), List.of());

        assertThat(preflight.look(backup).problems()).isEmpty();
        assertThat(preflight.look(migrate).problems())
                .singleElement()
                .asString()
                .contains("is read-only for this login");
        assertThat(new Preflight(Connections.standard(), PostgresBinaries.in(List.of()))
                        .look(backup)
                        .problems())
                .singleElement()
                .asString()
                .contains("no pg_dump was found");
    }

    @Test
    void refusesAStandby() {
        try (ThrowAwayCluster standby = ThrowAwayCluster.start(
                PostgresBinaries.find().withServer(), Map.of("wal_level", "replica", "hot_standby", "on"))) {
            ClusterFiles.makeStandby(standby);

            assertThat(problems(preflight, PostgresUrl.parse(standby.url("postgres"))))
                    .anySatisfy(problem -> assertThat(problem).contains("is a standby, which takes no changes"));
        }
    }

    @Test
    void looksForRightsOnTheTablesOfReferenceData() {
        cluster.execute(database, "CREATE TABLE categories (id int)");
        cluster.execute(database, "CREATE TABLE \"Odd Name\" (id int)");
        cluster.execute(database, "CREATE TABLE fine (id int)");
        cluster.execute(database, "CREATE ROLE reader LOGIN");
        cluster.execute(database, "GRANT SELECT, INSERT, UPDATE, DELETE ON fine TO reader");
        PostgresUrl reader = PostgresUrl.parse("postgresql://reader@127.0.0.1:" + cluster.port() + "/" + database);

        Findings found = preflight.look(new Inspection(
                reader,
                Set.of(Inspection.Use.REFERENCE_DATA),
                List.of(),
                List.of("public.categories", "Odd Name", "fine", "not_yet_there")));

        assertThat(found.problems())
                .singleElement()
                .asString()
                .contains("the login may not change public.categories, Odd Name; grant it");
    }

    @Test
    void warnsOfTablesThatBelongToSomebodyElse() {
        cluster.execute(database, "CREATE TABLE orders (id int)");
        cluster.execute(database, "CREATE ROLE deployer" + database + " LOGIN");
        cluster.execute(database, "GRANT CREATE ON SCHEMA public TO deployer" + database);
        PostgresUrl deployer =
                PostgresUrl.parse("postgresql://deployer" + database + "@127.0.0.1:" + cluster.port() + "/" + database);

        Findings found = preflight.look(new Inspection(deployer, Set.of(Inspection.Use.MIGRATE), List.of(), List.of()));

        assertThat(found.problems()).isEmpty();
        assertThat(found.warnings()).anySatisfy(warning -> assertThat(warning)
                .contains("the login is not the owner of public.orders (of postgres)"));
    }

    @Test
    void asksForTheRightsOfTheRoleThatMigrationsRunAs() {
        cluster.execute(database, "CREATE ROLE owner" + database);
        cluster.execute(database, "CREATE ROLE login" + database + " LOGIN NOINHERIT");
        PostgresUrl login =
                PostgresUrl.parse("postgresql://login" + database + "@127.0.0.1:" + cluster.port() + "/" + database);
        Inspection asked = new Inspection(
                login, Set.of(Inspection.Use.MIGRATE), List.of(), List.of(), DumpOptions.usual(), "owner" + database);

        assertThat(preflight.look(asked).problems())
                .singleElement()
                .asString()
                .contains("the login may not become owner" + database);
        cluster.execute(database, "GRANT owner" + database + " TO login" + database);
        assertThat(preflight.look(asked).problems())
                .singleElement()
                .asString()
                .contains("the role owner" + database + " may create nothing in the schema public");
        cluster.execute(database, "GRANT CREATE ON SCHEMA public TO owner" + database);
        assertThat(preflight.look(asked).problems()).isEmpty();
    }

    @Test
    void asksForTheSchemaThatTheUrlNames() {
        cluster.execute(database, "CREATE SCHEMA sales");
        cluster.execute(database, "CREATE ROLE seller LOGIN");
        String seller = "postgresql://seller@127.0.0.1:" + cluster.port() + "/" + database + "?schema=";

        assertThat(preflight
                        .look(new Inspection(
                                PostgresUrl.parse(seller + "sales"),
                                Set.of(Inspection.Use.MIGRATE),
                                List.of(),
                                List.of()))
                        .problems())
                .singleElement()
                .asString()
                .contains("may create nothing in the schema sales");
        cluster.execute(database, "GRANT CREATE ON SCHEMA sales TO seller");
        assertThat(preflight
                        .look(new Inspection(
                                PostgresUrl.parse(seller + "sales"),
                                Set.of(Inspection.Use.MIGRATE),
                                List.of(),
                                List.of()))
                        .problems())
                .isEmpty();
        assertThat(preflight
                        .look(new Inspection(
                                PostgresUrl.parse(seller + "not_there"),
                                Set.of(Inspection.Use.MIGRATE),
                                List.of(),
                                List.of()))
                        .problems())
                .singleElement()
                .asString()
                .contains("may create nothing in the schema not_there");
    }

    @Test
    void countsTheConnectionsThatAreLeft() {
        cluster.execute(database, "CREATE ROLE few LOGIN CONNECTION LIMIT 2");
        cluster.execute(database, "GRANT CREATE ON SCHEMA public TO few");
        PostgresUrl few = PostgresUrl.parse("postgresql://few@127.0.0.1:" + cluster.port() + "/" + database);

        assertThat(problems(preflight, few))
                .singleElement()
                .asString()
                .contains("has 2 connections left for this login, and a release needs 4");
    }

    @Test
    void comparesTheStoresFreeSpaceWithTheTables(@TempDir Path store) throws Exception {
        cluster.execute(
                database, "CREATE TABLE rows AS SELECT g, repeat('x', 100) AS t FROM generate_series(1, 1000) g");
        Findings found = preflight.look(
                new Inspection(url, Set.of(Inspection.Use.BACKUP), List.of(store.resolve("not/yet/there")), List.of()));

        assertThat(found.problems()).isEmpty();
        assertThat(Room.free(store.resolve("not/yet/there"))).isPositive();
        assertThat(new Room(1_000_000, 4_100_000).judge(store).problems())
                .singleElement()
                .asString()
                .contains("has 1 MB free, and a backup of 4 MB of tables needs about 1 MB; make room there");
        assertThat(new Room(1_000_000, 3_900_000).judge(store).warnings()).hasSize(1);
        assertThat(new Room(4_000_000, 3_900_000).judge(store)).isEqualTo(Findings.none());
    }

    @Test
    void warnsOfAnInvalidIndex() {
        cluster.execute(database, "CREATE TABLE twins AS SELECT 1 AS id FROM generate_series(1, 2)");
        assertThatThrownBy(() -> cluster.execute(database, "CREATE UNIQUE INDEX CONCURRENTLY twins_id ON twins (id)"))
                .isInstanceOf(DatabaseRefused.class);

        Findings found = preflight.look(Inspection.of(url));

        assertThat(found.problems()).isEmpty();
        assertThat(found.warnings()).singleElement().asString().contains("index twins_id on twins is invalid");
    }

    @Test
    void warnsOfALongTransactionWithoutItsQuery() throws Exception {
        Preflight impatient = new Preflight(
                Connections.standard(), PostgresBinaries.find(), new Circumstances(Duration.ZERO, Long.MAX_VALUE));
        try (Connection idle = Connections.standard().open(url)) {
            idle.setAutoCommit(false);
            Connections.text(idle, "SELECT 'hunter2'");

            Findings found = impatient.look(Inspection.of(url));

            assertThat(found.problems()).isEmpty();
            assertThat(found.warnings())
                    .singleElement()
                    .asString()
                    .contains("(postgres, slipway, idle in transaction) is in a transaction since ")
                    .doesNotContain("hunter2");
            assertThat(preflight.look(Inspection.of(url)).warnings()).isEmpty();
        }
    }

    @Test
    void saysWhereItCannotSeeOtherSessions() throws Exception {
        cluster.execute(database, "CREATE ROLE blind LOGIN");
        cluster.execute(database, "GRANT CREATE ON SCHEMA public TO blind");
        PostgresUrl blind = PostgresUrl.parse("postgresql://blind@127.0.0.1:" + cluster.port() + "/" + database);
        try (Connection other = Connections.standard().open(url)) {
            assertThat(preflight.look(Inspection.of(blind)).warnings())
                    .singleElement()
                    .asString()
                    .contains("1 sessions of other logins are not shown to this one");
            cluster.execute(database, "GRANT pg_read_all_stats TO blind");
            assertThat(preflight.look(Inspection.of(blind)).warnings()).isEmpty();
            assertThat(other.isValid(5)).isTrue();
        }
    }

    @Test
    void warnsOfAnInactiveAndOfALaggingReplicationSlot() throws Exception {
        Preflight strict = new Preflight(
                Connections.standard(), PostgresBinaries.find(), new Circumstances(Duration.ofHours(1), 0));
        cluster.execute(database, "SELECT pg_create_physical_replication_slot('left_over', true)");
        cluster.execute(database, "SELECT pg_create_physical_replication_slot('follower', true)");
        PostgresUrl replica = url;
        Properties properties = replica.properties();
        PGProperty.REPLICATION.set(properties, "true");
        PGProperty.PREFER_QUERY_MODE.set(properties, "simple");
        PGProperty.ASSUME_MIN_SERVER_VERSION.set(properties, "10");
        try (Connection following = new Driver().connect(replica.jdbcUrl(), properties);
                PGReplicationStream stream = following
                        .unwrap(PGConnection.class)
                        .getReplicationAPI()
                        .replicationStream()
                        .physical()
                        .withSlotName("follower")
                        .withStartPosition(LogSequenceNumber.valueOf(ask("SELECT pg_current_wal_lsn()")))
                        .start()) {
            cluster.execute(database, "CREATE TABLE wal AS SELECT g FROM generate_series(1, 10000) g");

            Findings found = strict.look(Inspection.of(url));

            assertThat(found.problems()).isEmpty();
            assertThat(found.warnings()).hasSize(2);
            assertThat(found.warnings().get(0)).contains("replication slot follower lags behind by ");
            assertThat(found.warnings().get(1)).contains("replication slot left_over is inactive and keeps back ");
            assertThat(stream.isClosed()).isFalse();
        } finally {
            cluster.execute(
                    database,
                    "SELECT pg_terminate_backend(active_pid) FROM pg_replication_slots WHERE active_pid IS NOT NULL");
            drop("left_over");
            drop("follower");
        }
    }

    private String ask(String sql) throws Exception {
        try (Connection connection = Connections.standard().open(url)) {
            return Connections.text(connection, sql);
        }
    }

    private void drop(String slot) throws Exception {
        long end = System.nanoTime() + Duration.ofSeconds(20).toNanos();
        while (ask("SELECT active FROM pg_replication_slots WHERE slot_name = '" + slot + "'")
                .equals("t")) {
            assertThat(System.nanoTime()).isLessThan(end);
            LockSupport.parkNanos(10_000_000);
        }
        cluster.execute(database, "SELECT pg_drop_replication_slot('" + slot + "')");
    }

    @Test
    void warnsOfPublicationsOnlyBeforeMigrations() {
        cluster.execute(database, "CREATE TABLE orders (id int PRIMARY KEY)");
        cluster.execute(database, "CREATE PUBLICATION nothing_yet");
        cluster.execute(database, "CREATE PUBLICATION warehouse FOR TABLE orders");

        assertThat(preflight.look(Inspection.of(url)).warnings())
                .singleElement()
                .asString()
                .contains("publication warehouse sends 1 tables to subscribers (public.orders, …)");
        assertThat(preflight
                        .look(new Inspection(url, Set.of(Inspection.Use.BACKUP), List.of(), List.of()))
                        .warnings())
                .isEmpty();
    }

    @Test
    void provesThatTwoUrlsAreOneDatabaseAndThatACloneIsNot() {
        PostgresUrl other = PostgresUrl.parse(cluster.createDatabase(database + "_other"));
        PostgresUrl byAnotherName =
                PostgresUrl.parse("postgresql://postgres@localhost:" + cluster.port() + "/" + database);
        try (ThrowAwayCluster clone = ClusterFiles.cloned(cluster)) {
            PostgresUrl cloned = PostgresUrl.parse(clone.url(database));
            String identifier = "SELECT system_identifier FROM pg_control_system()";
            assertThat(text(cloned, identifier)).isEqualTo(text(url, identifier));

            assertThat(preflight.problemsOfSource(byAnotherName, url))
                    .singleElement()
                    .asString()
                    .contains("are the same database");
            assertThat(preflight.problemsOfSource(other, url)).isEmpty();
            assertThat(preflight.problemsOfSource(cloned, url)).isEmpty();
            assertThat(preflight.leadElsewhere(byAnotherName, url)).isEmpty();
            assertThat(preflight.leadElsewhere(other, url))
                    .singleElement()
                    .asString()
                    .contains("is another database than postgresql://postgres@127.0.0.1");
            assertThat(preflight.leadElsewhere(cloned, url)).hasSize(1);
            assertThat(preflight.leadElsewhere(url.withDatabase("unreachable"), url))
                    .isEmpty();
        }
    }

    private static String text(PostgresUrl url, String sql) {
        try (Connection connection = Connections.standard().open(url)) {
            return Connections.text(connection, sql);
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void saysWhyThereIsNoConnection() {
        assertThat(problems(preflight, PostgresUrl.parse("postgresql://ana:hunter2@127.0.0.1:1/shop")))
                .singleElement()
                .asString()
                .contains("postgresql://ana@127.0.0.1:1/shop: no connection: Connection to 127.0.0.1:1 refused")
                .doesNotContain("hunter2");
        assertThat(problems(preflight, url.withDatabase("none")))
                .singleElement()
                .asString()
                .contains("database \"none\" does not exist (SQLSTATE 3D000)");
    }

    private static List<String> problems(Preflight preflight, PostgresUrl url) {
        return preflight.look(Inspection.of(url)).problems();
    }

    private static List<String> problemsOfBackup(Preflight preflight, PostgresUrl url, DumpOptions options) {
        return preflight
                .look(new Inspection(url, Set.of(Inspection.Use.BACKUP), List.of(), List.of(), options, ""))
                .problems();
    }
}
