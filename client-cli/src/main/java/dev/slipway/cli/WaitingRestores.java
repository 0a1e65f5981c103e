package dev.slipway.cli;

import dev.slipway.release.ReleaseName;
import dev.slipway.release.ReleaseReport;
import dev.slipway.release.Status;
import dev.slipway.release.Waiting;
import dev.slipway.restore.RestoreWorkflow;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Restores that wait for a yes. They keep no memo, so a worker has to answer for them. */
final class WaitingRestores {

    private WaitingRestores() {}

    /** All of them; of one for which no worker answers, that nobody knows. */
    static List<Running> all(Shell shell, Temporal temporal) {
        List<Running> waiting = new ArrayList<>();
        for (Execution execution : temporal.running(RestoreWorkflow.class.getSimpleName())) {
            if (isRestore(execution)) {
                Optional<ReleaseReport> report = temporal.report(execution);
                if (report.isEmpty()) {
                    shell.say("no worker answers for " + execution.workflow()
                            + ", so nobody knows whether it waits for a yes; look at the worker's log");
                }
                report.flatMap(told -> of(execution, told)).ifPresent(waiting::add);
            }
        }
        return waiting;
    }

    /** That one, where it is a restore that waits for somebody. */
    static Optional<Running> of(Temporal temporal, Execution execution) {
        return isRestore(execution)
                ? temporal.report(execution).flatMap(report -> of(execution, report))
                : Optional.empty();
    }

    private static boolean isRestore(Execution execution) {
        return execution.workflow().startsWith("restore:");
    }

    private static Optional<Running> of(Execution execution, ReleaseReport report) {
        // a report is only what somebody answers; the id is what the restore is known by
        return ReleaseName.restoreWorkflowId(report.service(), report.environment())
                        .equals(execution.workflow())
                ? report.waiting().stream()
                        .findFirst()
                        .filter(waiting -> !waiting.who().isEmpty())
                        .map(waiting -> running(execution, report, waiting))
                : Optional.empty();
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
