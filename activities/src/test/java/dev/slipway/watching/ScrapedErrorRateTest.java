package dev.slipway.watching;

import dev.slipway.watch.Measurement.Outcome;
import dev.slipway.watch.Selector;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import mockwebserver3.MockWebServer;

class ScrapedErrorRateTest extends HttpSourceContract {

    @Override
    boolean asksTheReleasedService() {
        return true;
    }

    @Override
    MetricSource asking(MockWebServer server) {
        return new ScrapeSource(
                "error-rate",
                server.url("/metrics?key=" + SECRET).toString(),
                Map::of,
                new ScrapeSource.ErrorRate(Selector.parse("requests{code=~\"5..\"}"), Selector.parse("requests"), 10),
                Duration.ofSeconds(10),
                client,
                REDACT);
    }

    @Override
    Outcome measured(MetricSource source) {
        MetricSource.Reading first = read(source, SourceState.start(), NOW, Duration.ofSeconds(10));
        return read(source, first.state(), NOW.plusSeconds(10), Duration.ofSeconds(10))
                .measurement()
                .outcome();
    }

    @Override
    List<String> good() {
        return List.of("requests{code=\"200\"} 1000\n", "requests{code=\"200\"} 1075\nrequests{code=\"503\"} 25\n");
    }

    @Override
    double figure() {
        return 0.25;
    }

    @Override
    List<String> empty() {
        return List.of("other 1\n", "requests NaN\n", "requests 1000\n", "");
    }
}
