package dev.slipway.cli;

import io.temporal.api.common.v1.WorkflowExecution;
import io.temporal.api.enums.v1.WorkflowExecutionStatus;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * One run of a workflow, as Temporal describes it.
 *
 * @param memo the payload under Slipway's key: JSON, or nothing
 * @param retried why activities that are tried again have failed the last time
 */
record Execution(
        String workflow,
        String run,
        WorkflowExecutionStatus status,
        Instant started,
        Optional<byte[]> memo,
        List<String> retried) {

    /** As Temporal asks for it. */
    WorkflowExecution id() {
        return WorkflowExecution.newBuilder()
                .setWorkflowId(workflow)
                .setRunId(run)
                .build();
    }

    boolean running() {
        return status == WorkflowExecutionStatus.WORKFLOW_EXECUTION_STATUS_RUNNING;
    }
}
