package dev.slipway.opening;

import dev.slipway.ledger.Head;
import dev.slipway.plan.ReleasePlan;
import dev.slipway.record.Event;
import dev.slipway.record.Grant;
import dev.slipway.record.State;
import dev.slipway.record.Step;
import dev.slipway.record.Step.StepState;
import dev.slipway.record.StepKind;
import dev.slipway.release.Approvals;
import dev.slipway.release.Outcome;
import dev.slipway.release.ReleaseActivities.CloseRequest;
import dev.slipway.served.Served;
import dev.slipway.trust.Kind;
import dev.slipway.watch.Verdict;
import java.util.List;
import java.util.Optional;

/** What an end really is: the workflow proposes, and the steps of the grant decide. */
final class EndJudge {

    private EndJudge() {}

    /** Without a grant nothing was changed, so these are the only ends there are. */
    static Outcome unopened(Served served, CloseRequest request) {
        return switch (Outcome.valueOf(request.outcome())) {
            case REJECTED -> refusal(served, request).isPresent() ? Outcome.REJECTED : Outcome.FAILED;
            case EXPIRED -> Outcome.EXPIRED;
            case CANCELLED -> Outcome.CANCELLED;
            case SUCCEEDED, ROLLED_BACK, ROLLBACK_FAILED, FAILED -> Outcome.FAILED;
        };
    }

    private static Optional<Head> entryOf(Served served, String request, Event.Kind... kinds) {
        return served.record()
                .find(entry -> List.of(kinds).contains(entry.event().kind())
                        && entry.event().facts().getOrDefault("request", "").equals(request));
    }

    static Outcome judged(Served served, CloseRequest request, Grant grant) {
        boolean allDone = grant.steps().stream().allMatch(step -> done(served, request, grant, step));
        boolean deployedSomething = grant.steps().stream()
                .filter(step -> step.kind() == StepKind.DEPLOY)
                .anyMatch(Step::leftSomething);
        boolean couldGoBack = grant.steps().stream()
                .filter(step -> step.kind() == StepKind.DEPLOY && step.leftSomething())
                .anyMatch(step -> !Changes.nothingBefore(grant, step));
        boolean undidSomething = grant.steps().stream().anyMatch(step -> step.state() == StepState.UNDONE);
        if (grant.kind().equals(Grant.ROLLBACK)) {
            return allDone && Outcome.valueOf(request.outcome()) == Outcome.ROLLED_BACK
                    ? Outcome.ROLLED_BACK
                    : Outcome.ROLLBACK_FAILED;
        }
        if (grant.kind().equals(Grant.RESTORE)) {
            return allDone && Outcome.valueOf(request.outcome()) == Outcome.SUCCEEDED
                    ? Outcome.SUCCEEDED
                    : unswitched(served, request, grant, Outcome.valueOf(request.outcome()));
        }
        return switch (Outcome.valueOf(request.outcome())) {
            case SUCCEEDED -> allDone ? Outcome.SUCCEEDED : Outcome.FAILED;
            case ROLLED_BACK ->
                undidSomething && !couldGoBack
                        ? Outcome.ROLLED_BACK
                        : deployedSomething ? Outcome.ROLLBACK_FAILED : Outcome.FAILED;
            case CANCELLED -> deployedSomething ? Outcome.ROLLBACK_FAILED : Outcome.CANCELLED;
            case ROLLBACK_FAILED -> Outcome.ROLLBACK_FAILED;
            case FAILED, REJECTED, EXPIRED -> Outcome.FAILED;
        };
    }

    /** Nobody said yes in time, or somebody ended it: true only of a database that is as it was, a no of what is signed. */
    private static Outcome unswitched(Served served, CloseRequest request, Grant grant, Outcome claimed) {
        boolean ended = claimed == Outcome.EXPIRED
                || claimed == Outcome.CANCELLED
                || (claimed == Outcome.REJECTED && refusal(served, request).isPresent());
        return ended && Changes.of(grant).isEmpty() ? claimed : Outcome.FAILED;
    }

    private static boolean done(Served served, CloseRequest request, Grant grant, Step step) {
        if (step.kind() == StepKind.WATCH) {
            return step.facts().getOrDefault("verdict", "").equals(Verdict.PASS.name())
                    || (step.state() != StepState.FAILED && finished(served, request, grant));
        }
        return step.state() == StepState.DONE;
    }

    /** A signed word of somebody who may: good enough. */
    private static boolean finished(Served served, CloseRequest request, Grant grant) {
        ReleasePlan plan = served.plan(grant.plan()).orElseThrow();
        return request.decisions().stream()
                .filter(decision -> decision.statement()
                        .filter(statement -> statement.kind() == Kind.FINISH)
                        .isPresent())
                .anyMatch(decision -> Approvals.problemsOfRollbackRight(
                                plan,
                                Authority.of(served, served.record().head().state())
                                        .people(plan),
                                Kind.FINISH,
                                served.record().head().state().base(),
                                decision,
                                decision.statement().orElseThrow().time())
                        .isEmpty());
    }

    /** The sentence of the record where somebody said no, or took back the yes that it hung on. */
    static Optional<String> refusal(Served served, CloseRequest request) {
        return entryOf(served, request.request(), Event.Kind.REJECTED, Event.Kind.REVOKED)
                .map(head -> head.entry().event().text());
    }

    /**
     * Whether it may be left so: nothing has to be looked at at once.
     *
     * @param grant what was opened for it
     */
    static boolean safe(Served served, State state, Optional<Grant> grant, Outcome outcome, List<String> changed) {
        boolean unseen = outcome == Outcome.ROLLED_BACK
                && grant.filter(open -> Changes.leftANewTarget(open) || !verified(served, state, open))
                        .isPresent();
        return safe(outcome, changed) && !unseen;
    }

    private static boolean safe(Outcome outcome, List<String> changed) {
        return switch (outcome) {
            case SUCCEEDED, ROLLED_BACK -> true;
            case ROLLBACK_FAILED -> false;
            case REJECTED, EXPIRED, CANCELLED, FAILED -> changed.isEmpty();
        };
    }

    /** Whether the old version was verified, against whatever stayed changed; a plan that verifies nothing asks for nothing. */
    private static boolean verified(Served served, State state, Grant grant) {
        boolean rollback = grant.kind().equals(Grant.ROLLBACK);
        boolean asked = served.plan(rollback ? grant.plan() : state.live().plan())
                .or(() -> served.plan(grant.plan()))
                .filter(plan -> !plan.verify().isEmpty())
                .isPresent();
        return !asked || RolledBackChecks.passed(served, grant.id());
    }
}
