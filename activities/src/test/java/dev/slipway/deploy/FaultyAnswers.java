package dev.slipway.deploy;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.function.Supplier;
import mockwebserver3.MockResponse;
import mockwebserver3.SocketEffect;

/** How a vendor fails, the same for all. */
final class FaultyAnswers {

    private FaultyAnswers() {}

    /** @param proper does what was asked for, and answers properly */
    static MockResponse of(Fault fault, Supplier<MockResponse> proper) {
        return switch (fault) {
            case TOO_MANY ->
                new MockResponse.Builder()
                        .code(429)
                        .addHeader("Retry-After", "0")
                        .build();
            case BROKEN -> new MockResponse.Builder().code(500).body("oops").build();
            case HANGS ->
                new MockResponse.Builder()
                        .onResponseStart(SocketEffect.Stall.INSTANCE)
                        .build();
            case HTML ->
                new MockResponse.Builder()
                        .body("<html>down for maintenance</html>")
                        .build();
            case CUT_OFF -> {
                proper.get();
                yield new MockResponse.Builder().body("{\"data\":{\"servi").build();
            }
            case LOST -> {
                proper.get();
                yield new MockResponse.Builder()
                        .onResponseStart(new SocketEffect.CloseSocket())
                        .build();
            }
        };
    }

    static MockResponse json(int status, JsonNode body) {
        return new MockResponse.Builder()
                .code(status)
                .addHeader("Content-Type", "application/json")
                .body(body.toString())
                .build();
    }
}
