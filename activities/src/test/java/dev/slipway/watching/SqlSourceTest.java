package dev.slipway.watching;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.database.ThrowAwayCluster;
import dev.slipway.secrets.SecretUnavailable;
import dev.slipway.watch.Measurement.NoData;
import dev.slipway.watch.Measurement.Outcome;
import dev.slipway.watch.Measurement.SourceDown;
import dev.slipway.watch.Measurement.Value;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class SqlSourceTest extends MetricSourceContract {

    private static ThrowAwayCluster cluster;
    private static String url;

    @BeforeAll
    static void start() {
        cluster = ThrowAwayCluster.start();
        url = cluster.createDatabase("shop");
        cluster.execute("shop", "CREATE TABLE cart (id int, broken boolean)");
        cluster.execute("shop", "INSERT INTO cart SELECT i, i <= 12 FROM generate_series(1, 100) i");
    }

    @AfterAll
    static void stop() {
        cluster.close();
    }

    private static MetricSource asking(String query) {
        return new SqlSource("carts", () -> url, query, REDACT);
    }

    @Override
    MetricSource well() {
        return asking("SELECT count(*) FROM cart WHERE broken -- of them all");
    }

    @Override
    double figure() {
        return 12;
    }

    @Override
    List<MetricSource> withoutData() {
        return List.of(
                asking("SELECT id FROM cart WHERE id < 0"),
                asking("SELECT max(id) FROM cart WHERE id < 0"),
                asking("SELECT 'NaN'::float8"),
                asking("SELECT 'Infinity'::float8"),
                asking("SELECT '" + SECRET + "'"),
                asking("SELECT true"),
                asking("SELECT id FROM cart"),
                asking("SELECT 1, 2"));
    }

    @Override
    List<MetricSource> nonsense() {
        return List.of(
                asking("SELECT * FROM \"no-" + SECRET + "\""),
                asking("SELEKT"),
                asking("SELECT 1/0"),
                asking("SELECT 1) x; SELECT (2"));
    }

    @Override
    MetricSource hanging() {
        return asking("SELECT 1 FROM pg_sleep(60)");
    }

    @Override
    MetricSource gone() {
        return new SqlSource("carts", () -> "postgresql://u:" + SECRET + "@127.0.0.1:1/shop", "SELECT 1", REDACT);
    }

    @Test
    void neverChangesAnything() {
        List<String> deeds = List.of(
                "WITH gone AS (DELETE FROM cart RETURNING 1) SELECT count(*) FROM gone",
                "SELECT nextval('deeds')",
                "DELETE FROM cart");
        cluster.execute("shop", "CREATE SEQUENCE IF NOT EXISTS deeds");
        for (String deed : deeds) {
            assertThat(measured(asking(deed))).isInstanceOf(NoData.class);
        }
        assertThat(measured(asking("SELECT count(*) FROM cart;"))).isEqualTo(new Value(100));
    }

    @Test
    void isDownWithoutItsSecretAndWithoutItsDatabase() {
        MetricSource blind = new SqlSource(
                "carts",
                () -> {
                    throw new SecretUnavailable("the secret 'DATABASE_URL' is not set");
                },
                "SELECT 1",
                REDACT);
        assertThat(measured(blind)).isEqualTo(new SourceDown("the secret 'DATABASE_URL' is not set"));
        Outcome none = ask(
                new SqlSource("carts", () -> url.replace("shop", "nowhere"), "SELECT 1", REDACT),
                Duration.ofSeconds(5));
        assertThat(why(none)).contains("\"nowhere\" does not exist");
    }

    @Test
    void leavesNoQueryBehindThatTookTooLong() {
        assertThat(why(ask(hanging(), Duration.ofMillis(200)))).isEqualTo("the query took longer than 200 ms");
        assertThat(measured(asking("SELECT count(*) FROM pg_stat_activity WHERE query LIKE '%pg_sleep(60)%'"
                        + " AND state = 'active' AND pid <> pg_backend_pid()")))
                .isEqualTo(new Value(0));
    }
}
