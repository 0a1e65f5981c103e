package dev.slipway.steps;

import java.time.Duration;

/** Somebody who is told what steps do: metrics, and tests that want to be there between the deed and its entry. */
public interface StepObserver {

    /** {@code began} stands in the record; nothing was done yet. */
    default void began(String release, String step) {}

    /** The deed is done; {@code done} does not stand in the record yet. */
    default void acted(String release, String step) {}

    /** {@code done} stands in the record. */
    default void done(String release, String step, Duration took) {}

    /** A release was closed in the record. */
    default void outcome(String release, String outcome) {}

    static StepObserver nobody() {
        return new StepObserver() {};
    }
}
