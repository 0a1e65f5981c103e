package dev.slipway.watching;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.slipway.watch.Measurement;
import dev.slipway.watch.Measurement.Failing;
import dev.slipway.watch.Measurement.NoData;
import dev.slipway.watch.Measurement.Outcome;
import dev.slipway.watch.Measurement.SourceDown;
import dev.slipway.watch.Measurement.Value;
import dev.slipway.watch.Selector;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.function.UnaryOperator;
import mockwebserver3.MockResponse;
import mockwebserver3.MockWebServer;
import mockwebserver3.RecordedRequest;
import mockwebserver3.SocketEffect;
import okhttp3.OkHttpClient;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The three sources against a server that behaves and misbehaves. */
class SourcesTest {
    private static final Instant NOW = Instant.parse("2026-11-03T09:00:00Z");
    private static final Duration EVERY = Duration.ofSeconds(10);
    private static final Duration PATIENT = Duration.ofSeconds(20);
    private static final Duration HASTY = Duration.ofMillis(300);
    private static final UnaryOperator<String> REDACT = text -> text.replace("s3cret", "***");
    private static final String HTML = "<html><body>please log in</body></html>";

    private final OkHttpClient client = new OkHttpClient();
    private final MockWebServer server = new MockWebServer();

    @BeforeEach
    void listen() throws IOException {
        server.start();
    }

    @AfterEach
    void stop() {
        server.close();
    }

    private void answers(int status, String body) {
        server.enqueue(new MockResponse.Builder().code(status).body(body).build());
    }

    private void hangs() {
        server.enqueue(new MockResponse.Builder()
                .onResponseStart(SocketEffect.Stall.INSTANCE)
                .build());
    }

    private String url(String path) {
        return server.url(path).toString();
    }

    private ScrapeSource scraping(ScrapeSource.Figure figure) {
        return new ScrapeSource("error-rate", url("/metrics?key=s3cret"), Map::of, figure, EVERY, client, REDACT);
    }

    private ScrapeSource errorRate() {
        return scraping(
                new ScrapeSource.ErrorRate(Selector.parse("requests{code=~\"5..\"}"), Selector.parse("requests"), 10));
    }

    private ScrapeSource memory() {
        return scraping(new ScrapeSource.Single(Selector.parse("memory")));
    }

    private PrometheusSource prometheus() {
        return new PrometheusSource("error-rate", url("/prom/"), Map::of, "sum(x)", client, REDACT);
    }

    private HttpProbe probe(Map<String, String> json) {
        HttpCheckRequest request = new HttpCheckRequest(url("/health"), 200, json, Duration.ZERO, Map.of());
        return new HttpProbe("health", request, new HttpCheck(client, REDACT));
    }

    private Outcome outcome(MetricSource source, Duration timeout) {
        Measurement measurement = source.read(SourceState.start(), NOW, timeout).measurement();
        assertThat(measurement.metric()).isEqualTo(source.metric());
        assertThat(measurement.time()).isEqualTo(NOW);
        return measurement.outcome();
    }

    private Outcome outcome(MetricSource source) {
        return outcome(source, PATIENT);
    }

    private static String why(Outcome outcome, Class<? extends Outcome> kind) {
        assertThat(outcome).isInstanceOf(kind);
        return outcome.toString();
    }

    @Test
    void scrapesAnErrorRateAndGoesOnFromAnotherWorkersState() throws Exception {
        answers(200, "requests{code=\"200\"} 1000\n");
        answers(200, "requests{code=\"200\"} 1080\nrequests{code=\"503\"} 20\n");
        MetricSource.Reading first = errorRate().read(SourceState.start(), NOW, PATIENT);
        assertThat(why(first.measurement().outcome(), NoData.class)).contains("first scrape");
        MetricSource.Reading second = errorRate().read(first.state(), NOW.plusSeconds(10), PATIENT);
        assertThat(second.measurement().outcome()).isEqualTo(new Value(0.2));
        assertThat(server.takeRequest().getHeaders().get("Accept")).startsWith("text/plain");
    }

    @Test
    void forgetsCountersOfLongAgo() {
        answers(200, "requests 1000\n");
        answers(200, "requests 9000\n");
        SourceState old = errorRate().read(SourceState.start(), NOW, PATIENT).state();
        MetricSource.Reading later = errorRate().read(old, NOW.plusSeconds(3600), PATIENT);
        assertThat(why(later.measurement().outcome(), NoData.class)).contains("first scrape");
        assertThat(later.state().counters()).hasSize(1);
    }

    @Test
    void keepsCountersOverAScrapeThatFails() {
        answers(200, "requests 1000\n");
        answers(503, "");
        SourceState before = errorRate().read(SourceState.start(), NOW, PATIENT).state();
        MetricSource.Reading failed = errorRate().read(before, NOW.plusSeconds(10), PATIENT);
        assertThat(why(failed.measurement().outcome(), Failing.class)).contains("answered 503");
        assertThat(failed.state()).isEqualTo(before);
    }

    @Test
    void keepsAtMostSevenScrapes() {
        SourceState state = SourceState.start();
        for (int i = 0; i < 20; i++) {
            answers(200, "requests " + i + "\n");
            state = errorRate().read(state, NOW.plusSeconds(i), PATIENT).state();
        }
        assertThat(state.counters()).hasSize(7);
    }

    @Test
    void scrapesASingleValue() {
        answers(200, "memory 0.42\n");
        assertThat(outcome(memory())).isEqualTo(new Value(0.42));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "200 | memory NaN                    | the value is NaN",
                "200 | memory +Inf                   | the value is Infinity",
                "200 | other 1                       | chosen by memory (it has 1)",
                "200 | <html><body>please log in</body></html> | line 1 is no metric",
                "200 | password=s3cret               | line 1 is no metric: \"password=***\"",
                "404 | not here                      | answered 404",
                "302 | elsewhere                     | answered 302",
            })
    void hasNoDataFromAPageThatSaysSomethingElse(int status, String body, String why) {
        answers(status, body);
        assertThat(why(outcome(memory()), NoData.class)).contains(why).doesNotContain("s3cret");
    }

    @Test
    void doesNotChooseAmongSeveralSeries() {
        answers(200, "memory{a=\"1\"} 1\nmemory{a=\"2\"} 2\n");
        assertThat(why(outcome(memory()), NoData.class)).contains("memory chooses 2 series, want one");
    }

    @Test
    void takesAMetricsPageThatDoesNotAnswerForAServiceThatFails() {
        hangs();
        assertThat(why(outcome(memory(), HASTY), Failing.class)).contains("did not answer within 300 ms");
        server.close();
        assertThat(why(outcome(memory()), Failing.class))
                .as("its port may be given to another test's server at once")
                .containsAnyOf("refused the connection", "broke the connection off")
                .doesNotContain("s3cret");
    }

    @Test
    void doesNotBlameAServiceThatTheWorkerCannotFind() {
        MetricSource source = new ScrapeSource(
                "m",
                "http://nowhere.invalid/metrics",
                Map::of,
                new ScrapeSource.Single(Selector.parse("memory")),
                EVERY,
                client,
                REDACT);
        assertThat(why(outcome(source), SourceDown.class)).contains("finds no address for \"nowhere.invalid\"");
    }

    @Test
    void checksThatTheSeriesAreThereBeforeARelease() {
        answers(200, "requests 7\n");
        assertThat(errorRate().check(NOW, PATIENT)).isEmpty();
        answers(200, "request 7\n");
        assertThat(errorRate().check(NOW, PATIENT)).get().asString().contains("is chosen by requests");
        answers(200, "memory 7\n");
        assertThat(memory().check(NOW, PATIENT)).isEmpty();
    }

    private static String vector(String... values) {
        StringBuilder result = new StringBuilder();
        for (String value : values) {
            result.append(result.isEmpty() ? "" : ",")
                    .append("{\"metric\":{},\"value\":[1767436620,\"" + value + "\"]}");
        }
        return "{\"status\":\"success\",\"data\":{\"resultType\":\"vector\",\"result\":[" + result + "]}}";
    }

    @Test
    void asksPrometheusByAForm() throws Exception {
        answers(200, vector("0.25"));
        assertThat(outcome(prometheus())).isEqualTo(new Value(0.25));
        RecordedRequest request = server.takeRequest();
        assertThat(request.getRequestLine()).isEqualTo("POST /prom/api/v1/query HTTP/1.1");
        assertThat(request.getHeaders().get("Content-Type")).isEqualTo("application/x-www-form-urlencoded");
        assertThat(request.getBody().utf8()).isEqualTo("query=sum%28x%29&timeout=20000ms");
    }

    @Test
    void asksAsTheVendorDescribesIt() throws Exception {
        Path description = Path.of(System.getProperty("slipway.vendor-apis", "."), "prometheus-3.1.yaml");
        Assumptions.assumeTrue(Files.exists(description), "without Prometheus' own API description");
        String text = Files.readString(description);
        String path = text.substring(text.indexOf("\n  /query:"), text.indexOf("\n  /query_range:"));
        String post = path.substring(path.indexOf("\n    post:"));
        assertThat(text).contains("- url: /api/v1");
        assertThat(post).contains("application/x-www-form-urlencoded", "QueryPostInputBody");
        String form = text.substring(text.indexOf("\n    QueryPostInputBody:"));
        form = form.substring(0, form.indexOf("additionalProperties: false"));

        answers(200, vector("0.25"));
        outcome(prometheus());
        for (String field : server.takeRequest().getBody().utf8().split("&")) {
            assertThat(form).contains("\n        " + field.substring(0, field.indexOf('=')) + ":");
        }
        assertThat(form.substring(form.indexOf("\n      required:")))
                .containsOnlyOnce("- ")
                .contains("- query");
    }

    @Test
    void readsAScalar() {
        answers(200, "{\"status\":\"success\",\"data\":{\"resultType\":\"scalar\",\"result\":[1767436620,\"42\"]}}");
        assertThat(outcome(prometheus())).isEqualTo(new Value(42));
    }

    @ParameterizedTest
    @ValueSource(strings = {"NaN", "Inf", "+Inf", "-Inf", "many"})
    void hasNoDataFromWhatIsNoNumber(String value) {
        answers(200, vector(value));
        assertThat(why(outcome(prometheus()), NoData.class)).contains(value);
    }

    @Test
    void hasNoDataFromNothingOrTooMuch() {
        answers(200, vector());
        assertThat(why(outcome(prometheus()), NoData.class)).contains("returns nothing");
        answers(200, vector("1", "2", "3"));
        assertThat(why(outcome(prometheus()), NoData.class)).contains("returns 3 series, want one");
        answers(200, "{\"status\":\"success\",\"data\":{\"resultType\":\"matrix\",\"result\":[]}}");
        assertThat(why(outcome(prometheus()), NoData.class)).contains("returns a matrix");
        answers(
                200,
                "{\"status\":\"success\",\"data\":{\"resultType\":\"vector\",\"result\":"
                        + "[{\"metric\":{},\"histogram\":[1767436620,{\"count\":\"12.5\"}]}]}}");
        assertThat(why(outcome(prometheus()), NoData.class)).contains("no number");
    }

    @Test
    void passesOnWhatPrometheusSaysAboutABadQuery() {
        answers(400, "{\"status\":\"error\",\"errorType\":\"bad_data\",\"error\":\"1:5: parse error\"}");
        assertThat(prometheus().check(NOW, PATIENT)).get().asString().contains("bad_data: 1:5: parse error");
        answers(422, "{\"status\":\"error\",\"errorType\":\"execution\",\"error\":\"too many samples\"}");
        assertThat(why(outcome(prometheus()), NoData.class)).contains("too many samples");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "200 | <html>s3cret</html> | something else than JSON: \"<html>***</html>\"",
                "404 | <html>              | something else than JSON",
                "200 | ``                  | something else than JSON",
                "200 | {\"status\":\"ok\"} | neither a result nor an error",
                "500 | {\"status\":\"error\",\"errorType\":\"internal\",\"error\":\"TSDB not ready\"} | internal: TSDB not ready",
                "503 | {\"status\":\"error\",\"errorType\":\"timeout\",\"error\":\"timed out\"} | answered 503, timeout",
            })
    void doesNotBlameTheReleaseForAMetricsServerThatIsIll(int status, String body, String why) {
        answers(status, body);
        assertThat(why(outcome(prometheus()), SourceDown.class)).contains(why).doesNotContain("s3cret");
    }

    @Test
    void doesNotBlameTheReleaseForAMetricsServerThatIsGone() {
        hangs();
        assertThat(why(outcome(prometheus(), HASTY), SourceDown.class)).contains("did not answer within 300 ms");
        server.close();
        assertThat(why(outcome(prometheus()), SourceDown.class))
                .as("a socket that is just being closed may still have taken it")
                .containsAnyOf("refused the connection", "broke the connection off");
    }

    @Test
    void findsAServiceWell() {
        answers(200, "{\"status\":\"ok\",\"build\":{\"number\":7}}");
        assertThat(outcome(probe(Map.of("/status", "ok", "/build/number", "7"))))
                .isEqualTo(new Value(1));
    }

    @Test
    void saysAllThatDiffers() {
        answers(200, "{\"status\":\"ill\",\"key\":\"s3cret\"}");
        assertThat(why(outcome(probe(Map.of("/status", "ok", "/version", "1.4.0", "/key", "x"))), Failing.class))
                .contains("/health has \"***\" at /key, expected \"x\"; has \"ill\" at /status, expected \"ok\";"
                        + " has no /version, expected \"1.4.0\"");
    }

    @Test
    void tellsOfAPageOfHtmlWhatAPersonWouldReadThere() {
        server.enqueue(new MockResponse.Builder()
                .code(502)
                .body("<!DOCTYPE html>\n<html><head><title>502 Bad Gateway</title><style>p {color: red}</style></head>"
                        + "<body><p>nginx, s3<b>cr</b>et</p></body></html>")
                .build());

        assertThat(why(outcome(probe(Map.of())), Failing.class))
                .contains("answered 502, expected 200 (\"502 Bad Gateway nginx, s3 cr et\")");
    }

    @Test
    void showsLittleOfAnAnswerThatWasNotExpected() {
        answers(500, "s3cret " + "x".repeat(1000));
        String why = why(outcome(probe(Map.of())), Failing.class);
        assertThat(why).contains("answered 500, expected 200 (\"*** xxx").hasSizeLessThan(320);
        answers(200, HTML);
        assertThat(why(outcome(probe(Map.of("/status", "ok"))), Failing.class)).contains("answered no JSON");
    }

    @Test
    void takesNoPageToLogInForAServiceThatIsWell() {
        server.enqueue(new MockResponse.Builder()
                .code(302)
                .addHeader("Location", url("/login"))
                .build());
        answers(200, HTML);
        assertThat(why(outcome(probe(Map.of())), Failing.class)).contains("answered 302, expected 200");
    }

    @Test
    void findsAServiceFailingThatIsSilent() {
        hangs();
        assertThat(why(outcome(probe(Map.of()), HASTY), Failing.class)).contains("did not answer within 300 ms");
        server.close();
        // its port may be given to another test's server at once
        assertThat(why(outcome(probe(Map.of())), Failing.class))
                .containsAnyOf("refused the connection", "broke the connection off");
    }

    @Test
    void findsAServiceFailingThatHangsUp() {
        for (int route = 0; route < 4; route++) {
            server.enqueue(new MockResponse.Builder()
                    .onResponseStart(new SocketEffect.CloseSocket())
                    .build());
        }
        assertThat(why(outcome(probe(Map.of())), Failing.class)).contains("broke the connection off");
    }

    @Test
    void opensANewConnectionForEachQuestion() throws Exception {
        answers(200, "");
        answers(200, "");
        outcome(probe(Map.of()));
        outcome(probe(Map.of()));
        assertThat(server.takeRequest().getConnectionIndex())
                .isNotEqualTo(server.takeRequest().getConnectionIndex());
    }

    @Test
    void verifiesOnceWithTheSameCheck() {
        answers(204, "");
        HttpCheckResult result = new HttpCheck(client, REDACT)
                .run(new HttpCheckRequest(url("/health"), 204, Map.of(), PATIENT, Map.of("X-Key", "s3cret")));
        assertThat(result.ok()).isTrue();
        assertThat(result.status()).isEqualTo(204);
        assertThat(result.sentence()).contains("/health answered 204 as expected in ");
    }

    @Test
    void neverPrintsTheValueOfAHeader() {
        HttpCheckRequest request =
                new HttpCheckRequest(url("/"), 200, Map.of(), PATIENT, Map.of("X-Key", "s3cret\nand more"));
        assertThat(request.toString()).doesNotContain("s3cret");
        assertThatThrownBy(() -> new HttpCheck(client, UnaryOperator.identity()).run(request))
                .hasMessageContaining("header \"X-Key\"")
                .hasMessageNotContaining("s3cret")
                .hasNoCause();
    }

    @Test
    void refusesAnAddressThatIsNone() {
        assertThat(new HttpCheckRequest("shop", 42, Map.of("status", "ok"), Duration.ofSeconds(-1), Map.of())
                        .problems())
                .hasSize(4);
        assertThatThrownBy(() -> new PrometheusSource("m", "prometheus:9090", Map::of, "x", client, REDACT))
                .hasMessageContaining("is no address");
    }
}
