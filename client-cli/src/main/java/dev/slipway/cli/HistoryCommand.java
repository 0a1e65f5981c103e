package dev.slipway.cli;

import dev.slipway.environment.Mirror;
import dev.slipway.evidence.EvidenceActivities.Events;
import dev.slipway.evidence.EvidenceActivities.EventsRequest;
import dev.slipway.evidence.LookUpWorkflow.LookUp;
import dev.slipway.plan.Durations;
import dev.slipway.record.State;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/**
 * How the last releases and rollbacks of an environment ended. Needs no worker, but for a time or a table: then every event
 * of the record is asked for.
 */
@Command(
        name = "history",
        description = "How the last releases and rollbacks of an environment ended; or all that its record says.")
final class HistoryCommand implements Callable<Integer> {

    @Parameters(arity = "0..1", paramLabel = "ENV", description = "production, or shop/production")
    String environment = "";

    @Option(
            names = "--since",
            paramLabel = "TIME",
            description = "every event of the record since a day or for a time: 2026-07-01, 90d")
    String since = "";

    @Option(
            names = "--format",
            paramLabel = "text|csv",
            description = "csv: every event of the record as a table, with who said what and why")
    Format format = Format.text;

    /** How events are written. */
    enum Format {
        text,
        csv
    }

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
            if (!since.isEmpty() || format == Format.csv) {
                return events(temporal, name);
            }
            Mirror mirror = EnvironmentPage.of(temporal, name).mirror();
            if (output.json()) {
                Output.print(
                        shell, mirror.history().stream().map(EndWords::json).toList());
                return ExitCode.SUCCEEDED.number();
            }
            if (mirror.history().isEmpty()) {
                shell.print("nothing has ended in " + name.text() + " yet");
            }
            int width = mirror.history().stream()
                    .mapToInt(ended -> EndWords.beside(ended).length())
                    .max()
                    .orElse(0);
            int versions = mirror.history().stream()
                    .mapToInt(ended -> ended.version().length())
                    .max()
                    .orElse(0);
            for (State.Ended ended : mirror.history()) {
                shell.print(Spans.time(ended.time()) + "  "
                        + ReleaseView.padded(ended.version(), Math.max(versions, 12)) + " "
                        + ReleaseView.padded(EndWords.beside(ended), Math.max(width, 15))
                        + " " + ReleaseView.padded(ended.by(), 8) + " "
                        + (ended.phase().isEmpty() ? "" : ended.phase() + " alone: ") + ended.text()
                        + (ended.safe() ? "" : " (NOT safe to leave so)"));
                ended.changed().forEach(changed -> shell.print("    changed: " + changed));
            }
            return ExitCode.SUCCEEDED.number();
        }
    }

    private int events(Temporal temporal, EnvironmentName name) {
        Instant from = since.isEmpty() ? Instant.EPOCH : since(since);
        Events found = LookingUp.of(
                        temporal, name, LookUp.of(new EventsRequest(name.service(), name.environment(), from)))
                .events()
                .get(0);
        if (output.json()) {
            Output.print(shell, found.events());
        } else if (format == Format.csv) {
            EventTable.of(found.events()).forEach(shell::print);
        } else {
            found.events()
                    .forEach(event -> shell.print(Spans.time(event.time()) + "  "
                            + ReleaseView.padded(event.kind().toLowerCase(Locale.ROOT), 10) + "  "
                            + ReleaseView.padded(event.release(), 24) + "  " + event.text()));
        }
        if (found.more()) {
            shell.say("slipway: there are older events; ask for less with --since");
        }
        return ExitCode.SUCCEEDED.number();
    }

    private Instant since(String text) {
        try {
            return LocalDate.parse(text).atStartOfDay(ZoneOffset.UTC).toInstant();
        } catch (DateTimeException noDay) {
            return Durations.parse(text)
                    .map(shell.clock().instant()::minus)
                    .orElseThrow(() -> new CommandStopped(
                            ExitCode.USAGE,
                            "'" + text + "' is neither a day nor a time; write 2026-07-01 or 90d",
                            noDay));
        }
    }
}
