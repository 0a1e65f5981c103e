package dev.slipway.notifying;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.time.Duration;
import okhttp3.MediaType;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.RequestBody;
import okhttp3.Response;

/**
 * An address that takes a JSON document: {@code text} for those that show text (Slack's incoming webhooks among them), and
 * the parts under {@code slipway}. The header {@code Idempotency-Key} is the same for the same event.
 */
final class WebhookChannel implements NotificationChannel {

    private final String address;
    private final OkHttpClient client;
    private final ObjectMapper json;

    WebhookChannel(String address, OkHttpClient client, Duration limit, ObjectMapper json) {
        this.address = address;
        this.client = client.newBuilder().callTimeout(limit).build();
        this.json = json;
    }

    @Override
    public String name() {
        return "webhook";
    }

    @Override
    public void send(Notification notification) throws NotSent {
        try (Response response = client.newCall(request(notification)).execute()) {
            if (!response.isSuccessful()) {
                int code = response.code();
                throw new NotSent("the webhook answered " + code, code >= 500 || code == 408 || code == 429);
            }
        } catch (IOException e) {
            throw new NotSent("the webhook did not answer: " + e.getClass().getSimpleName(), true);
        } catch (IllegalArgumentException e) {
            throw new NotSent("the webhook's address is none", false);
        }
    }

    private Request request(Notification notification) throws NotSent {
        ObjectNode document = json.createObjectNode();
        StringBuilder text = new StringBuilder(notification.text());
        notification.undo().forEach(command -> text.append("\nundo by hand: `")
                .append(command)
                .append('`'));
        document.put("text", text.toString());
        document.set("slipway", json.valueToTree(notification));
        try {
            return new Request.Builder()
                    .url(address)
                    .header("Idempotency-Key", notification.key())
                    .post(RequestBody.create(json.writeValueAsString(document), MediaType.get("application/json")))
                    .build();
        } catch (JsonProcessingException e) {
            throw new NotSent("the message can't be written as JSON: " + e.getOriginalMessage(), false);
        }
    }
}
