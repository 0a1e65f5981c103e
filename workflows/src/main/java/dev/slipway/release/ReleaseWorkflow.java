package dev.slipway.release;

import dev.slipway.environment.TurnGranted;
import dev.slipway.trust.SignedStatement;
import io.temporal.workflow.QueryMethod;
import io.temporal.workflow.SignalMethod;
import io.temporal.workflow.UpdateMethod;
import io.temporal.workflow.UpdateValidatorMethod;
import io.temporal.workflow.WorkflowInterface;
import io.temporal.workflow.WorkflowMethod;

/**
 * One release of one service to one environment, from the request to its end. Its id is
 * {@link ReleaseName#workflowId()}.
 */
@WorkflowInterface
public interface ReleaseWorkflow {

    /**
     * Goes through all phases of the plan.
     *
     * @return the report of a release that SUCCEEDED; every other outcome fails the workflow with a failure whose type
     *     is the outcome and whose details are the report
     */
    @WorkflowMethod
    ReleaseReport run(ReleaseInput input);

    @UpdateMethod(
            name = "approve",
            description = "Says yes to this release. Takes a statement of kind approve, signed with the approver's SSH"
                    + " key: {\"text\": \"slipway-statement 1\\n…\", \"signature\": \"-----BEGIN SSH SIGNATURE-----…\"}."
                    + " `slipway approve` makes and sends it; `slipway approve --print` prints it for this dialog.")
    Decision approve(SignedStatement approval);

    @UpdateValidatorMethod(updateName = "approve")
    void validateApproval(SignedStatement approval);

    @SignalMethod(
            name = "approve",
            description = "The same as the update approve, where only a signal can be sent. A refused one is written in"
                    + " the journal.")
    void approveBySignal(SignedStatement approval);

    @UpdateMethod(
            name = "claim",
            description = "Says yes to this release without a signature, where plan, policy and the worker's floor all"
                    + " allow it: {\"by\": \"ana\", \"reason\": \"…\", \"confirm\": \"…\", \"ticked\": [\"…\"]}."
                    + " It is called claimed, not approved, wherever it is told.")
    Decision claim(Claim claim);

    @UpdateValidatorMethod(updateName = "claim")
    void validateClaim(Claim claim);

    @SignalMethod(name = "claim", description = "The same as the update claim, where only a signal can be sent.")
    void claimBySignal(Claim claim);

    @UpdateMethod(
            name = "revoke",
            description =
                    "Takes an approval of this release back, before anything has changed. Takes a signed statement"
                            + " of kind revoke (`slipway revoke --print`).")
    Decision revoke(SignedStatement revocation);

    @UpdateValidatorMethod(updateName = "revoke")
    void validateRevocation(SignedStatement revocation);

    @SignalMethod(name = "revoke", description = "The same as the update revoke, where only a signal can be sent.")
    void revokeBySignal(SignedStatement revocation);

    @UpdateMethod(
            name = "reject",
            description =
                    "Ends this release with a reason, before anything has changed. Takes a signed statement of kind"
                            + " reject (`slipway reject --print`).")
    Decision reject(SignedStatement rejection);

    @UpdateValidatorMethod(updateName = "reject")
    void validateRejection(SignedStatement rejection);

    @SignalMethod(name = "reject", description = "The same as the update reject, where only a signal can be sent.")
    void rejectBySignal(SignedStatement rejection);

    @UpdateMethod(
            name = "rollback",
            description = "Rolls this running release back now. Takes a signed statement of kind rollback"
                    + " (`slipway rollback --print`).")
    Decision rollback(SignedStatement rollback);

    @UpdateValidatorMethod(updateName = "rollback")
    void validateRollback(SignedStatement rollback);

    @SignalMethod(name = "rollback", description = "The same as the update rollback, where only a signal can be sent.")
    void rollbackBySignal(SignedStatement rollback);

    @UpdateMethod(
            name = "finish",
            description = "Says that the release is good enough and ends its watch. Takes a signed statement of kind"
                    + " finish (`slipway finish --print`).")
    Decision finish(SignedStatement finish);

    @UpdateValidatorMethod(updateName = "finish")
    void validateFinish(SignedStatement finish);

    @SignalMethod(name = "finish", description = "The same as the update finish, where only a signal can be sent.")
    void finishBySignal(SignedStatement finish);

    @UpdateMethod(
            name = "retry",
            description =
                    "Answers what this release asks after a failure: try the step once more. Takes a signed statement of"
                            + " kind retry (`slipway retry --print`).")
    Decision retry(SignedStatement word);

    @UpdateValidatorMethod(updateName = "retry")
    void validateRetry(SignedStatement word);

    @SignalMethod(name = "retry", description = "The same as the update retry, where only a signal can be sent.")
    void retryBySignal(SignedStatement word);

    @UpdateMethod(
            name = "give-up",
            description =
                    "Answers what this release asks after a failure: leave everything as it is and end. Takes a signed"
                            + " statement of kind give-up (`slipway give-up --print`).")
    Decision giveUp(SignedStatement word);

    @UpdateValidatorMethod(updateName = "give-up")
    void validateGiveUp(SignedStatement word);

    @SignalMethod(name = "give-up", description = "The same as the update give-up, where only a signal can be sent.")
    void giveUpBySignal(SignedStatement word);

    @UpdateMethod(
            name = "extend",
            description = "Lets the watch of this release last longer. Takes a signed statement of kind extend"
                    + " (`slipway extend --print`).")
    Decision extend(SignedStatement word);

    @UpdateValidatorMethod(updateName = "extend")
    void validateExtension(SignedStatement word);

    @SignalMethod(name = "extend", description = "The same as the update extend, where only a signal can be sent.")
    void extendBySignal(SignedStatement word);

    @SignalMethod(
            name = "turn",
            description =
                    "From the environment's workflow: this release may go on. Nothing for a person to send: a turn"
                            + " opens nothing by itself.")
    void turn(TurnGranted granted);

    @QueryMethod(name = "report", description = "The whole story so far: phase, what it waits for, journal, undo.")
    ReleaseReport report();
}
