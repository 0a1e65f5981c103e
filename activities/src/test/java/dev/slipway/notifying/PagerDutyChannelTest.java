package dev.slipway.notifying;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.slipway.plan.Channel;
import dev.slipway.vendor.VendorDescription;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class PagerDutyChannelTest extends HttpChannelContract {

    private static final String TAKEN =
            "{\"status\": \"success\", \"message\": \"Event processed\", \"dedup_key\": \"slipway shop\"}";
    private static final String REFUSED = "{\"status\": \"invalid event\", \"message\": \"Event object is invalid\","
            + " \"errors\": [\"Invalid routing key\"]}";

    @Override
    NotificationChannel channel() {
        return new PagerDutyChannel(api("PagerDuty", Map.of()), secret(), secretName(), Clock.systemUTC());
    }

    @Override
    String secret() {
        return "0123456789abcdef0123456789abcdef";
    }

    @Override
    void takes() {
        answers(202, TAKEN);
    }

    @Override
    List<Runnable> refusals() {
        List<Runnable> all = new ArrayList<>(answering(401, 403, 404, 301));
        all.add(answering(400, REFUSED));
        return all;
    }

    @Override
    List<Runnable> outages() {
        List<Runnable> all = new ArrayList<>(answering(500, 502, 503, 429));
        all.add(answering(200, HTML));
        all.add(answering(202, "{}"));
        return all;
    }

    @Override
    void refusesTheSecret() {
        answers(400, REFUSED);
    }

    private static Notification rolledBack() {
        return Notification.of(
                        "r/rolled-back",
                        "rolled-back",
                        "shop",
                        "production",
                        "1.1.0",
                        "shop/production 1.1.0 rolled back")
                .line("error-rate 7.2% > 5% for 2m; back on 1.0.0");
    }

    @Test
    void raisesOneIncidentForAReleaseAsPagerDutyDescribesIt() throws Exception {
        takes();
        channel().send(rolledBack().type("slipway unlock shop/production").undo(List.of("./switch 1.0.0")));

        JsonNode event = document();
        assertThat(request.getUrl().encodedPath()).isEqualTo("/enqueue");
        assertThat(event.get("event_action").asText()).isEqualTo("trigger");
        assertThat(event.get("dedup_key").asText()).isEqualTo("slipway shop/production@1.1.0");
        assertThat(event.at("/payload/summary").asText())
                .isEqualTo("shop/production 1.1.0 rolled back: error-rate 7.2% > 5% for 2m; back on 1.0.0");
        assertThat(event.at("/payload/custom_details/undo_by_hand/0").asText()).isEqualTo("./switch 1.0.0");
        assertThat(notAsDescribed("pagerduty-events-v2.json")).isEmpty();
        VendorDescription described =
                VendorDescription.find("pagerduty-events-v2.json").orElseThrow();
        assertThat(described.problems(request, 202, TAKEN)).isEmpty();
    }

    @Test
    void resolvesItWhenNobodyIsNeededAnyMore() throws Exception {
        takes();
        channel().send(rolledBack().about("shop/production@1.1.0", true));

        JsonNode event = document();
        assertThat(event.get("event_action").asText()).isEqualTo("resolve");
        assertThat(event.get("dedup_key").asText()).isEqualTo("slipway shop/production@1.1.0");
        assertThat(notAsDescribed("pagerduty-events-v2.json")).isEmpty();
    }

    @Test
    void resolvesEverythingThatTheSameDeedMakesGood() throws Exception {
        takes();
        takes();
        channel().send(rolledBack().about("shop/production@1.1.0", true).alsoOver(List.of("shop/production@1.0.0")));

        assertThat(document().get("dedup_key").asText()).isEqualTo("slipway shop/production@1.1.0");
        JsonNode other = document();
        assertThat(other.get("event_action").asText()).isEqualTo("resolve");
        assertThat(other.get("dedup_key").asText()).isEqualTo("slipway shop/production@1.0.0");
    }

    @Test
    void byItselfWantsOnlyWhatNeedsAPerson() {
        Channel usual = channel(List.of());
        assertThat(Channels.wants(usual, rolledBack(), false)).isTrue();
        assertThat(Channels.wants(usual, NOTIFICATION, false)).isFalse();
        assertThat(Channels.wants(usual, NOTIFICATION.about("shop/production@1.0.0", true), false))
                .isTrue();
        assertThat(Channels.wants(channel(List.of("deployed")), NOTIFICATION, false))
                .isTrue();
        assertThat(Channels.wants(channel(List.of("deployed")), rolledBack(), false))
                .isFalse();
    }

    @Test
    void byItselfWantsAFailureThatLeftSomethingChanged() throws Exception {
        Channel usual = channel(List.of());
        for (String event : List.of("failed", "cancelled")) {
            Notification left = Notification.of(
                            "r/" + event, event, "shop", "production", "1.1.0", "shop/production 1.1.0")
                    .about("shop/production@1.1.0", false);
            takes();
            channel().send(left);

            assertThat(Channels.wants(usual, left, false)).as(event).isTrue();
            JsonNode sent = document();
            assertThat(sent.get("event_action").asText()).isEqualTo("trigger");
            assertThat(sent.at("/payload/severity").asText()).as(event).isEqualTo("error");
            assertThat(PagerDutyChannel.wantsByItself(left.about("shop/production@1.1.0", true)))
                    .as(event + ", and nothing was changed")
                    .isFalse();
        }
    }

    private static Channel channel(List<String> on) {
        return new Channel(
                "",
                false,
                List.of(),
                List.of(),
                List.of(new Channel.PagerDuty("$KEY", "https://x.example")),
                List.of(),
                on,
                "");
    }
}
