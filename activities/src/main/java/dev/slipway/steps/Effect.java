package dev.slipway.steps;

import dev.slipway.process.Pulse;

/** A deed that a step does. It is done at least once, so it first asks whether what it wants is there already. */
public interface Effect extends Terms {

    /**
     * Acts.
     *
     * @throws StepFailed where it did not work and would not work again
     */
    Done act(StepContext context, Pulse pulse);
}
