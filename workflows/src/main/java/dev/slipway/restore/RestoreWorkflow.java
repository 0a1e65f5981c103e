package dev.slipway.restore;

import dev.slipway.environment.TurnGranted;
import dev.slipway.release.Decision;
import dev.slipway.release.ReleaseReport;
import dev.slipway.trust.SignedStatement;
import io.temporal.workflow.QueryMethod;
import io.temporal.workflow.SignalMethod;
import io.temporal.workflow.UpdateMethod;
import io.temporal.workflow.WorkflowInterface;
import io.temporal.workflow.WorkflowMethod;

/**
 * A backup that is brought back by people's hands: into a new database, compared, and, when people have said yes to what
 * would be lost, in the place of what is there. Its id is {@code restore:<service>:<environment>}; that of a drill, which
 * changes nothing and waits for nobody, is {@code drill:<service>:<environment>}.
 */
@WorkflowInterface
public interface RestoreWorkflow {

    /** @return the report of a restore that came to its end */
    @WorkflowMethod
    ReleaseReport run(RestoreInput input);

    @SignalMethod(name = "turn", description = "From the environment's workflow: this restore may go on.")
    void turn(TurnGranted granted);

    @UpdateMethod(
            name = "confirm",
            description =
                    "Says yes to what this restore would do. Takes a statement of kind restore about the"
                            + " comparison, signed with an SSH key; `slipway restore` shows the comparison, makes it and sends it.")
    Decision confirm(SignedStatement yes);

    @UpdateMethod(
            name = "reject",
            description =
                    "Ends a restore before anything is switched. Takes a statement of kind reject about the request"
                            + " that asked for it, signed with an SSH key; `slipway restore --cancel --reason WHY` makes it and sends it.")
    Decision reject(SignedStatement no);

    @QueryMethod(name = "report", description = "The whole story so far; its review is the signed comparison.")
    ReleaseReport report();

    /**
     * @param restore signed statement of kind restore; its about is the record's base, its what the wish: {@code
     *     database}, {@code backup} (a name), {@code of} (a version) or {@code last-succeeded}, {@code tables}, {@code drill}
     */
    record RestoreInput(String service, String environment, SignedStatement restore) {
        public RestoreInput {
            service = service == null ? "" : service;
            environment = environment == null ? "" : environment;
            restore = restore == null ? new SignedStatement("", "") : restore;
        }
    }
}
