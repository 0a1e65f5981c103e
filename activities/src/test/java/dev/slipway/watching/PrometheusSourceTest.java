package dev.slipway.watching;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.watch.Measurement.NoData;
import dev.slipway.watch.Measurement.Value;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Map;
import mockwebserver3.MockResponse;
import mockwebserver3.MockWebServer;
import org.junit.jupiter.api.Test;

class PrometheusSourceTest extends HttpSourceContract {

    private static final Duration PATIENT = Duration.ofSeconds(10);

    @Override
    MetricSource asking(MockWebServer server) {
        return new PrometheusSource("error-rate", server.url("/prom/").toString(), Map::of, "sum(x)", client, REDACT);
    }

    private static String vector(double time, String value) {
        return "{\"status\":\"success\",\"data\":{\"resultType\":\"vector\",\"result\":[{\"metric\":{},\"value\":["
                + String.format("%.3f", time) + ",\"" + value + "\"]}]}}";
    }

    @Override
    List<String> good() {
        return List.of(vector(1767436620.5, "0.25"));
    }

    @Override
    double figure() {
        return 0.25;
    }

    @Override
    List<String> empty() {
        return List.of(
                vector(1767436620, "NaN"),
                vector(1767436620, "+Inf"),
                vector(1767436620, "-Inf"),
                "{\"status\":\"success\",\"data\":{\"resultType\":\"vector\",\"result\":[]}}",
                "{\"status\":\"success\",\"data\":{\"resultType\":\"scalar\",\"result\":[1767436620,\"NaN\"]}}",
                "{\"status\":\"success\",\"data\":{\"resultType\":\"string\",\"result\":[1767436620,\"0.3\"]}}",
                "{\"status\":\"success\",\"data\":{\"resultType\":\"matrix\",\"result\":[]}}",
                "{\"status\":\"success\",\"data\":{\"resultType\":\"vector\",\"result\":["
                        + "{\"metric\":{\"a\":\"1\"},\"value\":[1,\"1\"]},{\"metric\":{\"a\":\"2\"},\"value\":[1,\"1\"]}]}}",
                warned("some stores were not asked: " + SECRET));
    }

    private static String warned(String warning) {
        return vector(1767436620, "0.25").replace("\"status\"", "\"warnings\":[\"" + warning + "\"],\"status\"");
    }

    private static MockResponse dated(Instant date, double made) {
        return new MockResponse.Builder()
                .code(200)
                .addHeader("Date", DateTimeFormatter.RFC_1123_DATE_TIME.format(date.atOffset(ZoneOffset.UTC)))
                .body(vector(made, "0.25"))
                .build();
    }

    @Test
    void doesNotMindARemarkOnTheStyleOfAQuery() {
        server.enqueue(answer(200, warned("PromQL info: metric might not be a counter")));
        assertThat(measured(asking(server))).isEqualTo(new Value(0.25));
    }

    @Test
    void takesNoOldAnswerOutOfACache() {
        Instant clock = Instant.ofEpochSecond(1767436620);
        server.enqueue(dated(clock, 1767436620 - 120));
        assertThat(why(measured(asking(server)))).contains("an old one, made at 2026-01-03 10:35:00 UTC");
        server.enqueue(dated(clock, 1767436620.25));
        assertThat(measured(asking(server)))
                .as("whatever the worker's clock says")
                .isEqualTo(new Value(0.25));
    }

    @Test
    void takesTheSameAnswerOnceOnly() {
        for (int i = 0; i < 2; i++) {
            server.enqueue(answer(200, vector(1767436620, "0.25")));
        }
        server.enqueue(answer(200, vector(1767436630, "0.25")));
        MetricSource source = asking(server);
        MetricSource.Reading first = read(source, SourceState.start(), NOW, PATIENT);
        assertThat(first.measurement().outcome()).isEqualTo(new Value(0.25));
        MetricSource.Reading second = read(source, first.state(), NOW.plusSeconds(10), PATIENT);
        assertThat(second.measurement().outcome()).isInstanceOf(NoData.class);
        MetricSource.Reading third = read(source, second.state(), NOW.plusSeconds(20), PATIENT);
        assertThat(third.measurement().outcome()).isEqualTo(new Value(0.25));
    }
}
