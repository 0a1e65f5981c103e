package dev.slipway.cli;

import dev.slipway.environment.Holder;
import dev.slipway.environment.Mirror;
import dev.slipway.plan.ReleasePlan;
import dev.slipway.record.State;
import dev.slipway.release.ReleaseInput;
import java.util.Optional;

/**
 * Where a decision about an environment, not about a release, finds its people and rules: this checkout, else the last
 * release there that Temporal still has. The worker judges by its own.
 */
final class PeoplePlan {

    private PeoplePlan() {}

    static ReleasePlan of(Shell shell, Temporal temporal, EnvironmentPage page) {
        Mirror mirror = page.mirror();
        String version = mirror.live().isEmpty() ? "0" : mirror.live();
        Optional<ReleasePlan> here = Checkout.find(shell)
                .filter(checkout ->
                        checkout.environments().service().equals(page.name().service()))
                .flatMap(checkout ->
                        checkout.read(page.name().environment(), version, "").plan());
        if (here.isPresent()) {
            return here.get();
        }
        for (Holder holder : page.view().holder()) {
            Optional<ReleasePlan> running = ofRelease(temporal, holder.workflow(), page.name());
            if (running.isPresent()) {
                return running.get();
            }
        }
        for (State.Ended ended : mirror.history()) {
            Optional<ReleasePlan> last = ofRelease(temporal, ended.workflow(), page.name());
            if (last.isPresent()) {
                return last.get();
            }
        }
        throw new CommandStopped(
                ExitCode.USAGE,
                "who may do this in " + page.name().text() + " stands in its plan; go to the checkout of '"
                        + page.name().service() + "' and type it there");
    }

    private static Optional<ReleasePlan> ofRelease(Temporal temporal, String workflow, EnvironmentName name) {
        if (!workflow.startsWith("release:")) {
            return Optional.empty();
        }
        return temporal.describe(workflow)
                .map(execution -> temporal.input(execution, ReleaseInput.class).plan())
                .filter(plan -> plan.service().equals(name.service())
                        && plan.environment().equals(name.environment()));
    }
}
