package dev.slipway.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.release.ReleaseName;
import dev.slipway.release.ReleaseReport;
import dev.slipway.release.Status;
import dev.slipway.release.Waiting;
import dev.slipway.restore.RestoreWorkflow;
import dev.slipway.restore.RestoreWorkflow.RestoreInput;
import dev.slipway.trust.Json;
import dev.slipway.trust.SignedStatement;
import dev.slipway.trust.Statement;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Restores that wait for a yes. They keep no memo, so a worker has to answer for them.
 *
 * @param unanswered those of which nobody knows whether they wait, as no worker answers
 */
record WaitingRestores(List<Running> waiting, List<Unanswered> unanswered) {

    /**
     * A restore that runs, and for which no worker answers.
     *
     * @param by who asked for it
     * @param why nobody answers, and what to do
     */
    record Unanswered(ReleaseName name, String request, String by, String why) {

        String sentence() {
            return "whether it waits for a yes is not known: " + why;
        }

        /** What is known without a worker, in the form of what waits, and why it is no more. */
        ObjectNode json() {
            return WaitingRestores.json(
                    new Status(
                            name.service(),
                            name.environment(),
                            name.version(),
                            "",
                            request,
                            by,
                            "",
                            "",
                            "",
                            List.of(),
                            Instant.EPOCH,
                            ""),
                    why);
        }
    }

    /** @param unanswered why nobody knows whether it waits; empty where it does */
    static ObjectNode json(Status status, String unanswered) {
        ObjectNode one = Json.mapper().valueToTree(status);
        return one.put("unanswered", unanswered);
    }

    static WaitingRestores all(Temporal temporal) {
        List<Running> waiting = new ArrayList<>();
        List<Unanswered> unanswered = new ArrayList<>();
        for (Execution execution : temporal.running(RestoreWorkflow.class.getSimpleName())) {
            WaitingRestores of = of(temporal, execution);
            waiting.addAll(of.waiting());
            unanswered.addAll(of.unanswered());
        }
        return new WaitingRestores(waiting, unanswered);
    }

    /** That one, where it is a restore that waits for somebody, or may do so. */
    static WaitingRestores of(Temporal temporal, Execution execution) {
        // a drill waits for nobody
        if (!execution.workflow().startsWith("restore:")) {
            return new WaitingRestores(List.of(), List.of());
        }
        Optional<Asked> asked = asked(temporal, execution);
        if (asked.isEmpty()) {
            return new WaitingRestores(List.of(), List.of());
        }
        Optional<String> nobody = new Workers(temporal).nobodyTakes(asked.get().environment());
        Optional<ReleaseReport> report = nobody.isPresent() ? Optional.empty() : temporal.report(execution);
        if (report.isEmpty()) {
            String why = nobody.orElse("no worker answers for " + execution.workflow() + "; look at the worker's log");
            return new WaitingRestores(List.of(), List.of(asked.get().unanswered(why)));
        }
        return new WaitingRestores(
                report
                        // a report is only what somebody answers; the id is what the restore is known by
                        .filter(told -> isId(execution, told.service(), told.environment()))
                        .flatMap(told -> told.waiting().stream()
                                .findFirst()
                                .filter(each -> !each.who().isEmpty())
                                .map(each -> running(execution, told, each)))
                        .stream()
                        .toList(),
                List.of());
    }

    /** What somebody has asked for, as it stands in what the workflow was started with. */
    private record Asked(EnvironmentName environment, SignedStatement wish) {

        Unanswered unanswered(String why) {
            return new Unanswered(
                    environment.release("restore-" + wish.id().substring(0, 8)),
                    wish.id(),
                    wish.statement().map(Statement::by).orElse(""),
                    why);
        }
    }

    private static Optional<Asked> asked(Temporal temporal, Execution execution) {
        return temporal.inputIfOurs(execution, RestoreInput.class)
                .filter(input -> isId(execution, input.service(), input.environment()))
                .map(input -> new Asked(new EnvironmentName(input.service(), input.environment()), input.restore()));
    }

    private static boolean isId(Execution execution, String service, String environment) {
        return ReleaseName.restoreWorkflowId(service, environment).equals(execution.workflow());
    }

    private static Running running(Execution execution, ReleaseReport report, Waiting waiting) {
        return new Running(
                new ReleaseName(report.service(), report.environment(), report.version()),
                execution,
                new Status(
                        report.service(),
                        report.environment(),
                        report.version(),
                        report.plan(),
                        report.request(),
                        report.requestedBy(),
                        report.phase().words(),
                        report.outcome(),
                        waiting.what(),
                        waiting.who(),
                        waiting.until(),
                        waiting.command()));
    }
}
