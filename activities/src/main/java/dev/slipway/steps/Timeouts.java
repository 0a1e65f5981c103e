package dev.slipway.steps;

import dev.slipway.plan.ReleasePlan;
import java.time.Duration;

/** How long the plan lets a step take. The reader gives every step a timeout; this is the net for older plans. */
public final class Timeouts {

    private static final Duration NET = Duration.ofMinutes(30);

    /** A large database takes its time, and nobody who waits for it is helped by an end in the middle. */
    private static final Duration RESTORE = Duration.ofHours(1);

    private Timeouts() {}

    /** Of reading a backup, of restoring it, and of switching to it, each. */
    public static Duration ofRestore(ReleasePlan plan) {
        return plan.timeouts().getOrDefault("restore", RESTORE);
    }

    public static Duration of(ReleasePlan plan, String step) {
        return plan.timeouts().getOrDefault(step, NET);
    }
}
