package dev.slipway.cli;

import dev.slipway.release.JournalEntry;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** The journal of a release, with what its child processes printed. */
@Command(name = "logs", description = "The journal of a release, with the output of what it ran.")
final class LogsCommand implements Callable<Integer> {

    @Parameters(
            arity = "0..1",
            paramLabel = "RELEASE",
            description = "1.4.0, or shop/production@1.4.0; the only running one where not given")
    String release = "";

    @Mixin
    Connection connection = new Connection();

    @Mixin
    Output output = new Output();

    private final Shell shell;

    LogsCommand(Shell shell) {
        this.shell = shell;
    }

    @Override
    public Integer call() {
        try (Temporal temporal = Temporal.connect(shell, connection)) {
            Subject subject = Subject.of(temporal, new Naming(shell).release(temporal, release, running -> true));
            if (output.json()) {
                Output.print(shell, subject.report().journal());
                return ExitCode.SUCCEEDED.number();
            }
            for (JournalEntry entry : subject.report().journal()) {
                shell.print(ReleaseView.text(entry));
                entry.lines().forEach(line -> shell.print("    | " + line));
            }
            return ExitCode.SUCCEEDED.number();
        }
    }
}
