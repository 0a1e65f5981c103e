package dev.slipway.deploy;

import dev.slipway.deploy.Deployer.Deployed;
import dev.slipway.process.Pulse;
import dev.slipway.steps.Done;
import dev.slipway.steps.Effect;
import dev.slipway.steps.StepContext;
import dev.slipway.steps.Timeouts;
import java.time.Duration;
import java.util.Map;

/** Makes the new version live on one target. */
public final class DeployStep implements Effect {

    private final Deployers deployers;

    public DeployStep(Deployers deployers) {
        this.deployers = deployers;
    }

    @Override
    public String undoByHand(StepContext context) {
        String previous = context.previous(context.step().name());
        return previous.isEmpty() ? "" : deployers.of(context).undoByHand(context, previous);
    }

    @Override
    public Duration limit(StepContext context) {
        return Timeouts.of(context.plan(), "deploy");
    }

    @Override
    public Done act(StepContext context, Pulse pulse) {
        Deployed deployed = deployers.of(context).deploy(context, pulse);
        String name = context.step().name();
        return new Done(
                deployed.already()
                        ? name + " serves " + deployed.id() + " already"
                        : "deployed " + deployed.id() + " to " + name,
                Map.of("id", deployed.id()),
                deployed.lines());
    }
}
