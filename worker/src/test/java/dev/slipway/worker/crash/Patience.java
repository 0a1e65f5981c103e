package dev.slipway.worker.crash;

import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;

/** Waits for what may fail for a while, as Temporal does where it or a worker is away. */
final class Patience {

    private static final Duration LONGEST = Duration.ofSeconds(180);
    private static final Duration LOOK = Duration.ofMillis(200);

    private Patience() {}

    /** Something that may be asked again when it fails. */
    interface Condition {
        boolean met() throws Exception;
    }

    /**
     * Asks until it is so. An {@link Error}, such as a failed assertion, ends it at once.
     *
     * @param story what is told where it never came
     */
    static void until(Condition condition, Supplier<String> story) {
        Instant deadline = Instant.now().plus(LONGEST);
        Exception last = new IllegalStateException("it was never true");
        while (Instant.now().isBefore(deadline)) {
            try {
                if (condition.met()) {
                    return;
                }
            } catch (Exception notNow) {
                last = notNow;
            }
            LockSupport.parkNanos(LOOK.toNanos());
        }
        throw new AssertionError("never came in " + LONGEST.toSeconds() + " s; " + story.get(), last);
    }
}
