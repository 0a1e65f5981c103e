package dev.slipway.deploy;

import dev.slipway.deploy.Deployer.Deployed;
import dev.slipway.process.Pulse;
import dev.slipway.steps.Done;
import dev.slipway.steps.Effect;
import dev.slipway.steps.StepContext;
import dev.slipway.steps.StepFailed;
import dev.slipway.steps.Timeouts;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** Makes the grant's previous id live again on one target: the undo of a deployment, and the step of a manual rollback. */
public final class RollBackStep implements Effect {

    /** A fact of a target that was found as wanted, so that nothing was done. */
    public static final String ALREADY = "already";

    private final Deployers deployers;

    public RollBackStep(Deployers deployers) {
        this.deployers = deployers;
    }

    @Override
    public String undoByHand(StepContext context) {
        return deployers
                .of(context)
                .undoByHand(context, context.previous(context.step().name()));
    }

    @Override
    public Duration limit(StepContext context) {
        return Timeouts.of(context.plan(), "rollback");
    }

    @Override
    public Done act(StepContext context, Pulse pulse) {
        String name = context.step().name();
        String previous = context.previous(name);
        if (previous.isEmpty()) {
            throw new StepFailed(
                    name + ": nothing was live there before, so there is nothing to go back to", List.of(), true);
        }
        Deployed deployed = deployers.of(context).rollBack(context, previous, pulse);
        return new Done(
                deployed.already() ? name + " serves " + previous + " already" : name + " is back on " + previous,
                deployed.already() ? Map.of("id", deployed.id(), ALREADY, "true") : Map.of("id", deployed.id()),
                deployed.lines());
    }
}
