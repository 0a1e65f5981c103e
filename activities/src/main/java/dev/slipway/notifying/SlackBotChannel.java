package dev.slipway.notifying;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.process.Pulse;
import dev.slipway.vendor.VendorApi;
import dev.slipway.vendor.VendorFailure;
import java.time.Clock;
import java.util.List;

/** A Slack bot: {@code chat.postMessage}, whose failures come with status 200. */
final class SlackBotChannel implements NotificationChannel {

    private final VendorApi api;
    private final String secret;
    private final String channel;
    private final Pace pace;
    private final Clock clock;

    /** @param secret name of the secret with the token */
    SlackBotChannel(VendorApi api, String secret, String channel, Pace pace, Clock clock) {
        this.api = api;
        this.secret = secret;
        this.channel = channel;
        this.pace = pace;
        this.clock = clock;
    }

    @Override
    public String name() {
        return "slack";
    }

    @Override
    public void send(Notification notification) throws NotSent {
        SlackFailure.awaitTurn(pace, secret + " " + channel);
        ObjectNode message = SlackMessage.of(notification);
        message.put("channel", channel);
        message.put("unfurl_links", false);
        message.put("unfurl_media", false);
        JsonNode answer;
        try {
            answer = api.post(List.of("chat.postMessage"), message, false, Pulse.unheard())
                    .body();
        } catch (VendorFailure failure) {
            throw NotSent.of(failure, clock.instant());
        }
        if (answer.path("ok").isBoolean() && answer.path("ok").booleanValue()) {
            return;
        }
        if (!answer.path("ok").isBoolean()) {
            throw new NotSent("Slack answered with something that is not its API's", true);
        }
        throw SlackFailure.of(answer.path("error").asText(), secret, channel);
    }
}
