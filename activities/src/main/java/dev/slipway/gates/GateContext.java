package dev.slipway.gates;

import dev.slipway.plan.Gate;
import dev.slipway.plan.ReleasePlan;
import dev.slipway.plan.Template;
import dev.slipway.process.Pulse;
import dev.slipway.served.Served;

/** One gate of one plan, and what it may be judged with. */
record GateContext(Served served, ReleasePlan plan, Gate gate, Pulse pulse) {

    /** {@code ${version}} and {@code ${commit}} filled in. */
    String fill(String text) {
        return Template.fill(text, plan.version(), "", plan.commit());
    }
}
