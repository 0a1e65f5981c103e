package dev.slipway.cli;

import dev.slipway.environment.EnvironmentWorkflow.View;
import dev.slipway.release.ReleaseName;
import io.temporal.api.enums.v1.WorkflowExecutionStatus;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * A rollback by hand that ended without having begun: refused when its turn came, cancelled, or ended in Temporal. The record
 * knows nothing of it, and who left it waiting believes that it goes on.
 */
final class UnbegunRollback {

    /** Afterwards it is news to nobody. */
    private static final Duration NEWS = Duration.ofDays(1);

    private UnbegunRollback() {}

    /** The newest rollback by hand of an environment, whatever became of it. */
    static Optional<Execution> newest(Temporal temporal, EnvironmentName name) {
        return temporal.describe(ReleaseName.rollbackWorkflowId(name.service(), name.environment()));
    }

    /** Why it did not begin, and what to do; empty where it did, goes on, or is long ago. */
    static String sentence(Temporal temporal, Optional<Execution> newest, View view, Instant now) {
        return newest.filter(rollback -> !rollback.running()
                        && rollback.status() != WorkflowExecutionStatus.WORKFLOW_EXECUTION_STATUS_COMPLETED)
                .filter(rollback -> Duration.between(rollback.started(), now).compareTo(NEWS) < 0)
                .filter(rollback -> !isRecorded(rollback, view))
                .map(rollback -> "by hand, asked for " + Spans.time(rollback.started()) + ", did not begin: "
                        + temporal.ended(rollback).text())
                .orElse("");
    }

    private static boolean isRecorded(Execution rollback, View view) {
        return view.mirror().stream()
                .flatMap(copy -> copy.history().stream())
                .anyMatch(ended -> ended.workflow().equals(rollback.workflow())
                        && ended.time().isAfter(rollback.started()));
    }
}
