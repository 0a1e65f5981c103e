package dev.slipway.worker.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.slipway.release.Outcome;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

final class MetricsPageTest {

    private static final Health WELL = new Health(true, true, List.of("shop/production"), List.of(), List.of());

    @Test
    void showsReleasesAndStepsInPrometheusFormat() throws Exception {
        try (Metrics metrics = new Metrics();
                MetricsPage page = MetricsPage.open("127.0.0.1", 0, metrics, () -> WELL)) {
            metrics.done("shop/production@1.4.0", "backup", Duration.ofSeconds(3));
            metrics.outcome("shop/production@1.4.0", "SUCCEEDED");
            metrics.clock("temporal", () -> -31.5);

            HttpResponse<String> answer = get(page, "/metrics");

            assertThat(answer.statusCode()).isEqualTo(200);
            assertThat(answer.body())
                    .contains("slipway_releases_total{environment=\"shop/production\",outcome=\"SUCCEEDED\"} 1")
                    .contains("slipway_clock_ahead_seconds{other=\"temporal\"} -31.5")
                    .contains("slipway_phase_seconds_sum{environment=\"shop/production\",step=\"backup\"} 3");
        }
    }

    @Test
    void countsEveryEndOfAServedEnvironmentFromZeroSoThatTheFirstOneIsAnIncrease() throws Exception {
        try (Metrics metrics = new Metrics();
                MetricsPage page = MetricsPage.open("127.0.0.1", 0, metrics, () -> WELL)) {
            metrics.serves("shop/production");

            for (Outcome each : Outcome.values()) {
                assertThat(get(page, "/metrics").body()).contains(ends(each) + " 0");
            }
            metrics.outcome("shop/production@1.4.0", "ROLLBACK_FAILED");
            assertThat(get(page, "/metrics").body()).contains(ends(Outcome.ROLLBACK_FAILED) + " 1");
        }
    }

    private static String ends(Outcome outcome) {
        return "slipway_releases_total{environment=\"shop/production\",outcome=\"" + outcome + "\"}";
    }

    @Test
    void saysWhetherItCanWork() throws Exception {
        AtomicReference<Health> health = new AtomicReference<>(WELL);
        try (Metrics metrics = new Metrics();
                MetricsPage page = MetricsPage.open("127.0.0.1", 0, metrics, health::get)) {
            HttpResponse<String> well = get(page, "/health");
            health.set(new Health(false, true, List.of("shop/production"), List.of(), List.of()));
            HttpResponse<String> unwell = get(page, "/health");
            health.set(new Health(
                    true, true, List.of("shop/production"), List.of("this worker's clock is late"), List.of()));
            HttpResponse<String> late = get(page, "/health");
            health.set(new Health(true, true, List.of("shop/production"), List.of(), List.of("not current")));
            HttpResponse<String> idle = get(page, "/health");

            assertThat(well.statusCode()).isEqualTo(200);
            assertThat(well.body()).contains("\"status\":\"ok\"").contains("shop/production");
            assertThat(unwell.statusCode()).isEqualTo(503);
            assertThat(unwell.body()).contains("\"temporal\":\"unreachable\"");
            assertThat(late.statusCode()).as("a restart mends no clock").isEqualTo(200);
            assertThat(idle.statusCode())
                    .as("nor does it make a version current")
                    .isEqualTo(200);
            assertThat(idle.body()).contains("\"status\":\"idle\"").contains("\"idle\":[\"not current\"]");
            assertThat(late.body()).contains("\"clocks\":[\"this worker's clock is late\"]");
        }
    }

    @Test
    void answersNothingElse() throws Exception {
        try (Metrics metrics = new Metrics();
                MetricsPage page = MetricsPage.open("127.0.0.1", 0, metrics, () -> WELL)) {
            assertThat(get(page, "/metrics/../etc").statusCode()).isEqualTo(404);
        }
    }

    @Test
    void saysThatItsPortIsTaken() throws Exception {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"));
                Metrics metrics = new Metrics()) {
            assertThatThrownBy(() -> MetricsPage.open("127.0.0.1", taken.getLocalPort(), metrics, () -> WELL))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("127.0.0.1:" + taken.getLocalPort());
        }
    }

    private static HttpResponse<String> get(MetricsPage page, String path) throws Exception {
        return HttpClient.newHttpClient()
                .send(
                        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + page.port() + path))
                                .build(),
                        HttpResponse.BodyHandlers.ofString());
    }
}
