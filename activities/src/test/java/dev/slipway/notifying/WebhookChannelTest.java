package dev.slipway.notifying;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import dev.slipway.trust.Json;
import java.time.Duration;
import mockwebserver3.MockResponse;
import mockwebserver3.MockWebServer;
import mockwebserver3.RecordedRequest;
import mockwebserver3.SocketEffect;
import okhttp3.OkHttpClient;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

final class WebhookChannelTest extends ChannelContract {

    private final MockWebServer server = new MockWebServer();

    @BeforeEach
    void start() throws Exception {
        server.start();
    }

    @AfterEach
    void stop() {
        server.close();
    }

    @Override
    NotificationChannel channel() {
        return channel(server.url("/hook/" + secret()).toString());
    }

    private static NotificationChannel channel(String address) {
        return new WebhookChannel(
                address,
                new OkHttpClient.Builder().followRedirects(false).build(),
                Duration.ofMillis(500),
                Json.mapper());
    }

    @Override
    String secret() {
        return "T000-secret-part";
    }

    @Override
    void answers(int status) {
        server.enqueue(new MockResponse.Builder()
                .code(status)
                .addHeader("Location", "http://127.0.0.1:9/elsewhere")
                .build());
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
    void sendsTextPartsAndAKey() throws Exception {
        answers(200);
        channel().send(NOTIFICATION);

        RecordedRequest request = server.takeRequest();
        JsonNode body = Json.mapper().readTree(request.getBody().utf8());
        assertThat(request.getMethod()).isEqualTo("POST");
        assertThat(request.getHeaders().get("Idempotency-Key")).isEqualTo("request/deployed");
        assertThat(body.get("text").asText())
                .isEqualTo("shop/production 1.0.0 is \"deployed\"\nundo by hand: `./switch 0.9.0`");
        assertThat(body.get("slipway").get("version").asText()).isEqualTo("1.0.0");
        assertThat(body.get("slipway").get("undo").get(0).asText()).isEqualTo("./switch 0.9.0");
    }

    @Test
    void anAddressThatIsNoneIsNamedSoAndNotShown() {
        for (String address : new String[] {"", "T000-secret-part", "ftp://T000-secret-part", "http://"}) {
            assertThatThrownBy(() -> channel(address).send(NOTIFICATION))
                    .isInstanceOf(NotificationChannel.NotSent.class)
                    .hasMessage("the webhook's address is none");
        }
    }
}
