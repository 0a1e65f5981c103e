package dev.slipway.shop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class ShopTest {
    private final HttpClient client = HttpClient.newHttpClient();

    private Path directory;
    private Cluster cluster;

    @BeforeAll
    void startPostgres(@TempDir Path directory) throws Exception {
        this.directory = directory;
        cluster = new Cluster();
    }

    @AfterAll
    void stopPostgres() throws Exception {
        cluster.close();
    }

    @Test
    void saysItsVersionAndThatTheDatabaseAnswers() throws Exception {
        try (Shop shop = shop("1.0.0", migrated("1.0.0", 1))) {
            HttpResponse<String> health = get(shop, "/health");
            assertThat(health.statusCode()).isEqualTo(200);
            assertThat(health.body()).isEqualTo("{\"status\":\"ok\",\"version\":\"1.0.0\",\"database\":\"ok\"}");
            assertThat(get(shop, "/version").body()).isEqualTo("{\"version\":\"1.0.0\"}");
        }
    }

    @Test
    void isUnhealthyWithoutItsDatabase() throws Exception {
        try (Shop shop = shop("1.0.0", "postgres://shop@127.0.0.1:" + Cluster.freePort() + "/shop")) {
            HttpResponse<String> health = get(shop, "/health");
            assertThat(health.statusCode()).isEqualTo(503);
            assertThat(health.body()).contains("\"database\":\"does not answer\"");
        }
    }

    @Test
    void listsProductsAndShowsOne() throws Exception {
        try (Shop shop = shop("1.0.0", migrated("1.0.0", 1))) {
            assertThat(get(shop, "/products").body()).contains("\"Anchor\"").contains("\"Life jacket\"");
            assertThat(get(shop, "/products/3").body())
                    .isEqualTo("{\"id\":3,\"name\":\"Compass\",\"price_cents\":7900}");
            assertThat(get(shop, "/products/99").statusCode()).isEqualTo(404);
            assertThat(get(shop, "/products/anchor").statusCode()).isEqualTo(404);
        }
    }

    @Test
    void writesAnOrder() throws Exception {
        String database = migrated("1.0.0", 1);
        long before = cluster.number(database, "SELECT count(*) FROM orders");
        try (Shop shop = shop("1.0.0", database)) {
            HttpResponse<String> answer = order(shop, "{\"product\": 2, \"quantity\": 3}");
            assertThat(answer.statusCode()).isEqualTo(201);
            assertThat(answer.body()).contains("\"total_cents\" : 13500");
        }
        assertThat(cluster.number(database, "SELECT count(*) FROM orders")).isEqualTo(before + 1);
    }

    @Test
    void tellsCallersTheirMistakes() throws Exception {
        try (Shop shop = shop("1.0.0", migrated("1.0.0", 1))) {
            assertThat(order(shop, "two bells").statusCode()).isEqualTo(400);
            assertThat(order(shop, "[2]").statusCode()).isEqualTo(400);
            assertThat(order(shop, "{\"product\": 2}").statusCode()).isEqualTo(400);
            assertThat(order(shop, "{\"product\": 99, \"quantity\": 1}").statusCode())
                    .isEqualTo(400);
            assertThat(order(shop, "{\"product\": 2, \"quantity\": 0}").statusCode())
                    .isEqualTo(400);
        }
    }

    @Test
    void countsItsAnswersByCodeAndPath() throws Exception {
        try (Shop shop = shop("1.0.0", migrated("1.0.0", 1))) {
            get(shop, "/products/1");
            get(shop, "/products/2");
            get(shop, "/elsewhere");
            assertThat(get(shop, "/metrics").body())
                    .contains("http_requests_total{code=\"200\",path=\"/products/{id}\"} 2\n")
                    .contains("http_requests_total{code=\"404\",path=\"other\"} 1\n")
                    .contains("http_request_duration_seconds_bucket{path=\"other\",le=\"+Inf\"} 1\n")
                    .containsPattern("process_start_time_seconds \\d{10}\\.\\d{3}\n")
                    .containsPattern("jvm_memory_used_bytes \\d+\n");
        }
    }

    @Test
    void comesBackWhenTheDatabaseHasCutItsConnections() throws Exception {
        String database = migrated("1.0.0", 1);
        try (Shop shop = shop("1.0.0", database)) {
            get(shop, "/products");
            cluster.execute(
                    database,
                    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'shop 1.0.0'"
                            + " AND datname = current_database()");
            get(shop, "/health");
            assertThat(get(shop, "/health").statusCode()).isEqualTo(200);
        }
    }

    @Test
    void failsInVersion110ForProductsWithoutADiscount() throws Exception {
        try (Shop shop = shop("1.1.0", migrated("1.1.0", 2))) {
            assertThat(get(shop, "/health").statusCode()).isEqualTo(200);
            assertThat(get(shop, "/products").statusCode()).isEqualTo(200);
            assertThat(get(shop, "/products/2").statusCode()).isEqualTo(200);
            HttpResponse<String> failed = get(shop, "/products/1");
            assertThat(failed.statusCode()).isEqualTo(500);
            assertThat(failed.body()).contains("division by zero");
            assertThat(get(shop, "/metrics").body())
                    .contains("http_requests_total{code=\"500\",path=\"/products/{id}\"} 1\n");
        }
    }

    @Test
    void goesOnWorkingInVersion100OnTheSchemaOfEveryLaterVersion() throws Exception {
        String database = migrated("1.2.0", 3);
        try (Shop shop = shop("1.0.0", database)) {
            assertThat(get(shop, "/products").statusCode()).isEqualTo(200);
            assertThat(get(shop, "/products/1").statusCode()).isEqualTo(200);
            assertThat(order(shop, "{\"product\": 1, \"quantity\": 1}").statusCode())
                    .isEqualTo(201);
        }
        try (Shop shop = shop("1.2.0", database)) {
            assertThat(get(shop, "/products/1").statusCode()).isEqualTo(200);
            assertThat(order(shop, "{\"product\": 2, \"quantity\": 1}").body()).contains("\"total_cents\" : 3600");
        }
    }

    @Test
    void cannotMigrateToTheLastFileOfVersion120() throws Exception {
        String database = migrated("1.2.0", 3);
        Path folder = VersionFolder.make(directory, "1.2.0");
        String fourth = Files.readString(Cluster.migration(folder, 4));
        assertThatThrownBy(() -> cluster.execute(database, fourth))
                .isInstanceOf(SQLException.class)
                .hasMessageContaining("stock_keeping_unit")
                .hasMessageContaining("null values");
    }

    @Test
    void hasTheSameSecondMigrationInBothLaterVersions() throws Exception {
        assertThat(Cluster.migration(VersionFolder.make(directory, "1.2.0"), 2))
                .hasSameBinaryContentAs(Cluster.migration(VersionFolder.make(directory, "1.1.0"), 2));
    }

    private String migrated(String version, int last) throws Exception {
        String database = cluster.newDatabase();
        cluster.migrate(database, VersionFolder.make(directory, version), last);
        return database;
    }

    private Shop shop(String version, String database) throws IOException {
        Path queries = VersionFolder.make(directory, version).resolve("app/queries.properties");
        return new Shop(Queries.read(queries), DatabaseUrl.parse(database), 0);
    }

    private HttpResponse<String> get(Shop shop, String path) throws Exception {
        return client.send(request(shop, path).build(), BodyHandlers.ofString());
    }

    private HttpResponse<String> order(Shop shop, String body) throws Exception {
        return client.send(
                request(shop, "/orders").POST(BodyPublishers.ofString(body)).build(), BodyHandlers.ofString());
    }

    private static HttpRequest.Builder request(Shop shop, String path) {
        return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + shop.port() + path));
    }
}
