package dev.slipway.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** Asks Temporal to cancel a release. Needs no signature: it can only take back. */
@Command(name = "cancel", description = "Cancel a release: what it has begun is taken back.")
final class CancelCommand implements Callable<Integer> {

    @Parameters(
            arity = "0..1",
            paramLabel = "RELEASE",
            description = "1.4.0, or shop/production@1.4.0; the only running one where not given")
    String release = "";

    @Mixin
    Connection connection = new Connection();

    private final Shell shell;

    CancelCommand(Shell shell) {
        this.shell = shell;
    }

    @Override
    public Integer call() {
        try (Temporal temporal = Temporal.connect(shell, connection)) {
            Naming.Found found = new Naming(shell).release(temporal, release, running -> true);
            if (!found.execution().running()) {
                throw new CommandStopped(
                        ExitCode.NOT_ALLOWED,
                        found.name().text() + " has ended already; `slipway watch "
                                + found.name().text() + "` says how");
            }
            temporal.cancel(found.execution());
            shell.print("asked " + found.name().text() + " to end; `slipway watch "
                    + found.name().text() + "` shows what it takes back");
            Workers.Absence missing = new Workers(temporal).missing(found.name().environment());
            if (!missing.none()) {
                shell.say(missing.sentence() + "; until then nothing happens");
            }
            return ExitCode.SUCCEEDED.number();
        }
    }
}
