package dev.slipway.deploy;

import dev.slipway.plan.ReleasePlan;
import dev.slipway.process.Pulse;
import dev.slipway.served.Served;
import dev.slipway.steps.StepContext;
import java.util.List;

/**
 * A kind of target that versions are deployed to. A new kind is one class, one line in {@link Deployers}, and one subclass
 * of the contract test. "Accepted" is never done: what it returns has been looked up.
 */
public interface Deployer {

    /**
     * Makes the grant's version live, unless it is live already.
     *
     * @return the exact id that serves now
     * @throws dev.slipway.steps.StepFailed where it could not
     */
    Deployed deploy(StepContext context, Pulse pulse);

    /** The exact id that serves now; empty where nothing does. */
    String current(StepContext context, Pulse pulse);

    /** Makes a previous id live again, unless it is live already. */
    Deployed rollBack(StepContext context, String previous, Pulse pulse);

    /** The same as {@link #rollBack} for a person's hands. */
    String undoByHand(StepContext context, String previous);

    /**
     * What would stop a release later, and what is good to know, before anybody is asked. It only looks, and sends a secret
     * only where the worker's file lets it go before a release is approved.
     *
     * @throws dev.slipway.steps.Unavailable where the vendor is not there for the moment
     */
    default Look look(Served served, ReleasePlan plan, Pulse pulse) {
        return new Look(List.of(), List.of());
    }

    /** What was found before anybody was asked: what has to be mended, and what is only said. */
    record Look(List<String> problems, List<String> notes) {}

    /** @param already whether it was found as wanted, and nothing was done */
    record Deployed(String id, boolean already, List<String> lines) {}
}
