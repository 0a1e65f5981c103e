package dev.slipway.cli;

import dev.slipway.release.JournalEntry;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** The journal of a release, with what its child processes printed. */
@Command(name = "logs", description = "The journal of a release, a drill or a restore, with the output of what it ran.")
final class LogsCommand implements Callable<Integer> {

    @Parameters(
            arity = "0..1",
            paramLabel = "RELEASE",
            description =
                    "1.4.0, or shop/production@1.4.0, also @drill-… and @restore-…; the only running one where not given")
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
            List<JournalEntry> journal = Subject.report(temporal, new Naming(shell).story(temporal, release))
                    .journal();
            if (output.json()) {
                Output.print(shell, journal);
                return ExitCode.SUCCEEDED.number();
            }
            for (JournalEntry entry : journal) {
                shell.print(ReleaseView.text(entry));
                entry.lines().forEach(line -> shell.print("    | " + line));
            }
            return ExitCode.SUCCEEDED.number();
        }
    }
}
