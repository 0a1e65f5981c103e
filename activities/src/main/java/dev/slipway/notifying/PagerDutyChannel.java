package dev.slipway.notifying;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.process.Pulse;
import dev.slipway.vendor.VendorApi;
import dev.slipway.vendor.VendorFailure;
import java.time.Clock;
import java.util.List;
import java.util.Set;

/**
 * PagerDuty's Events API v2: one incident for each release that needs a person, resolved when it needs nobody any more. The
 * {@code dedup_key} is the release, so that a second event about it, from whichever worker, raises no second incident.
 */
final class PagerDutyChannel implements NotificationChannel {

    /** What needs a person, where the plan does not say otherwise. */
    private static final Set<String> NEEDS_A_PERSON =
            Set.of("rolled-back", "rollback-failed", "undecided", "asked", "budget-passed");

    /** What needs one where it is not over by that: something stays changed, and the environment is locked. */
    private static final Set<String> HALF_WAY = Set.of("failed", "cancelled");

    /** PagerDuty's limit, in characters. */
    private static final int SUMMARY = 1024;

    private final VendorApi api;
    private final String routingKey;
    private final String secret;
    private final Clock clock;

    /** @param secret name of the secret with the routing key */
    PagerDutyChannel(VendorApi api, String routingKey, String secret, Clock clock) {
        this.api = api;
        this.routingKey = routingKey;
        this.secret = secret;
        this.clock = clock;
    }

    static boolean wantsByItself(Notification notification) {
        return NEEDS_A_PERSON.contains(notification.event())
                || HALF_WAY.contains(notification.event()) && !notification.over();
    }

    @Override
    public String name() {
        return "pagerduty";
    }

    @Override
    public void send(Notification notification) throws NotSent {
        send(notification, notification.subject());
        if (notification.over()) {
            for (String also : notification.alsoOver()) {
                send(notification, also);
            }
        }
    }

    private void send(Notification notification, String subject) throws NotSent {
        ObjectNode event = JsonNodeFactory.instance.objectNode();
        event.put("routing_key", routingKey.strip());
        event.put("event_action", notification.over() ? "resolve" : "trigger");
        event.put("dedup_key", "slipway " + subject);
        event.put("client", "slipway");
        ObjectNode payload = event.putObject("payload");
        String summary = notification.sentence();
        payload.put("summary", summary.length() <= SUMMARY ? summary : summary.substring(0, SUMMARY - 1) + "…");
        payload.put("source", notification.service() + "/" + notification.environment());
        payload.put("severity", severity(notification.event()));
        payload.put("component", notification.service());
        payload.put("group", notification.environment());
        payload.put("class", notification.event());
        ObjectNode details = payload.putObject("custom_details");
        details.put("version", notification.version());
        notification.lines().forEach(details.withArray("lines")::add);
        notification.commands().forEach(details.withArray("to_type")::add);
        notification.undo().forEach(details.withArray("undo_by_hand")::add);
        JsonNode answer;
        try {
            answer = api.post(List.of("enqueue"), event, true, Pulse.unheard()).body();
        } catch (VendorFailure failure) {
            NotSent notSent = NotSent.of(failure, clock.instant());
            throw failure.type() == VendorFailure.Type.VENDOR_REFUSED
                    ? new NotSent(
                            notSent.getMessage() + "; look whether the secret '" + secret
                                    + "' is the integration key of an Events API v2",
                            false)
                    : notSent;
        }
        if (!answer.path("status").asText().equals("success")) {
            throw new NotSent("PagerDuty answered with something that is not its API's", true);
        }
    }

    private static String severity(String event) {
        return switch (event) {
            case "rollback-failed", "budget-passed" -> "critical";
            case "rolled-back", "failed", "cancelled" -> "error";
            case "undecided", "asked", "waiting", "reminder" -> "warning";
            default -> "info";
        };
    }
}
