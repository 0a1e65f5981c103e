package dev.slipway.cli;

import dev.slipway.record.Scope;
import dev.slipway.trust.Lane;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** Asks for one phase of a plan, by the rules of a release. */
@Command(
        name = "run",
        description = {
            "Run one phase of a plan alone: the same turn, gates, approvals and record as in a release.",
            "Nothing is made live, and no version succeeds by it. What changes data takes its backup first."
        },
        footer = {"", "Each needs the approvals of a release; only preflight, which opens nothing, needs none.", ""})
final class RunCommand implements Callable<Integer> {

    @Parameters(index = "0", paramLabel = "PHASE", description = "preflight, backup, migrate, reference-data or verify")
    String phase = "";

    @Parameters(
            index = "1",
            arity = "0..1",
            paramLabel = "ENV",
            description = "production, or shop/production; by branch where not given")
    String environment = "";

    @Mixin
    Asking asking = new Asking();

    private final Shell shell;

    RunCommand(Shell shell) {
        this.shell = shell;
    }

    @Override
    public Integer call() {
        if (!Scope.PHASES.contains(phase)) {
            throw new CommandStopped(
                    ExitCode.USAGE,
                    "'" + phase + "' is no phase that can be run alone; there are " + String.join(", ", Scope.PHASES));
        }
        return new Requesting(shell, new Requesting.Wish(new Scope(phase), Lane.NORMAL, false), asking)
                .ask(environment);
    }
}
