package dev.slipway.cli;

import dev.slipway.release.JournalEntry;
import dev.slipway.release.Outcome;
import dev.slipway.release.ReleaseName;
import dev.slipway.release.ReleaseReport;
import java.util.List;
import java.util.Optional;

/** The end of a command that followed a workflow: what it says, and with which code it ends. */
final class Conclusion {

    private final Shell shell;
    private final Output output;
    private final ReleaseView view;

    Conclusion(Shell shell, Output output, ReleaseView view) {
        this.shell = shell;
        this.output = output;
        this.view = view;
    }

    /** @param expected what makes it a success, where it came to that outcome */
    int of(Following.Seen seen, Execution execution, Confirmation.Expected expected) {
        String title = expected.release().text();
        if (seen instanceof Following.Seen.Over over) {
            return over(over, execution, expected);
        }
        if (seen instanceof Following.Seen.Reached reached) {
            String what = reached.report().waiting().isEmpty()
                    ? "is in phase " + reached.report().phase().words()
                    : "waits " + ReleaseView.words(reached.report().waiting().get(0));
            return tell(
                    ExitCode.STILL_WAITING,
                    title + " " + what + "; `slipway watch " + title + "` comes back to it",
                    execution,
                    expected,
                    Optional.empty(),
                    false,
                    Optional.of(reached.report()));
        }
        Following.Seen.Alone alone = (Following.Seen.Alone) seen;
        return tell(
                ExitCode.UNREACHABLE,
                alone.why() + "; " + title(expected, execution)
                        + " stays started and goes on by itself as soon as one is there",
                execution,
                expected,
                Optional.empty(),
                false,
                Optional.empty());
    }

    /** Temporal has it; nobody waits. */
    int accepted(Execution execution, Confirmation.Expected expected) {
        String title = expected.release().text();
        return tell(
                ExitCode.STILL_WAITING,
                title + " is accepted and goes on by itself; `slipway watch " + title + "` shows how",
                execution,
                expected,
                Optional.empty(),
                false,
                Optional.empty());
    }

    private int over(Following.Seen.Over over, Execution execution, Confirmation.Expected expected) {
        Ended ended = over.ended();
        ended.report().ifPresent(view::end);
        int code = told(over, execution, expected);
        // how it ended comes first, and what is left to do stands beside the prompt
        ended.report().ifPresent(view::left);
        return code;
    }

    private int told(Following.Seen.Over over, Execution execution, Confirmation.Expected expected) {
        Ended ended = over.ended();
        String title = title(expected, execution);
        if (over.onlyWaited()) {
            return tell(
                    ExitCode.FAILED_NOTHING_CHANGED,
                    title + " " + ended.text()
                            + " while it waited for its turn, so nothing was opened for it and nothing is changed;"
                            + " `slipway status "
                            + EnvironmentName.of(expected.release()).text() + "` shows what is there",
                    execution,
                    expected,
                    Optional.empty(),
                    false,
                    ended.report());
        }
        if (ended.outcome().isEmpty()) {
            return tell(
                    ExitCode.FAILED_SOMETHING_CHANGED,
                    title + " " + ended.text()
                            + "; what it changed stands in the record alone: look with `slipway status "
                            + EnvironmentName.of(expected.release()).text() + "`",
                    execution,
                    expected,
                    Optional.empty(),
                    false,
                    ended.report());
        }
        Outcome outcome = ended.outcome().get();
        String headline = ended.report()
                .map(ReleaseReport::headline)
                .filter(text -> !text.isEmpty())
                .orElse(ended.text());
        if (outcome != expected.outcome()) {
            boolean changed =
                    ended.report().map(report -> !report.changed().isEmpty()).orElse(true);
            return tell(
                    ExitCode.of(outcome, changed),
                    failure(expected, execution, outcome, output.json() ? headline : brief(ended, headline))
                            + (isHarmless(expected, execution, outcome, changed, headline)
                                    ? "; nothing was changed: mend it, and give the same command again"
                                    : ""),
                    execution,
                    expected,
                    Optional.of(outcome),
                    false,
                    ended.report());
        }
        Optional<String> doubt = ended.report().isEmpty()
                ? Optional.of("it carries no report")
                : new Confirmation(new PinnedKeys(shell)).doubt(ended.report().get(), expected);
        if (doubt.isPresent()) {
            return tell(
                    ExitCode.UNCONFIRMED,
                    title + " is said to have "
                            + (outcome == Outcome.SUCCEEDED ? "succeeded" : "been " + outcome.words())
                            + ", but that is unconfirmed: " + doubt.get(),
                    execution,
                    expected,
                    Optional.of(outcome),
                    false,
                    ended.report());
        }
        return tell(
                ExitCode.SUCCEEDED,
                success(expected, execution, outcome, headline) + " (confirmed by the environment's key)",
                execution,
                expected,
                Optional.of(outcome),
                true,
                ended.report());
    }

    /** Whether a release has failed before it changed anything, and does not say so itself. */
    private static boolean isHarmless(
            Confirmation.Expected expected, Execution execution, Outcome outcome, boolean changed, String headline) {
        return outcome == Outcome.FAILED
                && !changed
                && execution.workflow().equals(expected.release().workflowId())
                && !headline.contains("nothing was ");
    }

    /** Whether it has the name of the version that it goes back to, which is not the one that was rolled back. */
    private static boolean isRollback(Confirmation.Expected expected, Execution execution) {
        ReleaseName release = expected.release();
        return execution.workflow().equals(ReleaseName.rollbackWorkflowId(release.service(), release.environment()));
    }

    /** Without the problems that stand above it, each in a line of its own. */
    private static String brief(Ended ended, String headline) {
        List<String> problems = ended.report().stream()
                .flatMap(report -> report.journal().stream())
                .filter(entry -> entry.level() == JournalEntry.Level.ERROR)
                .map(JournalEntry::text)
                .filter(headline::contains)
                .distinct()
                .toList();
        return problems.size() > 1 ? headline.replace(": " + String.join("; ", problems), ", told above") : headline;
    }

    private static String title(Confirmation.Expected expected, Execution execution) {
        ReleaseName release = expected.release();
        return isRollback(expected, execution)
                ? "the rollback of " + EnvironmentName.of(release).text() + " to " + release.version()
                : release.text();
    }

    private static String failure(
            Confirmation.Expected expected, Execution execution, Outcome outcome, String headline) {
        ReleaseName release = expected.release();
        return isRollback(expected, execution)
                ? EnvironmentName.of(release).text() + ": " + outcome.ofRollbackTo(release.version()) + ": " + headline
                : release.text() + " " + outcome.because(headline);
    }

    private static String success(
            Confirmation.Expected expected, Execution execution, Outcome outcome, String headline) {
        ReleaseName release = expected.release();
        boolean wentBack = isRollback(expected, execution);
        String end = "back on " + release.version();
        return wentBack
                ? EnvironmentName.of(release).text() + " is " + end
                        + (headline.equals(end) ? "" : ": " + headline.replace("; " + end, ""))
                : release.text() + " " + outcome.because(headline);
    }

    private int tell(
            ExitCode code,
            String sentence,
            Execution execution,
            Confirmation.Expected expected,
            Optional<Outcome> outcome,
            boolean confirmed,
            Optional<ReleaseReport> report) {
        view.clear();
        if (output.json()) {
            Output.print(
                    shell,
                    new Result(
                            expected.release().text(),
                            execution.workflow(),
                            execution.run(),
                            code.number(),
                            code.words(),
                            outcome.map(Outcome::name).orElse(""),
                            confirmed,
                            sentence,
                            report.map(List::of).orElse(List.of())));
        } else if (code == ExitCode.SUCCEEDED || code == ExitCode.STILL_WAITING) {
            shell.print(sentence);
        } else {
            shell.say("slipway: " + sentence);
        }
        return code.number();
    }
}
