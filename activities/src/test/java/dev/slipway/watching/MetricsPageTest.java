package dev.slipway.watching;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.slipway.watch.Selector;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MetricsPageTest {
    private static final String PAGE = """
            # HELP http_requests_total Requests, \\n by code.
            # TYPE http_requests_total counter
            http_requests_total{code="200",path="/a\\"b\\\\c"} 1027 1395066363000
            http_requests_total{code="503",path="/",} 3\r
            http_requests_total { code = "500" , path = "}, {" } 4.5e1
              memory 0.25

            latency_seconds{quantile="0.95"} NaN
            up +Inf
            bucket{le="0.5"} 17 # {trace_id="a b"} 0.43 1520879607.789
            # EOF
            """;

    private static List<Double> values(String selector) throws Exception {
        return MetricsPage.parse(PAGE).values(Selector.parse(selector));
    }

    @Test
    void findsWhatASelectorChooses() throws Exception {
        assertThat(values("http_requests_total")).containsExactly(1027.0, 3.0, 45.0);
        assertThat(values("http_requests_total{code=~\"5..\"}")).containsExactly(3.0, 45.0);
        assertThat(values("http_requests_total{path=\"/a\\\"b\\\\c\"}")).containsExactly(1027.0);
        assertThat(values("http_requests_total{path=\"}, {\"}")).containsExactly(45.0);
        assertThat(values("memory")).containsExactly(0.25);
        assertThat(values("latency_seconds")).containsExactly(Double.NaN);
        assertThat(values("up")).containsExactly(Double.POSITIVE_INFINITY);
        assertThat(values("bucket")).containsExactly(17.0);
        assertThat(values("nothing")).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "<!doctype html>",
                "{\"status\":\"ok\"}",
                "ok",
                "up",
                "up one",
                "up 0x1p3",
                "up 1d",
                "up{a=\"b\" 1",
                "up{a=\"b} 1",
                "up{a=\"b\\",
                "up{a} 1",
                "up{a=\"b\"c=\"d\"} 1",
                "up 1 then",
                "9up 1",
            })
    void refusesAPageWithALineThatIsNoMetric(String line) {
        assertThatThrownBy(() -> MetricsPage.parse("memory 1\n" + line + "\n"))
                .isInstanceOf(MetricsPage.NoMetrics.class)
                .hasMessageStartingWith("line 2 is no metric: ");
    }
}
