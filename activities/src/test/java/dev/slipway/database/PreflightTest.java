package dev.slipway.database;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

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

        assertThat(preflight.problems(url)).isEmpty();
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

        assertThat(without.problems(weak))
                .hasSize(2)
                .anyMatch(problem -> problem.contains("is read-only for this login"))
                .anyMatch(problem -> problem.contains("may create nothing in the schema public"));
        assertThat(without.problemsOfBackup(weak, DumpOptions.usual()))
                .hasSize(2)
                .anyMatch(problem -> problem.contains("the server is PostgreSQL 15, but no pg_dump was found"))
                .anyMatch(problem -> problem.contains("public.rows hides rows, public.secret may not be read"));
    }

    @Test
    void readsOnlyTheSchemasThatAreDumped() {
        cluster.execute(database, "CREATE SCHEMA auth");
        cluster.execute(database, "CREATE TABLE auth.users (id int)");
        cluster.execute(database, "CREATE ROLE reader" + database + " LOGIN");
        PostgresUrl reader =
                PostgresUrl.parse("postgresql://reader" + database + "@127.0.0.1:" + cluster.port() + "/" + database);

        assertThat(preflight.problemsOfBackup(reader, DumpOptions.usual()))
                .singleElement()
                .asString()
                .contains("auth.users may not be read");
        assertThat(preflight.problemsOfBackup(reader, options(Platform.SUPABASE, List.of(), "gzip")))
                .isEmpty();
        assertThat(preflight.problemsOfBackup(reader, options(Platform.POSTGRES, List.of("public"), "gzip")))
                .isEmpty();
        assertThat(preflight.problemsOfBackup(reader, options(Platform.POSTGRES, List.of("public", "shop"), "gzip")))
                .singleElement()
                .asString()
                .contains("there is no schema 'shop'");
    }

    @Test
    void saysThatAnOldPgDumpHasNoZstd() {
        assertThat(preflight.problemsOfBackup(url, options(Platform.POSTGRES, List.of(), "zstd:1")))
                .singleElement()
                .asString()
                .contains("`compress: zstd:1` needs pg_dump 16 or newer, but this server is dumped by pg_dump 15.")
                .contains("use gzip, or install the package postgresql-client-16");
    }

    private static DumpOptions options(Platform platform, List<String> schemas, String compress) {
        return new DumpOptions(platform, schemas, "custom", 1, compress, 0, false, 0, java.time.Duration.ZERO);
    }

    @Test
    void saysWhyThereIsNoConnection() {
        assertThat(preflight.problems(PostgresUrl.parse("postgresql://ana:hunter2@127.0.0.1:1/shop")))
                .singleElement()
                .asString()
                .contains("postgresql://ana@127.0.0.1:1/shop: no connection: Connection to 127.0.0.1:1 refused")
                .doesNotContain("hunter2");
        assertThat(preflight.problems(url.withDatabase("none")))
                .singleElement()
                .asString()
                .contains("database \"none\" does not exist (SQLSTATE 3D000)");
    }
}
