package dev.slipway.worker.demo;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A stand-in for GitHub on this machine, where all is well: every check of every commit has succeeded, each commit came by a
 * pull request into main that two people approved, and main is protected.
 */
final class GitHubStandIn {

    private static final Pattern COMMIT = Pattern.compile("/repos/acme/script-fury/commits/([0-9a-f]{40})/(.+)");
    private static final Pattern REVIEWS = Pattern.compile("/repos/acme/script-fury/pulls/(\\d+)/reviews");

    private final String token;
    private final List<String> checks;
    private final ObjectMapper json = new ObjectMapper();
    private final List<String> pulls = new ArrayList<>();

    /**
     * @param token that is accepted
     * @param checks names of all checks
     */
    GitHubStandIn(String token, List<String> checks) {
        this.token = token;
        this.checks = checks;
    }

    /** Answers one question; empty where there is nothing of that name, or the token is wrong. */
    synchronized Optional<String> get(String authorization, String path) {
        if (!("Bearer " + token).equals(authorization)) {
            return Optional.empty();
        }
        Matcher commit = COMMIT.matcher(path);
        if (commit.matches()) {
            return switch (commit.group(2)) {
                case "check-runs" -> Optional.of(checkRuns());
                case "pulls" -> Optional.of(pulls(commit.group(1)));
                default -> Optional.empty();
            };
        }
        Matcher reviews = REVIEWS.matcher(path);
        if (reviews.matches()) {
            return Optional.of(reviews(pulls.get(Integer.parseInt(reviews.group(1)) - 1)));
        }
        return switch (path) {
            case "/repos/acme/script-fury/branches/main/protection" -> Optional.of(protection());
            case "/repos/acme/script-fury/rules/branches/main" -> Optional.of("[]");
            default -> Optional.empty();
        };
    }

    private String checkRuns() {
        ObjectNode body = json.createObjectNode().put("total_count", checks.size());
        ArrayNode runs = body.putArray("check_runs");
        checks.forEach(name -> runs.addObject()
                .put("name", name)
                .put("status", "completed")
                .put("conclusion", "success")
                .putObject("app")
                .put("slug", "github-actions"));
        return body.toString();
    }

    private String pulls(String commit) {
        if (!pulls.contains(commit)) {
            pulls.add(commit);
        }
        ArrayNode all = json.createArrayNode();
        ObjectNode pull = all.addObject()
                .put("number", pulls.indexOf(commit) + 1)
                .put("state", "closed")
                .put("merged_at", "2026-11-27T10:00:00Z")
                .put("merge_commit_sha", commit);
        pull.putObject("head").put("sha", commit);
        pull.putObject("base").put("ref", "main");
        pull.putObject("user").put("login", "dora");
        return all.toString();
    }

    private String reviews(String commit) {
        ArrayNode all = json.createArrayNode();
        for (String login : List.of("ana-at-acme", "ben-at-acme")) {
            all.addObject()
                    .put("state", "APPROVED")
                    .put("commit_id", commit)
                    .put("author_association", "MEMBER")
                    .putObject("user")
                    .put("login", login);
        }
        return all.toString();
    }

    private String protection() {
        ObjectNode protection = json.createObjectNode();
        protection.putObject("enforce_admins").put("enabled", true);
        protection.putObject("allow_force_pushes").put("enabled", false);
        protection.putObject("allow_deletions").put("enabled", false);
        protection.putObject("required_pull_request_reviews").put("required_approving_review_count", 2);
        ArrayNode contexts = protection.putObject("required_status_checks").putArray("contexts");
        checks.forEach(contexts::add);
        return protection.toString();
    }
}
