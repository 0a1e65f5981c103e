package dev.slipway.notifying;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.slipway.vendor.VendorDescription;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class SlackBotChannelTest extends HttpChannelContract {

    private static final String TAKEN = """
            {"ok": true, "channel": "C1H9RESGL", "ts": "1503435956.000247", "message": {"subtype": "bot_message", "text": "told", "ts": "1503435956.000247", "type": "message", "username": "slipway"}}
            """;

    @Override
    NotificationChannel channel() {
        return new SlackBotChannel(
                api("Slack", Map.of("Authorization", "Bearer " + secret())),
                secretName(),
                "#releases",
                new Pace(Duration.ZERO),
                Clock.systemUTC());
    }

    @Override
    String secret() {
        return "xoxb-secret-token";
    }

    @Override
    void takes() {
        answers(200, TAKEN);
    }

    private static String failed(String word) {
        return "{\"ok\": false, \"error\": \"" + word + "\"}";
    }

    @Override
    List<Runnable> refusals() {
        List<Runnable> all = new ArrayList<>(answering(400, 401, 403, 404, 301));
        for (String word : List.of("channel_not_found", "not_in_channel", "is_archived", "msg_too_long", "x")) {
            all.add(answering(200, failed(word)));
        }
        return all;
    }

    @Override
    List<Runnable> outages() {
        List<Runnable> all = new ArrayList<>(answering(500, 503, 429));
        all.add(answering(200, HTML));
        all.add(answering(200, "[]"));
        all.add(answering(200, "{\"ok\": \"true\"}"));
        all.add(answering(200, "{\"ok\": tru"));
        all.add(answering(200, failed("ratelimited")));
        all.add(answering(200, failed("internal_error")));
        return all;
    }

    @Override
    void refusesTheSecret() {
        answers(200, failed("invalid_auth"));
    }

    @Test
    void saysWhichSecretAndWhichChannel() {
        answers(200, failed("token_expired"));
        assertThat(failure(false))
                .hasMessageStartingWith("Slack does not accept the secret 'CHANNEL_SECRET' (token_expired)");
        answers(200, failed("not_in_channel"));
        assertThat(failure(false)).hasMessageContaining("can't write to #releases (not_in_channel)");
    }

    @Test
    void postsAsSlackDescribesIt() throws Exception {
        takes();
        channel().send(NOTIFICATION.type("slipway status shop/production"));

        JsonNode message = document();
        assertThat(request.getUrl().encodedPath()).isEqualTo("/chat.postMessage");
        assertThat(request.getHeaders().get("Authorization")).isEqualTo("Bearer " + secret());
        assertThat(message.get("channel").asText()).isEqualTo("#releases");
        // the description knows forms, with a token in a header of its own; JSON with a bearer token is newer
        assertThat(notAsDescribed("slack-web-api.swagger2.json"))
                .allMatch(problem -> problem.contains("parameter 'token' is required")
                        || problem.contains("[Path '/blocks'] Instance type (array)"));
        VendorDescription described =
                VendorDescription.find("slack-web-api.swagger2.json").orElseThrow();
        assertThat(described.problems(request, 200, TAKEN)).isEmpty();
        assertThat(described.problems(request, 200, failed("invalid_auth"))).isNotEmpty();
    }
}
