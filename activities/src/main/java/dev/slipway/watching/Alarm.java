package dev.slipway.watching;

import java.time.Duration;

/** A way to go on later without a thread that waits: really, or in a test at once. */
@FunctionalInterface
public interface Alarm {

    /** @param work short; it may be done by any thread */
    void in(Duration time, Runnable work);
}
