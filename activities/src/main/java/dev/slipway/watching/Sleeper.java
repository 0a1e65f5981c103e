package dev.slipway.watching;

import java.time.Duration;

/** A way to wait: really, or in a test at once. */
@FunctionalInterface
public interface Sleeper {
    /** @throws SleepEnded where the watch is over, and not only the sleep */
    void sleep(Duration duration) throws InterruptedException;
}
