package dev.slipway.steps;

import dev.slipway.record.State;
import java.time.Duration;

/** What the record says of a deed before and after it. */
public interface Terms {

    /** The command that undoes it by a person's hands; empty where nothing has to be, or can be, undone. */
    String undoByHand(StepContext context);

    /** How long it may take by the plan. */
    Duration limit(StepContext context);

    /** What else is true after it; most deeds say nothing more than that they are done. */
    default State after(State state, StepContext context, Done done) {
        return state;
    }
}
