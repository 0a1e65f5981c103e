package dev.slipway.gates;

import com.fasterxml.jackson.databind.JsonNode;
import dev.slipway.plan.Gate;
import dev.slipway.plan.ReleasePlan;
import dev.slipway.trust.Lane;
import dev.slipway.vendor.GitHub;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import okhttp3.OkHttpClient;

/**
 * The pull request into the released branch that the commit came by was approved, at its last commit, by people who belong
 * to the repository. Of each reviewer only the latest word counts; a comment is none, and nobody approves their own.
 */
final class ReviewsGate implements GateJudge {

    private static final Set<String> WORDS = Set.of("APPROVED", "CHANGES_REQUESTED", "DISMISSED");
    private static final Set<String> BELONG = Set.of("OWNER", "MEMBER", "COLLABORATOR");

    private final AtGitHub at;

    ReviewsGate(OkHttpClient client) {
        this.at = new AtGitHub(client);
    }

    @Override
    public String kind() {
        return "reviews";
    }

    private static AtGitHub.Asked asked(GateContext context) {
        Gate.Reviews reviews = context.gate().reviews().get(0);
        return new AtGitHub.Asked(reviews.github(), reviews.token(), reviews.api());
    }

    @Override
    public List<String> problems(GateContext context) {
        return at.problems(context, asked(context));
    }

    @Override
    public Finding judge(GateContext context) {
        Gate.Reviews wanted = context.gate().reviews().get(0);
        GitHub github = at.of(context, asked(context));
        String commit = context.plan().commit();
        List<JsonNode> pulls = github.pullRequests(commit).stream()
                .filter(pull -> isTheEndOf(pull, commit))
                .filter(pull -> intoTheReleasedBranch(context.plan(), pull))
                .toList();
        if (pulls.isEmpty()) {
            return Finding.waits("no pull request of " + wanted.github() + " ends with "
                    + commit.substring(0, Math.min(12, commit.length())));
        }
        List<String> waiting = new ArrayList<>();
        for (JsonNode pull : pulls) {
            Finding finding = judge(github, pull, wanted.approvals());
            if (finding.passed()) {
                return finding;
            }
            waiting.add(finding.text());
        }
        return Finding.waits(String.join("; ", waiting));
    }

    private static boolean intoTheReleasedBranch(ReleasePlan plan, JsonNode pull) {
        String base = pull.at("/base/ref").asText();
        return plan.branch(Lane.NORMAL).isEmpty()
                || List.of(plan.branch(Lane.NORMAL), plan.branch(Lane.HOTFIX)).contains(base);
    }

    /** Merged as this commit, or at it now. */
    private static boolean isTheEndOf(JsonNode pull, String commit) {
        boolean merged = pull.path("merged_at").isTextual()
                && pull.path("merge_commit_sha").asText().equals(commit);
        boolean open = pull.path("state").asText().equals("open")
                && pull.at("/head/sha").asText().equals(commit);
        return merged || open;
    }

    private static Finding judge(GitHub github, JsonNode pull, int approvals) {
        long number = pull.path("number").asLong();
        String head = pull.at("/head/sha").asText();
        String author = pull.at("/user/login").asText();
        Map<String, JsonNode> latest = new LinkedHashMap<>();
        github.reviews(number).stream()
                .filter(review -> WORDS.contains(review.path("state").asText()))
                .filter(review ->
                        BELONG.contains(review.path("author_association").asText()))
                .forEach(review -> latest.put(review.at("/user/login").asText(), review));
        latest.remove(author);
        latest.remove("");
        List<String> against = latest.entrySet().stream()
                .filter(review -> review.getValue().path("state").asText().equals("CHANGES_REQUESTED"))
                .map(Map.Entry::getKey)
                .toList();
        List<String> approved = latest.entrySet().stream()
                .filter(review -> review.getValue().path("state").asText().equals("APPROVED"))
                .filter(review -> review.getValue().path("commit_id").asText().equals(head))
                .map(Map.Entry::getKey)
                .toList();
        String what = "pull request #" + number;
        if (!against.isEmpty()) {
            return Finding.waits(String.join(", ", against) + " asked for changes in " + what);
        }
        return approved.size() >= approvals
                ? Finding.passed(what + " was approved at its last commit by " + String.join(", ", approved))
                : Finding.waits(
                        what + " has " + approved.size() + " of " + approvals + " approvals at its last commit");
    }
}
