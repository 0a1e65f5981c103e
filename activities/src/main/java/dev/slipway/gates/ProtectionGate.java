package dev.slipway.gates;

import com.fasterxml.jackson.databind.JsonNode;
import dev.slipway.plan.Gate;
import dev.slipway.vendor.GitHub;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.stream.StreamSupport;
import okhttp3.OkHttpClient;

/**
 * The branch is protected, by the classic protection or by rule sets together: no force push, no deletion, so many reviews,
 * these checks, and nobody who may go past it. What the token can't see is not there.
 */
final class ProtectionGate implements GateJudge {

    private final AtGitHub at;

    ProtectionGate(OkHttpClient client) {
        this.at = new AtGitHub(client);
    }

    @Override
    public String kind() {
        return "protection";
    }

    private static AtGitHub.Asked asked(GateContext context) {
        Gate.Protection protection = context.gate().protection().get(0);
        return new AtGitHub.Asked(protection.github(), protection.token(), protection.api());
    }

    @Override
    public List<String> problems(GateContext context) {
        return at.problems(context, asked(context));
    }

    @Override
    public Finding judge(GateContext context) {
        Gate.Protection wanted = context.gate().protection().get(0);
        GitHub github = at.of(context, asked(context));
        String branch = wanted.branch();
        Found found = new Found();
        Optional<JsonNode> classic = github.protection(branch);
        classic.ifPresent(found::classic);
        Map<Long, Boolean> bypassed = new HashMap<>();
        for (JsonNode rule : github.rules(branch)) {
            long set = rule.path("ruleset_id").asLong();
            if (!bypassed.computeIfAbsent(set, id -> mayBeBypassed(github, id))) {
                found.rule(rule);
            } else {
                found.bypassed.add("rule set " + set + " can be bypassed, or this token may not see who can");
            }
        }
        List<String> missing = found.missing(wanted);
        String where = wanted.github() + ", branch " + branch;
        if (missing.isEmpty()) {
            return Finding.passed(where + " is protected");
        }
        missing.addAll(found.bypassed);
        return Finding.waits(where + ": " + String.join(", ", missing));
    }

    private static boolean mayBeBypassed(GitHub github, long ruleSet) {
        return github.ruleSet(ruleSet)
                .map(set -> !set.path("bypass_actors").isArray()
                        || !set.path("bypass_actors").isEmpty())
                .orElse(true);
    }

    /** What holds for everybody. */
    private static final class Found {
        private boolean noForce;
        private boolean noDeletion;
        private int reviews;
        private final TreeSet<String> checks = new TreeSet<>();
        private final TreeSet<String> bypassed = new TreeSet<>();

        void classic(JsonNode protection) {
            if (!protection.at("/enforce_admins/enabled").asBoolean(false)) {
                bypassed.add("its protection does not hold for administrators");
                return;
            }
            // absent is not false
            noForce |= isFalse(protection.at("/allow_force_pushes/enabled"));
            noDeletion |= isFalse(protection.at("/allow_deletions/enabled"));
            JsonNode asked = protection.path("required_pull_request_reviews");
            JsonNode around = asked.path("bypass_pull_request_allowances");
            boolean somebody = StreamSupport.stream(around.spliterator(), false).anyMatch(list -> !list.isEmpty());
            if (somebody) {
                bypassed.add("some may push without a pull request");
            } else {
                reviews = Math.max(
                        reviews, asked.path("required_approving_review_count").asInt(0));
            }
            protection.at("/required_status_checks/contexts").forEach(name -> checks.add(name.asText()));
            protection
                    .at("/required_status_checks/checks")
                    .forEach(check -> checks.add(check.path("context").asText()));
        }

        private static boolean isFalse(JsonNode node) {
            return node.isBoolean() && !node.booleanValue();
        }

        void rule(JsonNode rule) {
            switch (rule.path("type").asText()) {
                case "non_fast_forward" -> noForce = true;
                case "deletion" -> noDeletion = true;
                case "pull_request" ->
                    reviews = Math.max(
                            reviews,
                            rule.at("/parameters/required_approving_review_count")
                                    .asInt(0));
                case "required_status_checks" ->
                    rule.at("/parameters/required_status_checks")
                            .forEach(check -> checks.add(check.path("context").asText()));
                default -> {
                    // says nothing that is asked here
                }
            }
        }

        List<String> missing(Gate.Protection wanted) {
            List<String> missing = new ArrayList<>();
            if (!noForce) {
                missing.add("it can be pushed to with force");
            }
            if (!noDeletion) {
                missing.add("it can be deleted");
            }
            if (reviews < wanted.reviews()) {
                missing.add("it asks for " + reviews + " of " + wanted.reviews() + " reviews");
            }
            wanted.required().stream()
                    .filter(name -> !checks.contains(name))
                    .forEach(name -> missing.add("it does not ask for the check " + name));
            return missing;
        }
    }
}
