package dev.slipway.watching;

import dev.slipway.process.Pulse;
import dev.slipway.steps.Done;
import dev.slipway.steps.Effect;
import dev.slipway.steps.StepContext;
import dev.slipway.steps.Timeouts;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** Asks the deployed version whether it answers as the plan says. */
public final class VerifyStep implements Effect {

    private final PlanChecks checks;

    public VerifyStep(PlanChecks checks) {
        this.checks = checks;
    }

    @Override
    public String undoByHand(StepContext context) {
        return "";
    }

    @Override
    public Duration limit(StepContext context) {
        return Timeouts.of(context.plan(), "verify");
    }

    @Override
    public Done act(StepContext context, Pulse pulse) {
        List<String> found =
                checks.pass(context.plan().verify(), text -> context.fill(text, ""), limit(context), pulse);
        return new Done("verified: " + String.join("; ", found), Map.of(), List.of());
    }
}
