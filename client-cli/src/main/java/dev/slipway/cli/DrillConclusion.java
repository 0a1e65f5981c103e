package dev.slipway.cli;

import dev.slipway.record.Entry;
import dev.slipway.record.SignedText;
import dev.slipway.release.Outcome;
import dev.slipway.release.ReleaseReport;
import dev.slipway.restore.Measured;
import java.time.Instant;
import java.util.Optional;

/** The end of a drill: what was measured, whether it is enough, and with which code the command ends. */
final class DrillConclusion {

    private final Shell shell;
    private final Output output;
    private final ReleaseView view;

    /** @param view a quiet one: the result is told here, once */
    DrillConclusion(Shell shell, Output output, ReleaseView view) {
        this.shell = shell;
        this.output = output;
        this.view = view;
    }

    /**
     * What comes of a drill, as one JSON object.
     *
     * @param drill for instance {@code shop/production@drill-1a2b3c4d}; {@code slipway logs} takes it
     * @param exitCode as the process ends
     * @param exit the same in words
     * @param confirmed whether the environment's pinned key says so
     * @param text one sentence
     * @param measured what the signed entry of the record holds
     */
    record Result(
            String drill,
            String workflow,
            String run,
            int exitCode,
            String exit,
            boolean confirmed,
            String text,
            Measured measured) {}

    int of(Following.Seen seen, Execution execution, EnvironmentName name, String request) {
        Optional<ReleaseReport> report =
                seen instanceof Following.Seen.Over over ? over.ended().report() : Optional.empty();
        Optional<SignedText> signed =
                report.flatMap(each -> each.closed().stream().findFirst());
        if (signed.isEmpty()) {
            return new Conclusion(shell, output, view)
                    .of(
                            seen,
                            execution,
                            new Confirmation.Expected(
                                    name.release("drill"), request, "", Outcome.SUCCEEDED, Instant.EPOCH));
        }
        Entry entry = believed(name, request, signed.get());
        Measured measured = Measured.of(entry.event());
        ExitCode code = measured.met() ? ExitCode.SUCCEEDED : ExitCode.FAILED_NOTHING_CHANGED;
        String drill = name.release(measured.drill()).text();
        String text = entry.event().text() + " (" + drill + ", confirmed by the environment's key)";
        view.clear();
        if (output.json()) {
            Output.print(
                    shell,
                    new Result(
                            drill,
                            execution.workflow(),
                            execution.run(),
                            code.number(),
                            code.words(),
                            true,
                            entry.event().text(),
                            measured));
            return code.number();
        }
        if (measured.met()) {
            shell.print(text);
        } else {
            shell.say("slipway: " + text);
        }
        measured.lines().forEach(shell::print);
        return code.number();
    }

    /** That a backup can be restored is believed where the environment's key says so of this very drill. */
    private Entry believed(EnvironmentName name, String request, SignedText signed) {
        Optional<String> doubt = new PinnedKeys(shell).doubt(name, signed);
        if (doubt.isPresent()) {
            throw unconfirmed(doubt.get());
        }
        try {
            Entry entry = Entry.parse(signed.text());
            Measured.of(entry.event());
            if (!entry.service().equals(name.service())
                    || !entry.environment().equals(name.environment())
                    || !request.equals(entry.event().facts().get("request"))) {
                throw unconfirmed("the signed entry is about something else");
            }
            return entry;
        } catch (IllegalArgumentException e) {
            throw unconfirmed("what the environment's key signed is no entry of a drill: " + e.getMessage());
        }
    }

    private static CommandStopped unconfirmed(String why) {
        return new CommandStopped(
                ExitCode.UNCONFIRMED, "what is said of the drill is unconfirmed, and nothing of it is shown: " + why);
    }
}
