package dev.slipway.watching;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.watch.Measurement.NoData;
import dev.slipway.watch.Measurement.Outcome;
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
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JsonSourceTest extends HttpSourceContract {

    @Override
    MetricSource asking(MockWebServer server) {
        return asking(server, "");
    }

    private MetricSource asking(MockWebServer server, String timeAt) {
        return new JsonSource(
                "orders",
                server.url("/stats?key=" + SECRET).toString(),
                () -> Map.of("Authorization", "Bearer " + SECRET),
                new JsonSource.Figure("/stats/0/orders", timeAt, Duration.ofMinutes(1)),
                client,
                REDACT);
    }

    @Override
    List<String> good() {
        return List.of("{\"stats\":[{\"orders\":12.5}]}");
    }

    @Override
    double figure() {
        return 12.5;
    }

    @Override
    List<String> empty() {
        return List.of(
                "{}",
                "[]",
                "{\"stats\":[]}",
                "{\"stats\":[{\"orders\":null}]}",
                "{\"stats\":[{\"orders\":true}]}",
                "{\"stats\":[{\"orders\":\"\"}]}",
                "{\"stats\":[{\"orders\":\"NaN\"}]}",
                "{\"stats\":[{\"orders\":\"12 apples, " + SECRET + "\"}]}",
                "{\"stats\":[{\"orders\":[12]}]}",
                "{\"stats\":[{\"orders\":1e999}]}");
    }

    @Test
    void readsANumberThatIsWrittenAsText() {
        server.enqueue(answer(200, "{\"stats\":[{\"orders\":\"12.5\"}]}"));
        assertThat(measured(asking(server))).isEqualTo(new Value(12.5));
    }

    private Outcome dated(String time, String date) {
        MockResponse.Builder response =
                new MockResponse.Builder().code(200).body("{\"stats\":[{\"orders\":3}],\"time\":" + time + "}");
        if (!date.isEmpty()) {
            Instant clock = Instant.parse(date);
            response.addHeader("Date", DateTimeFormatter.RFC_1123_DATE_TIME.format(clock.atOffset(ZoneOffset.UTC)));
        }
        server.enqueue(response.build());
        return measured(asking(server, "/time"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\"2026-11-03T08:59:30Z\"",
                "\"2026-11-03T10:59:30.25+02:00\"",
                "1793696370",
                "1793696370000",
                "1793696370.5"
            })
    void takesAFreshNumber(String time) {
        assertThat(dated(time, "")).isEqualTo(new Value(3));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\"2026-11-03T08:58:30Z\"",
                "\"2026-11-03T09:05:00Z\"",
                "1793696000",
                "0",
                "-5",
                "\"soon\"",
                "null",
                "1e300"
            })
    void takesNoStaleNumberAndNoneFromNowhen(String time) {
        assertThat(dated(time, "")).isInstanceOf(NoData.class);
    }

    @Test
    void tellsTheAgeByTheServersOwnClock() {
        assertThat(dated("\"2026-11-03T09:05:00Z\"", "2026-11-03T09:05:10Z"))
                .as("five minutes ahead, and so is its clock")
                .isEqualTo(new Value(3));
        assertThat(why(dated("\"2026-11-03T09:00:00Z\"", "2026-11-03T09:05:10Z")))
                .isEqualTo("the number is from 2026-11-03 09:00:00 UTC, and 60 s is the most");
    }
}
