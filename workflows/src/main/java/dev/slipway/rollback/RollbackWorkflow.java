package dev.slipway.rollback;

import dev.slipway.environment.TurnGranted;
import dev.slipway.release.ReleaseReport;
import dev.slipway.trust.SignedStatement;
import io.temporal.workflow.QueryMethod;
import io.temporal.workflow.SignalMethod;
import io.temporal.workflow.WorkflowInterface;
import io.temporal.workflow.WorkflowMethod;

/**
 * A rollback by a person's hand, when no release is running: to the last known good version, or to a named one. Its id is
 * {@code rollback:<service>:<environment>}.
 */
@WorkflowInterface
public interface RollbackWorkflow {

    /** @return the report of a rollback that came to its end; ROLLBACK_FAILED fails the workflow */
    @WorkflowMethod
    ReleaseReport run(RollbackInput input);

    @SignalMethod(name = "turn", description = "From the environment's workflow: this rollback may go on.")
    void turn(TurnGranted granted);

    @QueryMethod(name = "report", description = "The whole story so far.")
    ReleaseReport report();

    /** @param rollback signed statement of kind rollback; its version is where to go, its about the record's base */
    record RollbackInput(String service, String environment, SignedStatement rollback) {
        public RollbackInput {
            service = service == null ? "" : service;
            environment = environment == null ? "" : environment;
            rollback = rollback == null ? new SignedStatement("", "") : rollback;
        }
    }
}
