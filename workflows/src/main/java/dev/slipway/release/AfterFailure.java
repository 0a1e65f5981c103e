package dev.slipway.release;

import dev.slipway.plan.ReleasePlan;
import dev.slipway.release.ReleaseActivities.FailedStep;
import dev.slipway.release.ReleaseActivities.PlannedStep;
import dev.slipway.release.ReleaseActivities.StepRequest;
import io.temporal.failure.ActivityFailure;
import io.temporal.workflow.Workflow;
import java.time.Duration;
import java.time.Instant;

/**
 * A pause after a step that failed, which a named person ends: try it again, roll back, or leave it so. What was done
 * before stays done meanwhile, so an outage of a vendor does not cost a backup of forty minutes. Where nobody says
 * anything in time, it goes on as a plan that does not ask: back where something was deployed, else it stops.
 */
final class AfterFailure {

    private final ReleasePlan plan;
    private final ReleaseName name;
    private final Story story;
    private final Answers answers;
    private final Notices notices;

    AfterFailure(ReleasePlan plan, ReleaseName name, Story story, Answers answers, Notices notices) {
        this.plan = plan;
        this.name = name;
        this.story = story;
        this.answers = answers;
        this.notices = notices;
    }

    /** Whether a person wants the step tried again; a rollback cancels the waiting with everything else. */
    boolean triesAgain(PlannedStep step, StepRequest request, ReleaseStopped stopped) {
        story.journal().error(stopped.phase(), stopped.getMessage(), stopped.lines());
        FailedStep failed = lookAt(request);
        Duration patience = plan.patience();
        Instant until = DurableTime.now().plus(patience);
        String otherwise = stopped.phase() == Phase.DEPLOY || stopped.phase() == Phase.VERIFY
                ? "it is rolled back"
                : "it stops, and nothing is deployed";
        answers.forget();
        story.asks(new Question(
                step.number(),
                failed.attempt(),
                step.title(),
                stopped.getMessage(),
                failed.changed(),
                otherwise,
                until));
        story.waitsFor(new Waiting(
                "a person's word after a failure: " + stopped.getMessage() + " (otherwise " + otherwise + ")",
                plan.rollback().by(),
                "slipway retry " + name.text() + " (or: slipway rollback " + plan.service() + "/" + plan.environment()
                        + ", slipway give-up " + name.text() + ")",
                until));
        failed.done().forEach(done -> story.journal().info(stopped.phase(), "kept: " + done));
        notices.send("asked");
        boolean answered = answered(patience, until);
        story.show();
        if (!answered) {
            story.journal()
                    .warn(
                            stopped.phase(),
                            "nobody said what to do within " + DurableTime.words(patience) + ", so " + otherwise);
        }
        return answers.retried();
    }

    /** However the waiting ends: nobody is asked any more. */
    private boolean answered(Duration patience, Instant until) {
        try {
            return DurableTime.awaitUntil(
                    patience,
                    "someone has to retry, roll back or give up until " + DurableTime.clock(until),
                    answers::answered);
        } finally {
            story.waitsNoMore();
            story.asksNoMore();
        }
    }

    private FailedStep lookAt(StepRequest request) {
        try {
            return Workflow.newActivityStub(
                            ReleaseActivities.class,
                            Limits.bookkeeping(plan.environment(), "how the failed step stands in the record"))
                    .lookAtFailure(request);
        } catch (ActivityFailure failure) {
            throw ReleaseStopped.by(story.phase(), "look at the failed step", failure);
        }
    }
}
