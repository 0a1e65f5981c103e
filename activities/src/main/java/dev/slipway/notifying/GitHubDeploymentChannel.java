package dev.slipway.notifying;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.process.Pulse;
import dev.slipway.vendor.VendorApi;
import dev.slipway.vendor.VendorFailure;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The deployment of a commit on GitHub, with its state. Both are looked up before they are made, so that whoever tells of
 * the same event again changes nothing.
 */
final class GitHubDeploymentChannel implements NotificationChannel {

    /** GitHub's limit, in characters. */
    private static final int DESCRIPTION = 140;

    private final VendorApi api;
    private final String repository;
    private final Clock clock;

    /** @param repository {@code OWNER/NAME} */
    GitHubDeploymentChannel(VendorApi api, String repository, Clock clock) {
        this.api = api;
        this.repository = repository;
        this.clock = clock;
    }

    /** What GitHub requires in each request. */
    static Map<String, String> headers(String token) {
        return Map.of(
                "Accept",
                "application/vnd.github+json",
                "X-GitHub-Api-Version",
                "2022-11-28",
                "Authorization",
                "Bearer " + token);
    }

    /** A deployment is of a commit. */
    static boolean wants(Notification notification) {
        return !notification.commit().isEmpty();
    }

    @Override
    public String name() {
        return "github";
    }

    @Override
    public void send(Notification notification) throws NotSent {
        try {
            long deployment = deployment(notification);
            String state = state(notification.event());
            String description = cut(notification.sentence());
            if (!stands(deployment, state, description)) {
                ObjectNode status = JsonNodeFactory.instance.objectNode();
                status.put("state", state);
                status.put("description", description);
                api.post(statuses(deployment), status, false, Pulse.unheard());
            }
        } catch (VendorFailure failure) {
            throw NotSent.of(failure, clock.instant());
        }
    }

    private long deployment(Notification notification) throws NotSent {
        Map<String, String> query =
                Map.of("sha", notification.commit(), "environment", notification.environment(), "per_page", "100");
        JsonNode found = api.get(path("deployments"), query, Pulse.unheard()).body();
        if (!found.isArray()) {
            throw new NotSent("GitHub answered with something that is no list of deployments", true);
        }
        for (JsonNode each : found) {
            if (each.at("/payload/slipway").asText().equals(notification.subject())) {
                return id(each);
            }
        }
        ObjectNode deployment = JsonNodeFactory.instance.objectNode();
        deployment.put("ref", notification.commit());
        deployment.put("environment", notification.environment());
        deployment.put("description", cut("slipway " + notification.subject()));
        // whether this may be deployed was judged already, and GitHub is to merge nothing
        deployment.put("auto_merge", false);
        deployment.putArray("required_contexts");
        deployment.putObject("payload").put("slipway", notification.subject());
        return id(api.post(path("deployments"), deployment, false, Pulse.unheard())
                .body());
    }

    private static long id(JsonNode deployment) throws NotSent {
        if (!deployment.path("id").canConvertToLong() || deployment.path("id").asLong() <= 0) {
            throw new NotSent("GitHub answered with something that is no deployment", true);
        }
        return deployment.path("id").asLong();
    }

    /** Whether it is the newest status already. */
    private boolean stands(long deployment, String state, String description) {
        JsonNode newest = Optional.ofNullable(api.get(statuses(deployment), Map.of("per_page", "1"), Pulse.unheard())
                        .body()
                        .get(0))
                .orElse(JsonNodeFactory.instance.missingNode());
        return newest.path("state").asText().equals(state)
                && newest.path("description").asText().equals(description);
    }

    private List<String> statuses(long deployment) {
        return path("deployments", Long.toString(deployment), "statuses");
    }

    private List<String> path(String... below) {
        List<String> path = new ArrayList<>(List.of("repos"));
        path.addAll(List.of(repository.split("/", 2)));
        path.addAll(List.of(below));
        return path;
    }

    private static String state(String event) {
        return switch (event) {
            case "waiting", "reminder" -> "queued";
            case "succeeded" -> "success";
            case "failed", "rolled-back" -> "failure";
            case "rollback-failed" -> "error";
            case "rejected", "expired", "cancelled" -> "inactive";
            default -> "in_progress";
        };
    }

    private static String cut(String text) {
        return text.length() <= DESCRIPTION ? text : text.substring(0, DESCRIPTION - 1) + "…";
    }
}
