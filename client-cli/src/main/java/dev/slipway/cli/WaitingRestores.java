package dev.slipway.cli;

import dev.slipway.release.ReleaseName;
import dev.slipway.release.ReleaseReport;
import dev.slipway.release.Status;
import dev.slipway.release.Waiting;
import dev.slipway.restore.RestoreWorkflow;
import java.util.List;
import java.util.Optional;

/** Restores that wait for a yes. They keep no memo, so a worker has to answer for them; without one they are left out. */
final class WaitingRestores {

    private WaitingRestores() {}

    static List<Running> all(Temporal temporal) {
        return temporal.running(RestoreWorkflow.class.getSimpleName()).stream()
                .flatMap(execution -> of(temporal, execution).stream())
                .toList();
    }

    /** That one, where it is a restore that waits for somebody. */
    static Optional<Running> of(Temporal temporal, Execution execution) {
        if (!execution.workflow().startsWith("restore:")) {
            return Optional.empty();
        }
        return temporal.report(execution)
                // a report is only what somebody answers; the id is what the restore is known by
                .filter(report -> ReleaseName.restoreWorkflowId(report.service(), report.environment())
                        .equals(execution.workflow()))
                .flatMap(report -> report.waiting().stream()
                        .findFirst()
                        .filter(waiting -> !waiting.who().isEmpty())
                        .map(waiting -> running(execution, report, waiting)));
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
