package dev.slipway.cli;

import dev.slipway.environment.Mirror;
import dev.slipway.record.State;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** How the last releases and rollbacks of an environment ended. Needs no worker. */
@Command(name = "history", description = "How the last releases and rollbacks of an environment ended.")
final class HistoryCommand implements Callable<Integer> {

    @Parameters(arity = "0..1", paramLabel = "ENV", description = "production, or shop/production")
    String environment = "";

    @Mixin
    Connection connection = new Connection();

    @Mixin
    Output output = new Output();

    private final Shell shell;

    HistoryCommand(Shell shell) {
        this.shell = shell;
    }

    @Override
    public Integer call() {
        EnvironmentName name = new Naming(shell).environment(environment);
        try (Temporal temporal = Temporal.connect(shell, connection)) {
            Mirror mirror = EnvironmentPage.of(temporal, name).mirror();
            if (output.json()) {
                Output.print(shell, mirror.history());
                return ExitCode.SUCCEEDED.number();
            }
            if (mirror.history().isEmpty()) {
                shell.print("nothing has ended in " + name.text() + " yet");
            }
            for (State.Ended ended : mirror.history()) {
                shell.print(Spans.time(ended.time()) + "  " + ReleaseView.padded(ended.version(), 12) + " "
                        + ReleaseView.padded(
                                ended.outcome().toLowerCase(Locale.ROOT).replace('_', ' '), 15)
                        + " " + ReleaseView.padded(ended.by(), 8) + " " + ended.text()
                        + (ended.safe() ? "" : " (NOT safe to leave so)"));
                ended.changed().forEach(changed -> shell.print("    changed: " + changed));
            }
            return ExitCode.SUCCEEDED.number();
        }
    }
}
