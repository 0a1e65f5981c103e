package dev.slipway.database.migrations;

import dev.slipway.process.WorkInterrupted;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;

/** The pauses after which something that met a held lock is tried again: ever longer, never in step with others. */
final class GivingWay {

    /** A lock that somebody holds; a deadlock; a serialisation conflict. */
    private static final Set<String> STATES = Set.of("55P03", "40P01", "40001");

    private static final long FIRST_MILLIS = 250;
    private static final long LONGEST_MILLIS = 10_000;

    private final long until;
    private long pause = FIRST_MILLIS;

    /** @param patience from now on */
    GivingWay(Duration patience) {
        this.until = System.nanoTime() + patience.toNanos();
    }

    /** Whether this SQLSTATE says that somebody else was in the way. */
    static boolean isMeant(String state) {
        return STATES.contains(state);
    }

    /** Waits for the next try; false where the time is over. */
    boolean again() {
        long left = (until - System.nanoTime()) / 1_000_000;
        if (left <= 0) {
            return false;
        }
        long jittered = pause / 2 + ThreadLocalRandom.current().nextLong(pause / 2 + 1);
        pause = Math.min(2 * pause, LONGEST_MILLIS);
        try {
            Thread.sleep(Math.min(jittered, left + 1));
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new WorkInterrupted("the migrations were stopped while they waited for a lock");
        }
        return true;
    }
}
