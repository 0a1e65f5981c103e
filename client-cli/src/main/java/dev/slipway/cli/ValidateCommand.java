package dev.slipway.cli;

import dev.slipway.plan.reading.PlanEnvironments;
import dev.slipway.plan.reading.PlanProblem;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** Says everything that is wrong with a plan file. */
@Command(name = "validate", description = "Say everything that is wrong with a plan file, each thing at its place.")
final class ValidateCommand implements Callable<Integer> {

    @Parameters(arity = "0..1", paramLabel = "FILE", description = "slipway.yaml here or above where not given")
    String file = "";

    private final Shell shell;

    ValidateCommand(Shell shell) {
        this.shell = shell;
    }

    @Override
    public Integer call() {
        Checkout checkout = Checkout.of(shell, file);
        List<PlanProblem> problems = checkout.problems();
        if (!problems.isEmpty()) {
            problems.forEach(problem -> problem.withSnippet().lines().forEach(shell::say));
            throw new CommandStopped(
                    ExitCode.USAGE,
                    problems.size() + (problems.size() == 1 ? " problem" : " problems") + " in '" + checkout.path()
                            + "'");
        }
        PlanEnvironments environments = checkout.environments();
        shell.print("'" + checkout.path() + "' is a plan of " + environments.service() + " for "
                + String.join(
                        ", ",
                        environments.environments().stream()
                                .map(PlanEnvironments.Named::name)
                                .toList()));
        return ExitCode.SUCCEEDED.number();
    }
}
