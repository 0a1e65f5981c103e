package dev.slipway.notifying;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.slipway.http.HttpClients;
import dev.slipway.trust.Json;
import dev.slipway.vendor.VendorApi;
import dev.slipway.vendor.VendorDescription;
import java.time.Clock;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import mockwebserver3.MockResponse;
import mockwebserver3.MockWebServer;
import mockwebserver3.RecordedRequest;
import mockwebserver3.SocketEffect;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The contract for a channel that speaks HTTP. */
abstract class HttpChannelContract extends ChannelContract {

    static final String HTML = "<html><body>Please log in</body></html>";
    static final Duration LIMIT = Duration.ofSeconds(2);

    final MockWebServer server = new MockWebServer();
    RecordedRequest request;

    @BeforeEach
    void start() throws Exception {
        server.start();
    }

    @AfterEach
    void stop() {
        server.close();
    }

    final void answers(int status, String body) {
        server.enqueue(new MockResponse.Builder()
                .code(status)
                .addHeader("Location", "http://127.0.0.1:9/elsewhere")
                .body(body)
                .build());
    }

    final Runnable answering(int status, String body) {
        return () -> answers(status, body);
    }

    final List<Runnable> answering(int... statuses) {
        return Stream.of(statuses)
                .flatMapToInt(Arrays::stream)
                .mapToObj(status -> answering(status, ""))
                .toList();
    }

    final VendorApi api(String vendor, Map<String, String> headers) {
        return new VendorApi(
                HttpClients.standard(),
                new VendorApi.Vendor(vendor, server.url("/"), headers, "the secret '" + secretName() + "'"),
                new VendorApi.Limits(LIMIT, Duration.ZERO),
                text -> text,
                Clock.systemUTC());
    }

    final JsonPost post(String who, String address) {
        return new JsonPost(who, address, HttpClients.standard(), LIMIT, Clock.systemUTC());
    }

    @Override
    String received() throws Exception {
        request = server.takeRequest();
        return request.getBody().utf8();
    }

    final JsonNode document() throws Exception {
        return Json.mapper().readTree(received());
    }

    @Override
    void hangs() {
        server.enqueue(new MockResponse.Builder()
                .onResponseStart(SocketEffect.Stall.INSTANCE)
                .build());
    }

    @Override
    void breaksOff() {
        MockResponse reset = new MockResponse.Builder()
                .onResponseStart(new SocketEffect.CloseSocket())
                .build();
        server.enqueue(reset);
        server.enqueue(reset);
        server.enqueue(reset);
    }

    @Test
    void whoIsAskedToWaitSaysHowLong() {
        server.enqueue(new MockResponse.Builder()
                .code(429)
                .addHeader("Retry-After", "30")
                .build());

        asksForAPause(failure(true), Duration.ofSeconds(25), Duration.ofSeconds(30));
    }

    /** What of the last request is not as its vendor describes it. */
    final List<String> notAsDescribed(String file) {
        VendorDescription described = VendorDescription.find(file).orElse(null);
        Assumptions.assumeTrue(described != null, "the vendor's description is not on this machine");
        return described.problems(request);
    }

    final void neverShows(String text) {
        assertThat(text).doesNotContain(secret());
    }
}
