package dev.slipway.vendor;

import com.fasterxml.jackson.databind.JsonNode;
import dev.slipway.process.Pulse;
import dev.slipway.vendor.VendorFailure.Type;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import okhttp3.HttpUrl;
import okhttp3.OkHttpClient;

/** What GitHub says about one repository; REST API, version 2022-11-28. */
public final class GitHub {

    /** Whoever waits for it asks again anyway. */
    private static final VendorApi.Limits LIMITS = new VendorApi.Limits(Duration.ofSeconds(10), Duration.ofSeconds(3));

    private static final int PAGE = 100;
    private static final int MOST_PAGES = 10;

    private final VendorApi api;
    private final String owner;
    private final String repository;
    private final Pulse pulse;

    private GitHub(VendorApi api, String repository, Pulse pulse) {
        String[] parts = repository.split("/", 2);
        this.api = api;
        this.owner = parts[0];
        this.repository = parts[1];
        this.pulse = pulse;
    }

    /**
     * With what GitHub is asked.
     *
     * @param token empty for none
     * @param credential how the token is called in messages; empty for none
     */
    public record Access(HttpUrl base, String token, String credential) {}

    /** @param repository {@code OWNER/NAME} */
    public static GitHub of(
            OkHttpClient client,
            Access access,
            String repository,
            UnaryOperator<String> redact,
            Clock clock,
            Pulse pulse) {
        Map<String, String> headers = new LinkedHashMap<>();
        headers.put("Accept", "application/vnd.github+json");
        headers.put("X-GitHub-Api-Version", "2022-11-28");
        if (!access.token().isEmpty()) {
            headers.put("Authorization", "Bearer " + access.token());
        }
        VendorApi.Vendor vendor = new VendorApi.Vendor("GitHub", access.base(), headers, access.credential());
        VendorApi api = new VendorApi(client, vendor, LIMITS, redact, clock);
        return new GitHub(api, repository, pulse);
    }

    /** The newest run of each check at a commit: {@code name, status, conclusion, app.slug}. */
    public List<JsonNode> checkRuns(String commit) {
        return all(List.of("commits", commit, "check-runs"), Map.of("filter", "latest"), "check_runs");
    }

    /** The newest status of each context at a commit: {@code context, state}. */
    public List<JsonNode> statuses(String commit) {
        return all(List.of("commits", commit, "status"), Map.of(), "statuses");
    }

    /** The pull requests that a commit came by or is proposed in. */
    public List<JsonNode> pullRequests(String commit) {
        return all(List.of("commits", commit, "pulls"), Map.of(), "");
    }

    /** All reviews of a pull request, oldest first. */
    public List<JsonNode> reviews(long pullRequest) {
        return all(List.of("pulls", Long.toString(pullRequest), "reviews"), Map.of(), "");
    }

    /** The classic protection of a branch; empty where it has none. */
    public Optional<JsonNode> protection(String branch) {
        return there(List.of("branches", branch, "protection"));
    }

    /** The rules of active rule sets that hold for a branch: {@code type, parameters, ruleset_id}. */
    public List<JsonNode> rules(String branch) {
        return all(List.of("rules", "branches", branch), Map.of(), "");
    }

    /** One rule set; {@code bypass_actors} is there only for who may administer it. */
    public Optional<JsonNode> ruleSet(long id) {
        return there(List.of("rulesets", Long.toString(id)));
    }

    private Optional<JsonNode> there(List<String> path) {
        try {
            return Optional.of(api.get(under(path), Map.of(), pulse).body());
        } catch (VendorFailure e) {
            if (e.type() == Type.VENDOR_NOT_FOUND) {
                return Optional.empty();
            }
            throw e;
        }
    }

    private List<JsonNode> all(List<String> path, Map<String, String> query, String member) {
        List<JsonNode> found = new ArrayList<>();
        for (int page = 1; page <= MOST_PAGES; page++) {
            Map<String, String> paged = new LinkedHashMap<>(query);
            paged.put("per_page", Integer.toString(PAGE));
            paged.put("page", Integer.toString(page));
            JsonNode answer = api.get(under(path), paged, pulse).body();
            JsonNode items = member.isEmpty() ? answer : answer.path(member);
            if (!items.isArray()) {
                throw new VendorFailure(
                        Type.VENDOR_UNREADABLE,
                        "GitHub answered " + String.join("/", path) + " with something that is no list",
                        "",
                        null);
            }
            items.forEach(found::add);
            if (items.size() < PAGE) {
                return found;
            }
        }
        throw new VendorFailure(
                Type.VENDOR_REFUSED,
                "GitHub has more than " + MOST_PAGES * PAGE + " of " + String.join("/", path) + "; that is not read",
                "",
                null);
    }

    private List<String> under(List<String> path) {
        List<String> whole = new ArrayList<>(List.of("repos", owner, repository));
        whole.addAll(path);
        return whole;
    }
}
