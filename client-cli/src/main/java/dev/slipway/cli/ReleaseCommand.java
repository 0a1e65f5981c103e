package dev.slipway.cli;

import dev.slipway.record.Scope;
import dev.slipway.trust.Lane;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Asks for a release, and waits for it as long as wanted. */
@Command(
        name = "release",
        description = "Release a version to an environment: signs a request, starts it, and waits for it.",
        footer = "%nThe same version with the same plan, while it runs: joins it. It goes on whatever happens here.%n")
final class ReleaseCommand implements Callable<Integer> {

    @Parameters(
            arity = "0..1",
            paramLabel = "ENV",
            description = "production, or shop/production; by branch where not given")
    String environment = "";

    @Option(
            names = "--hotfix",
            description = "in the hotfix lane, where the plan and the worker have one; needs --reason")
    boolean hotfix;

    @Option(names = "--again", description = "release a version again that has succeeded before; needs --reason")
    boolean again;

    @Option(names = "--dry-run", description = "say what would be asked for; sign and start nothing")
    boolean dryRun;

    @Mixin
    Asking asking = new Asking();

    private final Shell shell;

    ReleaseCommand(Shell shell) {
        this.shell = shell;
    }

    @Override
    public Integer call() {
        if (hotfix && asking.reason.isBlank()) {
            throw new CommandStopped(ExitCode.USAGE, "--hotfix needs --reason: why can it not go the normal way?");
        }
        if (again && asking.reason.isBlank()) {
            throw new CommandStopped(ExitCode.USAGE, "--again needs --reason: why release what has succeeded before?");
        }
        Lane lane = hotfix ? Lane.HOTFIX : Lane.NORMAL;
        Requesting requesting = new Requesting(shell, new Requesting.Wish(new Scope(""), lane, again), asking);
        return dryRun ? requesting.dryRun(environment) : requesting.ask(environment);
    }
}
