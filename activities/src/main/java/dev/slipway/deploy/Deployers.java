package dev.slipway.deploy;

import dev.slipway.plan.Target;
import dev.slipway.process.CommandRunner;
import dev.slipway.steps.StepContext;
import dev.slipway.steps.StepRefused;
import okhttp3.OkHttpClient;

/** Which deployer serves which kind of target: the wiring. */
public final class Deployers {

    private final CommandRunner runner;
    private final OkHttpClient client;
    private final VendorTimes times;

    public Deployers(CommandRunner runner, OkHttpClient client) {
        this(runner, client, VendorTimes.usual());
    }

    Deployers(CommandRunner runner, OkHttpClient client, VendorTimes times) {
        this.runner = runner;
        this.client = client;
        this.times = times;
    }

    public Deployer of(Target target) {
        return target.commandIfAny()
                .map(command -> (Deployer) new CommandDeployer(target, command, runner))
                .or(() -> target.railwayIfAny().map(railway -> new RailwayDeployer(target, railway, client, times)))
                .or(() -> target.herokuIfAny().map(heroku -> new HerokuDeployer(target, heroku, client, times)))
                .orElseThrow(() ->
                        new StepRefused("the target '" + target.name() + "' is of no kind that this worker knows"));
    }

    /** The deployer of the target that a step names. */
    public Deployer of(StepContext context) {
        return context.plan().deploy().stream()
                .filter(target -> target.name().equals(context.step().name()))
                .findFirst()
                .map(this::of)
                .orElseThrow(() -> new StepRefused(
                        "the plan has no target '" + context.step().name() + "'"));
    }
}
