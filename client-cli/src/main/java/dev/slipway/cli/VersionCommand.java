package dev.slipway.cli;

import dev.slipway.plan.ReleasePlan;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;

/** Which slipway this is. */
@Command(name = "version", description = "Print the version.")
final class VersionCommand implements Callable<Integer> {

    private final Shell shell;

    VersionCommand(Shell shell) {
        this.shell = shell;
    }

    @Override
    public Integer call() {
        String version = Optional.ofNullable(VersionCommand.class.getPackage().getImplementationVersion())
                .orElse("(not packaged)");
        shell.print("slipway " + version + " (plan format " + ReleasePlan.FORMAT + ", Java "
                + Runtime.version().feature() + ")");
        return ExitCode.SUCCEEDED.number();
    }
}
