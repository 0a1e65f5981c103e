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

        List<String> problems = new Preflight(Connections.standard(), PostgresBinaries.in(List.of())).problems(weak);

        assertThat(problems).hasSize(4);
        assertThat(problems.get(0)).contains("is read-only for this login");
        assertThat(problems.get(1)).contains("the server is PostgreSQL 15, but no pg_dump was found");
        assertThat(problems.get(2)).contains("may create nothing in the schema public");
        assertThat(problems.get(3)).contains("public.rows hides rows, public.secret may not be read");
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
