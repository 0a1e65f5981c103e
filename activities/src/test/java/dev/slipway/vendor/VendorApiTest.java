package dev.slipway.vendor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.slipway.http.HttpClients;
import dev.slipway.process.Pulse;
import dev.slipway.process.WorkInterrupted;
import dev.slipway.vendor.VendorFailure.Type;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import mockwebserver3.MockResponse;
import mockwebserver3.MockWebServer;
import mockwebserver3.SocketEffect;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Slow, lying and broken vendors. */
class VendorApiTest {

    private static final String KEY = "key-0123456789abcdef";

    private final MockWebServer server = new MockWebServer();

    @BeforeEach
    void open() throws Exception {
        server.start();
    }

    @AfterEach
    void close() {
        server.close();
    }

    private VendorApi api(Duration answer, Duration patience) {
        return new VendorApi(
                HttpClients.standard(),
                new VendorApi.Vendor(
                        "Acme", server.url("/api"), Map.of("Authorization", "Bearer " + KEY), "the secret 'ACME_KEY'"),
                new VendorApi.Limits(answer, patience),
                text -> text.replace(KEY, "***"),
                Clock.systemUTC());
    }

    private VendorApi.Answer get() {
        return api(Duration.ofSeconds(5), Duration.ofSeconds(5)).get(List.of("things"), Map.of(), Pulse.unheard());
    }

    private static MockResponse.Builder answer(int status, String body) {
        return new MockResponse.Builder().code(status).body(body);
    }

    private VendorFailure failure(VendorApi api) {
        try {
            api.get(List.of("things"), Map.of(), Pulse.unheard());
        } catch (VendorFailure failure) {
            return failure;
        }
        throw new AssertionError("it was answered");
    }

    /** Asks once. */
    private VendorApi once() {
        return api(Duration.ofSeconds(20), Duration.ZERO);
    }

    private VendorApi hasty() {
        return api(Duration.ofMillis(300), Duration.ZERO);
    }

    @ParameterizedTest
    @CsvSource({"500", "502", "503", "408", "429"})
    void asksAgainWhereThereIsHope(int status) {
        server.enqueue(answer(status, "").build());
        server.enqueue(answer(200, "{\"a\":1}").build());

        assertThat(get().body().path("a").intValue()).isEqualTo(1);
        assertThat(server.getRequestCount()).isEqualTo(2);
    }

    @Test
    void asksAgainAfterABrokenConnectionAndHalfADocument() {
        server.enqueue(new MockResponse.Builder()
                .onRequestStart(new SocketEffect.CloseSocket())
                .build());
        server.enqueue(answer(200, "{\"a\":").build());
        server.enqueue(answer(200, "<html>down for maintenance</html>").build());
        server.enqueue(answer(200, "{\"a\":1}").build());

        assertThat(get().body().path("a").intValue()).isEqualTo(1);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            value = {
                "401 | VENDOR_UNAUTHORIZED | Acme does not accept the secret 'ACME_KEY'; it is wrong or has expired",
                "403 | VENDOR_FORBIDDEN | Acme refuses /api/things; the secret 'ACME_KEY' may not do that: no such luck",
                "404 | VENDOR_NOT_FOUND | Acme has no /api/things, or the secret 'ACME_KEY' may not see it",
                "422 | VENDOR_REFUSED | Acme answered 422 to /api/things: no such luck",
                "301 | VENDOR_REFUSED | Acme answered 301 to /api/things: no such luck"
            })
    void asksOnlyOnceWhereThereIsNoHope(int status, Type type, String sentence) {
        server.enqueue(answer(status, "{\"message\":\"no such luck\"}").build());

        VendorFailure failure = failure(api(Duration.ofSeconds(5), Duration.ofSeconds(5)));
        assertThat(failure.type()).isEqualTo(type);
        assertThat(failure.sentence()).startsWith(sentence);
        assertThat(failure.type().passes()).isFalse();
        assertThat(server.getRequestCount()).isEqualTo(1);
    }

    @Test
    void waitsAsLongAsTheVendorSaysAndNotLonger() {
        server.enqueue(answer(503, "").addHeader("Retry-After", "1").build());
        server.enqueue(answer(200, "{}").build());
        get();
        assertThat(server.getRequestCount()).isEqualTo(2);

        server.enqueue(answer(429, "").addHeader("Retry-After", "3600").build());
        VendorFailure failure = failure(api(Duration.ofSeconds(5), Duration.ofSeconds(5)));
        assertThat(failure.type()).isEqualTo(Type.VENDOR_RATE_LIMITED);
        assertThat(failure.again().orElseThrow()).isAfter(Instant.now().plusSeconds(3500));
        assertThat(failure.sentence()).startsWith("Acme takes no more questions until ");
    }

    @Test
    void aUsedUpBudgetIsARateLimitAlsoWhereTheVendorSaysForbidden() {
        long reset = Instant.now().plusSeconds(900).getEpochSecond();
        server.enqueue(answer(403, "{\"message\":\"API rate limit exceeded\"}")
                .addHeader("x-ratelimit-remaining", "0")
                .addHeader("x-ratelimit-reset", reset)
                .build());

        VendorFailure failure = failure(once());
        assertThat(failure.type()).isEqualTo(Type.VENDOR_RATE_LIMITED);
        assertThat(failure.again()).contains(Instant.ofEpochSecond(reset));
    }

    @Test
    void aServerThatHangsIsLeftAfterTheLimitAlsoInTheMiddleOfItsAnswer() {
        server.enqueue(new MockResponse.Builder()
                .onResponseStart(SocketEffect.Stall.INSTANCE)
                .build());
        assertThat(failure(hasty()))
                .returns(Type.VENDOR_TIMED_OUT, VendorFailure::type)
                .hasMessageContaining("within 300ms");

        server.enqueue(answer(200, "{\"a\":\"" + "x".repeat(5000) + "\"}")
                .throttleBody(10, 100, TimeUnit.MILLISECONDS)
                .build());
        assertThat(failure(hasty()).type()).isEqualTo(Type.VENDOR_TIMED_OUT);
    }

    @Test
    void whatMustNotBeDoneTwiceIsAskedOnceUnlessItWasCertainlyNotDone() {
        VendorApi api = api(Duration.ofSeconds(5), Duration.ofSeconds(5));
        server.enqueue(answer(502, "").build());
        assertThatThrownBy(() ->
                        api.post(List.of("deployments"), JsonNodeFactory.instance.objectNode(), false, Pulse.unheard()))
                .isInstanceOfSatisfying(VendorFailure.class, failure -> assertThat(failure.type())
                        .isEqualTo(Type.VENDOR_BROKEN));
        assertThat(server.getRequestCount()).isEqualTo(1);

        server.enqueue(answer(429, "").addHeader("Retry-After", "0").build());
        server.enqueue(answer(201, "{\"id\":7}").build());
        assertThat(api.post(List.of("deployments"), JsonNodeFactory.instance.objectNode(), false, Pulse.unheard())
                        .body()
                        .path("id")
                        .intValue())
                .isEqualTo(7);
    }

    @Test
    void theRequestsIdIsInTheMessageAndTheCredentialIsNot() {
        server.enqueue(answer(400, "{\"message\":\"bad " + KEY + "\"}")
                .addHeader("X-Request-Id", "abc-123")
                .build());

        VendorFailure failure = failure(once());
        assertThat(failure).hasMessage("Acme answered 400 to /api/things: bad *** (request id abc-123)");
        assertThat(failure.sentence()).doesNotContain("abc-123");
    }

    @Test
    void aCancelledCallerIsHeardWhileItWaits() {
        server.enqueue(answer(503, "").addHeader("Retry-After", "4").build());
        AtomicInteger beats = new AtomicInteger();
        Pulse cancelled = progress -> {
            if (beats.incrementAndGet() > 2) {
                throw new WorkInterrupted("cancelled");
            }
        };

        assertThatThrownBy(() ->
                        api(Duration.ofSeconds(5), Duration.ofSeconds(30)).get(List.of("things"), Map.of(), cancelled))
                .isInstanceOf(WorkInterrupted.class);
    }
}
