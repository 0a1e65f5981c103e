package dev.slipway.release;

import dev.slipway.environment.TurnGranted;
import dev.slipway.plan.Approval;
import dev.slipway.plan.ReleasePlan;
import dev.slipway.record.StepKind;
import dev.slipway.release.ReleaseActivities.BaselineResult;
import dev.slipway.release.ReleaseActivities.GatesRequest;
import dev.slipway.release.ReleaseActivities.GatesResult;
import dev.slipway.release.ReleaseActivities.GrantRequest;
import dev.slipway.release.ReleaseActivities.PlannedStep;
import dev.slipway.release.ReleaseActivities.PreflightRequest;
import dev.slipway.release.ReleaseActivities.PreflightResult;
import dev.slipway.release.ReleaseActivities.ReviewRequest;
import dev.slipway.release.ReleaseActivities.ReviewResult;
import dev.slipway.release.ReleaseActivities.StepRequest;
import dev.slipway.release.ReleaseActivities.StepResult;
import dev.slipway.trust.Lane;
import dev.slipway.trust.SignedStatement;
import dev.slipway.trust.Statement;
import io.temporal.failure.ActivityFailure;
import io.temporal.failure.CanceledFailure;
import io.temporal.failure.TimeoutFailure;
import io.temporal.workflow.Async;
import io.temporal.workflow.CancellationScope;
import io.temporal.workflow.Promise;
import io.temporal.workflow.Workflow;
import io.temporal.workflow.WorkflowInit;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** See {@link ReleaseWorkflow}. {@link #phases()} is its table of contents. */
public final class ReleaseWorkflowImpl extends Listening implements ReleaseWorkflow {

    private final ReleasePlan plan;
    private final SignedStatement request;
    private final ReleaseName name;
    private final Approval approval;

    private final Undo undo = new Undo();
    private final Turn turn;
    private final Story story;
    private final Decisions decisions;
    private final Notices notices;
    private final RollbackWindow rollbackWindow;
    private final AfterFailure afterFailure;
    private final Beginning beginning;
    private final Ending ending;

    private boolean reviewIsStale = true;

    @WorkflowInit
    public ReleaseWorkflowImpl(ReleaseInput input) {
        plan = input.plan();
        request = input.request();
        name = new ReleaseName(plan.service(), plan.environment(), plan.version());
        story = new Story(input, undo);
        turn = Turn.forward(
                plan.service(),
                plan.environment(),
                plan.version(),
                story.lane() == Lane.HOTFIX,
                plan.skips(story.lane(), "freeze"));
        decisions = new Decisions(input, name, story);
        approval = plan.approval(story.lane());
        notices = new Notices(plan, request.id(), story);
        rollbackWindow = new RollbackWindow(plan, name, story, decisions.watch(), notices);
        afterFailure = new AfterFailure(plan, name, story, decisions.answers(), notices);
        beginning = new Beginning(plan, name, request, story, decisions, notices, turn);
        ending = new Ending(plan, name, request, story, decisions, notices, undo);
    }

    @Override
    public ReleaseReport run(ReleaseInput input) {
        ReleaseStopped stopped = null;
        CancellationScope work = Workflow.newCancellationScope(this::phases);
        decisions.stops().mayStop(work);
        try {
            work.run();
            if (work.isCancelRequested()) {
                // asked for while the last activity ended anyway: who was told that it goes back is not to find it live
                throw interrupted();
            }
            story.ends(Outcome.SUCCEEDED, succeededHeadline());
        } catch (ReleaseStopped reason) {
            // a step that found its grant gone, because an approval was revoked just before it began
            stopped = decisions.stops().revoked() ? interrupted() : reason;
        } catch (ActivityFailure failure) {
            stopped = ReleaseStopped.isCancellation(failure, work)
                            || decisions.stops().revoked()
                    ? interrupted()
                    : ReleaseStopped.by(story.phase(), story.phase().words(), failure);
        } catch (CanceledFailure cancelled) {
            stopped = interrupted();
        }
        ReleaseStopped reason = stopped;
        CancellationScope end = Workflow.newDetachedCancellationScope(() -> {
            if (reason != null) {
                ending.undo(reason);
            }
            ending.close();
            turn.end(story.closing());
            notices.send(outcome().event());
            notices.gather();
            ending.keepEvidence();
            story.isOver();
        });
        end.run();
        Workflow.await(Workflow::isEveryHandlerFinished);
        return ending.result();
    }

    private void phases() {
        preflight();
        if (story.nothingToDo()) {
            return;
        }
        gates();
        Beginning.Try begun;
        do {
            review();
            approval();
            begun = beginning.tried();
            reviewIsStale = begun == Beginning.Try.REVIEW_AGAIN;
        } while (begun != Beginning.Try.OPENED);
        measureBaseline();
        backUp();
        migrate();
        promoteReferenceData();
        deploy();
        verify();
        watch();
    }

    private void preflight() {
        story.enter(Phase.PREFLIGHT);
        PreflightResult result = Activities.with(Limits.lookUp(plan, "preflight", "preflight " + name.text()))
                .preflight(new PreflightRequest(plan, request));
        story.searchAttributes(result.searchAttributes());
        result.notes().forEach(note -> journal().warn(Phase.PREFLIGHT, note));
        if (!result.problems().isEmpty()) {
            result.problems().forEach(problem -> journal().error(Phase.PREFLIGHT, problem, List.of()));
            throw story.stop(
                            Outcome.FAILED,
                            result.problems().size() == 1
                                    ? result.problems().get(0)
                                    : result.problems().size() + " problems: " + String.join("; ", result.problems()))
                    .toldAlready();
        }
        story.preflighted(result);
        decisions.consent().count(result.people());
        if (story.nothingToDo() && !story.scope().whole()) {
            journal().info(Phase.PREFLIGHT, story.nothingInTheWay());
        } else if (story.nothingToDo()) {
            journal().info(Phase.PREFLIGHT, plan.version() + " with this very plan is live already: nothing to do");
        }
    }

    /** Waits, for weeks if need be, until the gates are passed; they are judged again when changes begin. */
    private void gates() {
        plan.hotfixIfAny().filter(hotfix -> story.lane() == Lane.HOTFIX).ifPresent(hotfix -> journal()
                .warn(
                        Phase.GATES,
                        "in the hotfix lane"
                                + (hotfix.skip().isEmpty()
                                        ? ""
                                        : ": does not wait for " + String.join(", ", hotfix.skip()))));
        if (plan.gates(story.lane()).isEmpty()) {
            return;
        }
        story.enter(Phase.GATES);
        GatesResult found = judgeGates(List.of());
        while (!found.waiting().isEmpty()) {
            story.waitsFor(new Waiting(
                    "its gates: " + String.join("; ", found.waiting()),
                    List.of(),
                    "",
                    request.statement().map(Statement::expires).orElse(Instant.EPOCH)));
            found = judgeGates(found.waiting());
        }
        story.waitsNoMore();
        found.passed().forEach(passed -> journal().info(Phase.GATES, passed));
    }

    private GatesResult judgeGates(List<String> waiting) {
        Instant expires = request.statement().map(Statement::expires).orElse(DurableTime.now());
        ReleaseActivities activities = Activities.with(Limits.gates(
                plan.environment(),
                Duration.between(DurableTime.now(), expires).plusMinutes(1),
                waiting.isEmpty() ? "gates of " + name.text() : "gates: " + String.join("; ", waiting)));
        GatesRequest asked = new GatesRequest(
                plan.service(), plan.environment(), plan.version(), plan.digest(), request.id(), waiting);
        List<Promise<GatesResult>> judging = new ArrayList<>();
        CancellationScope scope =
                Workflow.newCancellationScope(() -> judging.add(Async.function(activities::judgeGates, asked)));
        scope.run();
        Workflow.await(() -> judging.get(0).isCompleted() || decisions.stops().rejected());
        if (decisions.stops().rejected()) {
            scope.cancel("rejected");
            decisions.stops().stopIfRejected();
        }
        try {
            return judging.get(0).get();
        } catch (ActivityFailure failure) {
            if (failure.getCause() instanceof TimeoutFailure
                    && !DurableTime.now().isBefore(expires)) {
                throw story.stop(
                        Outcome.EXPIRED,
                        "the request has expired, and the gates are not passed: " + String.join("; ", waiting));
            }
            throw failure;
        }
    }

    private void review() {
        if (!reviewIsStale) {
            return;
        }
        reviewIsStale = false;
        story.enter(Phase.REVIEW);
        decisions.consent().forget();
        ReviewResult result = Activities.with(
                        Limits.lookUp(plan, "review", "review: what is live, what is pending, what will change"))
                .review(new ReviewRequest(
                        plan.service(), plan.environment(), plan.version(), plan.digest(), request.id()));
        story.reviewed(result);
        journal()
                .info(
                        Phase.REVIEW,
                        "the review is " + result.hash().substring(0, 12) + ", signed by the environment's key");
        result.warnings().forEach(warning -> journal().warn(Phase.REVIEW, warning));
    }

    private void approval() {
        int quorum = approval.quorum();
        if (quorum == 0 || !story.scope().needsApproval()) {
            return;
        }
        story.enter(Phase.APPROVAL);
        Duration expires = approval.expires();
        Instant until = DurableTime.now().plus(expires);
        showWhoIsMissing(until);
        decisions.consent().whenSaid(() -> showWhoIsMissing(until));
        notices.send("waiting");
        boolean inTime = awaitApprovals(until);
        decisions.consent().whenSaid(() -> {});
        story.waitsNoMore();
        decisions.stops().stopIfRejected();
        if (!inTime) {
            throw story.stop(
                    Outcome.EXPIRED,
                    "nobody approved within " + DurableTime.words(expires) + "; start the release again");
        }
    }

    /** Who has said yes is waited for no more. */
    private void showWhoIsMissing(Instant until) {
        int missing = decisions.consent().missing();
        if (missing > 0) {
            story.waitsFor(new Waiting(
                    "approval" + (missing > 1 ? " by " + missing : ""),
                    decisions.consent().mayStillSay(),
                    "slipway approve " + name.text(),
                    until));
        }
    }

    private boolean awaitApprovals(Instant until) {
        Duration remind = approval.remind();
        if (!remind.isZero() && remind.compareTo(approval.expires()) < 0) {
            boolean soon = DurableTime.awaitUntil(
                    Duration.between(DurableTime.now(), until.minus(remind)),
                    "people are reminded " + until.minus(remind) + "; the approval expires " + until,
                    () -> decisions.stops().rejected() || decisions.consent().approved());
            if (soon) {
                return true;
            }
            notices.send("reminder");
        }
        return DurableTime.awaitUntil(
                Duration.between(DurableTime.now(), until),
                "approval expires " + until,
                () -> decisions.stops().rejected() || decisions.consent().approved());
    }

    /** What the watch compares with. Without it nothing is stopped: the watch asks a person in the end. */
    private void measureBaseline() {
        if (!story.scope().whole()) {
            return;
        }
        for (Duration time : plan.watch().baseline()) {
            try {
                BaselineResult result = Activities.with(Limits.step(
                                plan.environment(),
                                time.plusMinutes(1),
                                "measure for " + DurableTime.words(time) + " what the watch compares with"))
                        .measureBaseline(new GrantRequest(
                                plan.service(),
                                plan.environment(),
                                story.grant().grant()));
                result.lines().forEach(line -> journal().info(Phase.PREPARE, line));
                result.warnings().forEach(line -> journal().warn(Phase.PREPARE, line));
                rollbackWindow.comparesWith(result.baseline());
            } catch (ActivityFailure failure) {
                if (ReleaseStopped.isCancellation(failure, CancellationScope.current())) {
                    throw failure;
                }
                journal()
                        .warn(
                                Phase.PREPARE,
                                "no baseline, so the watch will ask a person: "
                                        + ReleaseStopped.by(Phase.PREPARE, "baseline", failure)
                                                .getMessage());
            }
        }
    }

    private void backUp() {
        each(StepKind.BACKUP, Phase.BACKUP, (activities, step) -> activities.backUp(step));
    }

    private void migrate() {
        each(StepKind.MIGRATE, Phase.MIGRATE, (activities, step) -> activities.migrate(step));
    }

    private void promoteReferenceData() {
        each(
                StepKind.REFERENCE_DATA,
                Phase.REFERENCE_DATA,
                (activities, step) -> activities.promoteReferenceData(step));
    }

    private void deploy() {
        List<PlannedStep> targets = story.steps(StepKind.DEPLOY);
        for (PlannedStep target : targets) {
            undo.add(() -> rollBack(target));
            perform(Phase.DEPLOY, target, (activities, step) -> activities.deploy(step));
        }
        if (!targets.isEmpty()) {
            notices.send("deployed");
        }
    }

    private void verify() {
        each(StepKind.VERIFY, Phase.VERIFY, (activities, step) -> activities.verify(step));
    }

    private void watch() {
        for (PlannedStep step : story.steps(StepKind.WATCH)) {
            story.enter(Phase.WATCH);
            story.show();
            rollbackWindow.watch(step);
        }
    }

    private interface Deed {
        StepResult perform(ReleaseActivities activities, StepRequest step);
    }

    private void each(StepKind kind, Phase in, Deed deed) {
        story.steps(kind).forEach(step -> perform(in, step, deed));
    }

    private void perform(Phase in, PlannedStep step, Deed deed) {
        do {
            boolean shown = story.phase() == in;
            story.enter(in);
            if (!shown) {
                story.show();
            }
        } while (!done(in, step, deed));
    }

    /** False where it failed, and a person wants it tried again. */
    private boolean done(Phase in, PlannedStep step, Deed deed) {
        StepRequest request = new StepRequest(
                plan.service(), plan.environment(), story.grant().grant(), step.number());
        try {
            StepResult result = deed.perform(
                    Activities.with(Limits.step(plan.environment(), step.timeout(), step.title())), request);
            story.changesSomething();
            journal().info(in, result.summary(), result.lines());
            undo.byHand(result.undo());
            if (!result.undo().isEmpty()) {
                journal().info(in, Journal.UNDO + result.undo());
            }
            return true;
        } catch (ActivityFailure failure) {
            if (ReleaseStopped.isCancellation(failure, CancellationScope.current())) {
                throw failure;
            }
            ReleaseStopped stopped = ReleaseStopped.by(in, step.title(), failure);
            if (plan.asksAfterFailureOf(in.key()) && afterFailure.triesAgain(step, request, stopped)) {
                return false;
            }
            throw stopped;
        }
    }

    private void rollBack(PlannedStep step) {
        StepResult result = Activities.with(Limits.undo(
                        plan.environment(),
                        plan.timeouts().getOrDefault("rollback", Duration.ofMinutes(10)),
                        "roll back " + step.name() + " to " + story.grant().previousVersion()))
                .rollBack(new StepRequest(
                        plan.service(), plan.environment(), story.grant().grant(), step.number()));
        journal().info(Phase.ROLLBACK, result.summary(), result.lines());
    }

    @Override
    Decisions decisions() {
        return decisions;
    }

    @Override
    public void turn(TurnGranted granted) {
        turn.granted(granted);
    }

    @Override
    public ReleaseReport report() {
        return story.report();
    }

    private Outcome outcome() {
        return story.outcome().orElseThrow();
    }

    private Journal journal() {
        return story.journal();
    }

    private ReleaseStopped interrupted() {
        if (decisions.stops().revoked()) {
            return story.stop(Outcome.REJECTED, story.headline());
        }
        return decisions.stops().rollbackAsked()
                ? story.stop(Outcome.ROLLED_BACK, story.headline())
                : story.stop(
                        Outcome.CANCELLED, "cancelled in phase " + story.phase().words());
    }

    private String succeededHeadline() {
        if (!story.scope().whole()) {
            return story.nothingToDo()
                    ? story.nothingInTheWay()
                    : story.scope().phase() + " of " + plan.version() + " is done; nothing was made live by it";
        }
        return story.nothingToDo()
                ? plan.version() + " was live already with this very plan; nothing was done"
                : plan.version() + " is live";
    }
}
