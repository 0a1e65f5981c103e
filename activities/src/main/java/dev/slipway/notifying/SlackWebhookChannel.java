package dev.slipway.notifying;

import dev.slipway.notifying.JsonPost.Reply;
import java.util.Map;

/** Slack's incoming webhook: it answers {@code ok}, or a word for what is wrong. */
final class SlackWebhookChannel implements NotificationChannel {

    private final String secret;
    private final JsonPost post;
    private final Pace pace;

    /** @param secret name of the secret with the address */
    SlackWebhookChannel(String secret, JsonPost post, Pace pace) {
        this.secret = secret;
        this.post = post;
        this.pace = pace;
    }

    @Override
    public String name() {
        return "slack";
    }

    @Override
    public void send(Notification notification) throws NotSent {
        SlackFailure.awaitTurn(pace, secret);
        Reply reply = post.send(SlackMessage.of(notification), Map.of());
        String word = reply.body().strip();
        String said = word.matches("[a-z_]{1,60}") ? " (" + word + ")" : "";
        if (reply.taken() && word.equals("ok")) {
            return;
        }
        if (reply.taken()) {
            throw new NotSent("Slack answered " + reply.status() + " without its `ok`" + said, true);
        }
        if (reply.status() == 429) {
            throw new NotSent("Slack takes no more messages for now", true, reply.after());
        }
        if (reply.status() == 401 || reply.status() == 403 || reply.status() == 404 || reply.status() == 410) {
            throw new NotSent(
                    "Slack does not take what is sent to the webhook of the secret '" + secret + "'" + said
                            + "; it is wrong, or was removed there: make a new one",
                    false);
        }
        throw new NotSent("Slack answered " + reply.status() + said, reply.passes(), reply.after());
    }
}
