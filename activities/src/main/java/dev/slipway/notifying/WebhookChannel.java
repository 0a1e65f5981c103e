package dev.slipway.notifying;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.notifying.JsonPost.Reply;
import java.util.Map;

/**
 * An address that takes a JSON document: {@code text} for those that show text, and the parts under {@code slipway}. The
 * header {@code Idempotency-Key} is the same for the same event.
 */
final class WebhookChannel implements NotificationChannel {

    private final JsonPost post;
    private final ObjectMapper json;

    WebhookChannel(JsonPost post, ObjectMapper json) {
        this.post = post;
        this.json = json;
    }

    @Override
    public String name() {
        return "webhook";
    }

    @Override
    public void send(Notification notification) throws NotSent {
        ObjectNode document = json.createObjectNode();
        document.put("text", notification.plain());
        document.set("slipway", json.valueToTree(notification));
        Reply reply = post.send(document, Map.of("Idempotency-Key", notification.key()));
        if (!reply.taken()) {
            throw new NotSent("the webhook answered " + reply.status(), reply.passes(), reply.after());
        }
    }
}
