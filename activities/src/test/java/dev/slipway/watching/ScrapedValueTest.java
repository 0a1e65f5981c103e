package dev.slipway.watching;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.watch.Measurement.NoData;
import dev.slipway.watch.Measurement.Value;
import dev.slipway.watch.Selector;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import mockwebserver3.MockWebServer;
import org.junit.jupiter.api.Test;

class ScrapedValueTest extends HttpSourceContract {

    @Override
    boolean asksTheReleasedService() {
        return true;
    }

    @Override
    MetricSource asking(MockWebServer server) {
        return scraping(server, new ScrapeSource.Single(Selector.parse("memory")));
    }

    private MetricSource scraping(MockWebServer server, ScrapeSource.Figure figure) {
        return new ScrapeSource(
                "memory",
                server.url("/metrics?key=" + SECRET).toString(),
                () -> Map.of("Authorization", "Bearer " + SECRET),
                figure,
                Duration.ofSeconds(10),
                client,
                REDACT);
    }

    @Override
    List<String> good() {
        return List.of("memory{pod=\"a\"} 0.42\n");
    }

    @Override
    double figure() {
        return 0.42;
    }

    @Override
    List<String> empty() {
        return List.of("other 1\n", "memory NaN\n", "memory +Inf\n", "memory 1\nmemory{a=\"2\"} 2\n", "");
    }

    @Test
    void sendsItsTokenWithEachQuestion() throws Exception {
        measured(well());
        assertThat(server.takeRequest().getHeaders().get("Authorization")).isEqualTo("Bearer " + SECRET);
    }

    @Test
    void measuresAShare() {
        ScrapeSource.Figure share = new ScrapeSource.Share(Selector.parse("used"), Selector.parse("most"));
        server.enqueue(answer(200, "used 900\nmost 1000\n"));
        assertThat(measured(scraping(server, share))).isEqualTo(new Value(0.9));
        for (String page : List.of("used 900\n", "most 900\n", "used 900\nmost 0\n", "used NaN\nmost 1\n")) {
            server.enqueue(answer(200, page));
            assertThat(measured(scraping(server, share))).isInstanceOf(NoData.class);
        }
    }
}
