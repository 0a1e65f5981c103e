package dev.slipway.steps;

import dev.slipway.plan.ReleasePlan;
import java.time.Duration;

/** How long the plan lets a step take. The reader gives every step a timeout; this is the net for older plans. */
public final class Timeouts {

    private static final Duration NET = Duration.ofMinutes(30);

    private Timeouts() {}

    public static Duration of(ReleasePlan plan, String step) {
        return plan.timeouts().getOrDefault(step, NET);
    }
}
