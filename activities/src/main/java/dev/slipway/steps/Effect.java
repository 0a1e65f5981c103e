package dev.slipway.steps;

import dev.slipway.process.Pulse;
import dev.slipway.record.State;
import java.time.Duration;

/** A deed that a step does. It is done at least once, so it first asks whether what it wants is there already. */
public interface Effect {

    /** The command that undoes it by a person's hands; empty where nothing has to be, or can be, undone. */
    String undoByHand(StepContext context);

    /** How long it may take by the plan. */
    Duration limit(StepContext context);

    /**
     * Acts.
     *
     * @throws StepFailed where it did not work and would not work again
     */
    Done act(StepContext context, Pulse pulse);

    /** What else is true after it; most deeds say nothing more than that they are done. */
    default State after(State state, StepContext context, Done done) {
        return state;
    }
}
