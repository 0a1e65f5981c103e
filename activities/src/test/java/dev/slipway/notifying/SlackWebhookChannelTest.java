package dev.slipway.notifying;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

final class SlackWebhookChannelTest extends HttpChannelContract {

    @Override
    NotificationChannel channel() {
        return new SlackWebhookChannel(
                secretName(),
                post("Slack's webhook", server.url("/services/" + secret()).toString()),
                new Pace(Duration.ZERO));
    }

    @Override
    String secret() {
        return "T000-secret-part";
    }

    @Override
    void takes() {
        answers(200, "ok");
    }

    @Override
    List<Runnable> refusals() {
        List<Runnable> all = new ArrayList<>(answering(301, 302));
        all.add(answering(400, "invalid_payload"));
        all.add(answering(403, "action_prohibited"));
        all.add(answering(404, "channel_not_found"));
        all.add(answering(410, "channel_is_archived"));
        return all;
    }

    @Override
    List<Runnable> outages() {
        List<Runnable> all = new ArrayList<>(answering(502, 503, 429));
        all.add(answering(500, "rollup_error"));
        all.add(answering(200, HTML));
        return all;
    }

    @Override
    void refusesTheSecret() {
        answers(404, "no_service");
    }

    @Test
    void saysWhatSlackSays() {
        answers(400, "invalid_payload");
        assertThat(failure(false)).hasMessage("Slack answered 400 (invalid_payload)");
    }

    @Test
    void showsAHeadlineLinesAndCommandsAndNothingOfThemIsAFormat() throws Exception {
        takes();
        channel()
                .send(Notification.of("k", "waiting", "shop", "production", "1", "shop/production <!channel> *1* waits")
                        .line("asked by ana: <https://evil|here> & ```")
                        .type("slipway approve shop/production@1")
                        .undo(List.of("./switch '<1>' ```")));

        JsonNode message = document();
        assertThat(message.get("text").asText())
                .isEqualTo(
                        "shop/production &lt;!channel&gt; *1* waits: asked by ana: &lt;https://evil|here&gt; &amp; ```");
        JsonNode blocks = message.get("blocks");
        assertThat(blocks).hasSize(4);
        assertThat(blocks.get(0).at("/text/type").asText()).isEqualTo("plain_text");
        assertThat(blocks.get(0).at("/text/text").asText()).isEqualTo("shop/production <!channel> *1* waits");
        assertThat(blocks.get(1).at("/text/type").asText()).isEqualTo("plain_text");
        assertThat(blocks.get(2).at("/elements/1/type").asText()).isEqualTo("rich_text_preformatted");
        assertThat(blocks.get(2).at("/elements/1/elements/0/text").asText())
                .isEqualTo("slipway approve shop/production@1");
        assertThat(blocks.get(3).at("/elements/1/elements/0/text").asText()).isEqualTo("./switch '<1>' ```");
    }

    @Test
    void aLongDayIsWhole() throws Exception {
        takes();
        Notification day = Notification.of("k", Summary.EVENT, "shop", "staging", "1", "a day");
        for (int line = 10; line < 40; line++) {
            day = day.line(line + " " + "x".repeat(397));
        }
        channel().send(day);

        JsonNode blocks = document().get("blocks");
        assertThat(blocks).hasSize(1 + 5);
        for (int block = 1; block < blocks.size(); block++) {
            assertThat(blocks.get(block).at("/text/text").asText()).hasSizeLessThanOrEqualTo(3000);
        }
        assertThat(blocks.get(5).at("/text/text").asText()).contains("39 xxx").endsWith("x");
    }
}
