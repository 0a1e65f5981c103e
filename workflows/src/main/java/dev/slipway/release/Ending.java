package dev.slipway.release;

import dev.slipway.evidence.EvidenceActivities;
import dev.slipway.evidence.EvidenceActivities.KeepRequest;
import dev.slipway.plan.ReleasePlan;
import dev.slipway.release.ReleaseActivities.CloseRequest;
import dev.slipway.release.ReleaseActivities.CloseResult;
import dev.slipway.release.ReleaseActivities.GrantRequest;
import dev.slipway.trust.SignedStatement;
import io.temporal.failure.ActivityFailure;
import io.temporal.failure.ApplicationErrorCategory;
import io.temporal.failure.ApplicationFailure;
import io.temporal.failure.CanceledFailure;
import io.temporal.workflow.Workflow;
import java.time.Duration;

/** How a release ends: what was deployed goes back where something stopped it, then record, evidence and result. */
final class Ending {

    private final ReleasePlan plan;
    private final ReleaseName name;
    private final SignedStatement request;
    private final Story story;
    private final Decisions decisions;
    private final Notices notices;
    private final Undo undo;
    private final RollbackBudget budget;

    /** @param undo what the release has begun to deploy */
    Ending(
            ReleasePlan plan,
            ReleaseName name,
            SignedStatement request,
            Story story,
            Decisions decisions,
            Notices notices,
            Undo undo) {
        this.plan = plan;
        this.name = name;
        this.request = request;
        this.story = story;
        this.decisions = decisions;
        this.notices = notices;
        this.undo = undo;
        this.budget = new RollbackBudget(plan.rollback().within());
    }

    /** One saga for whatever stopped the release after its first deployment began. */
    void undo(ReleaseStopped stopped) {
        if (!stopped.isTold()) {
            journal().errorOnce(stopped.phase(), stopped.getMessage(), stopped.lines());
        }
        story.headline(stopped.getMessage());
        story.waitsNoMore();
        boolean somethingToGoBackTo =
                story.isOpened() && !story.grant().previousVersion().isEmpty();
        // a revoked grant ended before anything of it had begun
        boolean goBack = !decisions.stops().revoked()
                && !undo.nothing()
                && somethingToGoBackTo
                && (stoppedByAPerson(stopped) || !stopsAfterFailureOf(stopped.phase()));
        if (!goBack) {
            story.ends(
                    stopped.outcome() == Outcome.ROLLED_BACK ? Outcome.FAILED : stopped.outcome(),
                    stopped.getMessage());
            return;
        }
        story.in(Phase.ROLLBACK);
        story.show();
        budget.begins(passed -> {
            journal().warn(Phase.ROLLBACK, passed);
            notices.send("budget-passed");
        });
        try {
            undo.run();
            Activities.with(Limits.undo(
                            plan.environment(),
                            plan.timeouts().getOrDefault("verify", Duration.ofMinutes(5)),
                            "verify what was gone back to"))
                    .verifyRolledBack(new GrantRequest(
                            plan.service(), plan.environment(), story.grant().grant()));
            undo.undone();
            String took = budget.ends();
            String back = story.grant().previousVersion();
            String where = back.isEmpty() ? "nothing is live, as before" : "back on " + back;
            story.ends(
                    stopped.outcome() == Outcome.CANCELLED ? Outcome.CANCELLED : Outcome.ROLLED_BACK,
                    stopped.getMessage() + "; " + where);
            journal().info(Phase.ROLLBACK, where + " (" + took + ")");
        } catch (ActivityFailure failure) {
            String took = budget.ends();
            ReleaseStopped why = ReleaseStopped.by(Phase.ROLLBACK, "rollback", failure);
            journal().error(Phase.ROLLBACK, why.getMessage() + " (" + took + ")", why.lines());
            survey();
            story.ends(
                    Outcome.ROLLBACK_FAILED,
                    "after: " + stopped.getMessage() + "; the rollback stopped: " + why.getMessage());
        }
    }

    /** What serves where, now that nobody knows: for whoever has to mend it by hand. */
    private void survey() {
        try {
            Activities.with(Limits.survey(plan.environment(), "ask every target what serves there now"))
                    .survey(new GrantRequest(
                            plan.service(), plan.environment(), story.grant().grant()))
                    .targets()
                    .forEach(target -> journal().warn(Phase.ROLLBACK, target));
        } catch (ActivityFailure failure) {
            journal()
                    .warn(
                            Phase.ROLLBACK,
                            ReleaseStopped.by(Phase.ROLLBACK, "what serves where", failure)
                                    .getMessage());
        }
    }

    /** The worker writes the end into the record, and says what the outcome really is. */
    void close() {
        story.in(Phase.DONE);
        story.waitsNoMore();
        if (!story.inTheRecord()) {
            return;
        }
        try {
            CloseResult result = Activities.with(Limits.bookkeeping(
                            plan.environment(), "close " + name.text() + " in the record: " + outcome()))
                    .close(new CloseRequest(
                            plan.service(),
                            plan.environment(),
                            plan.version(),
                            plan.digest(),
                            request.id(),
                            Workflow.getInfo().getWorkflowId(),
                            outcome().name(),
                            story.headline(),
                            decisions.stops().taken()));
            story.closed(result);
            if (!result.outcome().equals(outcome().name())) {
                journal().warn(Phase.DONE, "the worker's record says " + result.outcome() + ", and that counts");
                story.ends(Outcome.valueOf(result.outcome()), story.headline());
            }
        } catch (ActivityFailure failure) {
            ReleaseStopped why = ReleaseStopped.by(Phase.DONE, "close", failure);
            journal().error(Phase.DONE, why.getMessage(), why.lines());
            story.ends(
                    story.isOpened() ? Outcome.ROLLBACK_FAILED : Outcome.FAILED,
                    story.headline() + "; " + why.getMessage());
        }
    }

    /** Last, so that it holds what people were told, too. */
    void keepEvidence() {
        if (!story.inTheRecord()) {
            return;
        }
        try {
            Workflow.newActivityStub(
                            EvidenceActivities.class,
                            Limits.evidence(plan.environment(), "keep the evidence of " + name.text()))
                    .keepEvidence(new KeepRequest(
                            plan.service(),
                            plan.environment(),
                            request,
                            plan.version(),
                            plan.digest(),
                            Workflow.getInfo().getWorkflowId(),
                            Workflow.getInfo().getRunId(),
                            story.report()));
        } catch (ActivityFailure failure) {
            journal()
                    .warn(
                            Phase.DONE,
                            "the evidence was not kept, `slipway evidence " + name.text() + "` gathers it anew: "
                                    + ReleaseStopped.by(Phase.DONE, "evidence", failure)
                                            .getMessage());
        }
    }

    /** What its workflow ends with: a report, or a failure that holds it. */
    ReleaseReport result() {
        ReleaseReport report = story.report();
        return switch (outcome()) {
            case SUCCEEDED -> report;
            case CANCELLED -> throw new CanceledFailure(story.headline());
            case ROLLED_BACK, ROLLBACK_FAILED, REJECTED, EXPIRED, FAILED ->
                throw ApplicationFailure.newBuilder()
                        .setMessage(outcome().because(story.headline()))
                        .setType(outcome().name())
                        .setNonRetryable(true)
                        .setCategory(
                                outcome() == Outcome.ROLLBACK_FAILED
                                        ? ApplicationErrorCategory.UNSPECIFIED
                                        : ApplicationErrorCategory.BENIGN)
                        .setDetails(report)
                        .build();
        };
    }

    /** What a plan does after a failure says nothing about what a person asks for. */
    private boolean stoppedByAPerson(ReleaseStopped stopped) {
        return decisions.stops().rollbackAsked() || stopped.outcome() == Outcome.CANCELLED;
    }

    private boolean stopsAfterFailureOf(Phase phase) {
        return decisions.answers().gaveUp() || "stop".equals(plan.onFailure().get(phase.key()));
    }

    private Outcome outcome() {
        return story.outcome().orElseThrow();
    }

    private Journal journal() {
        return story.journal();
    }
}
