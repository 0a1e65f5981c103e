package dev.slipway.notifying;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.slipway.trust.Json;
import java.util.List;
import org.junit.jupiter.api.Test;

final class WebhookChannelTest extends HttpChannelContract {

    @Override
    NotificationChannel channel() {
        return channel(server.url("/hook/" + secret()).toString());
    }

    private NotificationChannel channel(String address) {
        return new WebhookChannel(post("the webhook", address), Json.mapper());
    }

    @Override
    String secret() {
        return "T000-secret-part";
    }

    /** Nobody knows what the address is called: it may stand in the plan. */
    @Override
    String secretName() {
        return "the webhook";
    }

    @Override
    void takes() {
        answers(204, "");
    }

    @Override
    List<Runnable> refusals() {
        return answering(400, 401, 403, 404, 410, 301, 302);
    }

    @Override
    List<Runnable> outages() {
        return answering(500, 502, 503, 429);
    }

    @Override
    void refusesTheSecret() {
        answers(401, "");
    }

    @Test
    void sendsTextPartsAndAKey() throws Exception {
        takes();
        channel().send(NOTIFICATION);

        JsonNode body = document();
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
            isNoAddress(channel(address), "the webhook's address is none");
        }
    }
}
