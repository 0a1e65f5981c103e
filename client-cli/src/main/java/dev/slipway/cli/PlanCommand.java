package dev.slipway.cli;

import dev.slipway.plan.PlanText;
import dev.slipway.plan.ReleasePlan;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** The plan that a release would be asked with. Touches nothing but this checkout. */
@Command(name = "plan", description = "Print what a release would do, and the digest that an approval binds.")
final class PlanCommand implements Callable<Integer> {

    @Parameters(arity = "0..1", paramLabel = "ENV", description = "production; by branch where not given")
    String environment = "";

    @Mixin
    PlanVersion wanted = new PlanVersion();

    @Mixin
    Output output = new Output();

    private final Shell shell;

    PlanCommand(Shell shell) {
        this.shell = shell;
    }

    @Override
    public Integer call() {
        Checkout checkout = Checkout.of(shell, wanted.planFile);
        EnvironmentName target = new Naming(shell, Optional.of(checkout)).environment(environment);
        ReleasePlan plan = checkout.plan(shell, target.environment(), wanted.version, wanted.commit);
        if (output.json()) {
            Output.print(shell, new Answer(plan.digest(), plan));
        } else {
            print(shell, plan);
        }
        return ExitCode.SUCCEEDED.number();
    }

    /** What `--output json` gives. */
    record Answer(String digest, ReleasePlan plan) {}

    static void print(Shell shell, ReleasePlan plan) {
        PlanText.lines(plan).forEach(shell::print);
    }
}
