package dev.slipway.release;

import dev.slipway.plan.ReleasePlan;
import dev.slipway.release.WordActivities.WordRequest;
import dev.slipway.release.WordActivities.WordResult;
import dev.slipway.trust.SignedStatement;
import io.temporal.failure.ActivityFailure;
import io.temporal.workflow.Workflow;
import java.util.function.BiFunction;

/**
 * Puts a person's word about a step into the record. A worker that refuses it, or cannot be asked, is an answer, too:
 * thrown from a handler it would end the whole release.
 */
final class StepWord {

    private final ReleasePlan plan;
    private final Story story;

    StepWord(ReleasePlan plan, Story story) {
        this.plan = plan;
        this.story = story;
    }

    /**
     * @param step number of the step in the grant
     * @param summary for the Temporal UI
     * @param put the activity
     */
    WordResult intoTheRecord(
            int step, SignedStatement word, String summary, BiFunction<WordActivities, WordRequest, WordResult> put) {
        try {
            return put.apply(
                    Workflow.newActivityStub(WordActivities.class, Limits.bookkeeping(plan.environment(), summary)),
                    new WordRequest(
                            plan.service(), plan.environment(), story.grant().grant(), step, word));
        } catch (ActivityFailure failure) {
            return WordResult.refused(
                    ReleaseStopped.by(story.phase(), summary, failure).getMessage());
        }
    }
}
