package dev.slipway.cli;

import dev.slipway.environment.TurnGranted;
import dev.slipway.release.Claim;
import dev.slipway.release.Decision;
import dev.slipway.release.DecisionRefused;
import dev.slipway.release.Outcome;
import dev.slipway.release.ReleaseInput;
import dev.slipway.release.ReleaseReport;
import dev.slipway.release.ReleaseWorkflow;
import dev.slipway.release.Status;
import dev.slipway.release.Waiting;
import dev.slipway.trust.SignedStatement;
import io.temporal.failure.ApplicationFailure;
import io.temporal.failure.CanceledFailure;
import io.temporal.workflow.Workflow;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/** A release that does nothing but what the script says. Its ends look like those of the real one. */
public final class ScriptedRelease implements ReleaseWorkflow {

    private final Script script;
    private final ReleaseInput input;

    ScriptedRelease(ReleaseInput input, Script script) {
        this.input = input;
        this.script = script;
    }

    @Override
    public ReleaseReport run(ReleaseInput start) {
        ReleaseReport now = report();
        Workflow.upsertMemo(Map.of(
                Status.MEMO,
                new Status(
                        now.service(),
                        now.environment(),
                        now.version(),
                        now.plan(),
                        now.request(),
                        now.requestedBy(),
                        now.phase().words(),
                        now.outcome(),
                        now.waiting().stream().map(Waiting::what).findFirst().orElse(""),
                        now.waiting().stream().map(Waiting::who).findFirst().orElse(List.of()),
                        Instant.EPOCH,
                        now.waiting().stream().map(Waiting::command).findFirst().orElse(""))));
        while (script.ending(start).isEmpty()) {
            Workflow.sleep(Duration.ofMillis(50));
        }
        Script.Ending ending = script.ending(start).get();
        if (ending.outcome() == Outcome.SUCCEEDED) {
            return ending.report();
        }
        if (ending.outcome() == Outcome.CANCELLED) {
            throw new CanceledFailure(ending.report().headline());
        }
        throw ApplicationFailure.newBuilder()
                .setMessage(ending.outcome().words() + ": " + ending.report().headline())
                .setType(ending.outcome().name())
                .setNonRetryable(true)
                .setDetails(ending.report())
                .build();
    }

    private Decision decide(SignedStatement statement) {
        script.take(statement);
        return new Decision(
                "taken",
                statement.id(),
                script.receipt(input.plan().service(), input.plan().environment(), statement));
    }

    private void judge() {
        script.refusal(input.plan().version()).ifPresent(why -> {
            throw new DecisionRefused(why);
        });
    }

    @Override
    public Decision approve(SignedStatement approval) {
        return decide(approval);
    }

    @Override
    public void validateApproval(SignedStatement approval) {
        judge();
    }

    @Override
    public void approveBySignal(SignedStatement approval) {
        decide(approval);
    }

    @Override
    public Decision reject(SignedStatement rejection) {
        return decide(rejection);
    }

    @Override
    public void validateRejection(SignedStatement rejection) {
        judge();
    }

    @Override
    public void rejectBySignal(SignedStatement rejection) {
        decide(rejection);
    }

    @Override
    public Decision claim(Claim claim) {
        return new Decision("claimed", "");
    }

    @Override
    public void validateClaim(Claim claim) {
        judge();
    }

    @Override
    public void claimBySignal(Claim claim) {}

    @Override
    public Decision revoke(SignedStatement revocation) {
        return decide(revocation);
    }

    @Override
    public void validateRevocation(SignedStatement revocation) {
        judge();
    }

    @Override
    public void revokeBySignal(SignedStatement revocation) {
        decide(revocation);
    }

    @Override
    public Decision rollback(SignedStatement rollback) {
        return decide(rollback);
    }

    @Override
    public void validateRollback(SignedStatement rollback) {
        judge();
    }

    @Override
    public void rollbackBySignal(SignedStatement rollback) {
        decide(rollback);
    }

    @Override
    public Decision finish(SignedStatement finish) {
        return decide(finish);
    }

    @Override
    public void validateFinish(SignedStatement finish) {
        judge();
    }

    @Override
    public void finishBySignal(SignedStatement finish) {
        decide(finish);
    }

    @Override
    public Decision retry(SignedStatement word) {
        return decide(word);
    }

    @Override
    public void validateRetry(SignedStatement word) {
        judge();
    }

    @Override
    public void retryBySignal(SignedStatement word) {
        decide(word);
    }

    @Override
    public Decision giveUp(SignedStatement word) {
        return decide(word);
    }

    @Override
    public void validateGiveUp(SignedStatement word) {
        judge();
    }

    @Override
    public void giveUpBySignal(SignedStatement word) {
        decide(word);
    }

    @Override
    public Decision extend(SignedStatement word) {
        return decide(word);
    }

    @Override
    public void validateExtension(SignedStatement word) {
        judge();
    }

    @Override
    public void extendBySignal(SignedStatement word) {
        decide(word);
    }

    @Override
    public void turn(TurnGranted granted) {}

    @Override
    public ReleaseReport report() {
        return script.report(input);
    }
}
