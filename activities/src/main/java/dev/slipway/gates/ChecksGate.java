package dev.slipway.gates;

import com.fasterxml.jackson.databind.JsonNode;
import dev.slipway.plan.Gate;
import dev.slipway.vendor.GitHub;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import okhttp3.OkHttpClient;

/**
 * GitHub's checks have succeeded at the very commit. Both kinds count, check runs and commit statuses; a name that several
 * have must have succeeded in all of them. Nothing but {@code success} is one: skipped and neutral are not.
 */
final class ChecksGate implements GateJudge {

    private final AtGitHub at;

    ChecksGate(OkHttpClient client) {
        this.at = new AtGitHub(client);
    }

    @Override
    public String kind() {
        return "checks";
    }

    private static AtGitHub.Asked asked(GateContext context) {
        Gate.Checks checks = context.gate().checks().get(0);
        return new AtGitHub.Asked(checks.github(), checks.token(), checks.api());
    }

    @Override
    public List<String> problems(GateContext context) {
        return at.problems(context, asked(context));
    }

    @Override
    public Finding judge(GateContext context) {
        Gate.Checks wanted = context.gate().checks().get(0);
        GitHub github = at.of(context, asked(context));
        String commit = context.plan().commit();
        List<JsonNode> runs = github.checkRuns(commit).stream()
                .filter(run ->
                        wanted.app().isEmpty() || run.at("/app/slug").asText().equals(wanted.app()))
                .toList();
        // a status says only who set it, and that may be anybody who can push
        List<JsonNode> statuses = wanted.app().isEmpty() ? github.statuses(commit) : List.of();
        List<String> waiting = new ArrayList<>();
        for (String name : wanted.required()) {
            List<String> found = Stream.concat(
                            runs.stream()
                                    .filter(run -> run.path("name").asText().equals(name))
                                    .map(ChecksGate::result),
                            statuses.stream()
                                    .filter(status ->
                                            status.path("context").asText().equals(name))
                                    .map(status -> status.path("state").asText()))
                    .toList();
            if (found.isEmpty()) {
                waiting.add(name + " is not there");
            }
            found.stream()
                    .filter(result -> !result.equals("success"))
                    .findFirst()
                    .ifPresent(result -> waiting.add(name + " is " + result));
        }
        String where = " at " + commit.substring(0, Math.min(12, commit.length())) + " of " + wanted.github();
        return waiting.isEmpty()
                ? Finding.passed(String.join(", ", wanted.required()) + " succeeded" + where)
                : Finding.waits(String.join(", ", waiting) + where);
    }

    private static String result(JsonNode run) {
        String status = run.path("status").asText();
        return status.equals("completed") ? run.path("conclusion").asText("without conclusion") : status;
    }
}
