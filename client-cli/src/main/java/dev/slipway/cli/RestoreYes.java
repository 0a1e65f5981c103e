package dev.slipway.cli;

import dev.slipway.plan.ReleasePlan;
import dev.slipway.plan.Restore;
import dev.slipway.record.SignedText;
import dev.slipway.release.Approvals;
import dev.slipway.release.Decision;
import dev.slipway.release.JournalEntry;
import dev.slipway.release.Outcome;
import dev.slipway.release.Phase;
import dev.slipway.release.ReleaseReport;
import dev.slipway.restore.Comparison;
import dev.slipway.restore.RestoreWorkflow.RestoreInput;
import dev.slipway.restore.Wish;
import dev.slipway.trust.Kind;
import dev.slipway.trust.SignedStatement;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Says yes, on behalf of who sits here, to what a restore would do, once that is shown. */
final class RestoreYes {

    private static final Duration ANSWER = Duration.ofSeconds(30);

    private final Shell shell;
    private final Signing signing;
    private final Assent assent;
    private final Patience patience;
    private final Output output;
    private final EnvironmentName name;
    private final ReleasePlan plan;
    private final Restore rules;
    private final SigningKey key;
    private final Wish wish;
    private final List<String> may;

    /**
     * What was asked for, by whom, and by which plan.
     *
     * @param rules those of the database
     */
    record Asked(EnvironmentName name, ReleasePlan plan, Restore rules, SigningKey key, Wish wish) {

        /** Whose yes counts. */
        List<String> may() {
            return rules.by().isEmpty() ? plan.approval().from() : rules.by();
        }
    }

    RestoreYes(Shell shell, Signing signing, Assent assent, Patience patience, Output output, Asked asked) {
        this.shell = shell;
        this.signing = signing;
        this.assent = assent;
        this.patience = patience;
        this.output = output;
        this.name = asked.name();
        this.plan = asked.plan();
        this.rules = asked.rules();
        this.key = asked.key();
        this.wish = asked.wish();
        this.may = asked.may();
    }

    /** Before anything is asked for: a word that is given and is another one would be refused at the end. */
    void requireRightWord() {
        if (!shell.interactive() && !assent.confirm.isEmpty() && !assent.confirm.equals(rules.confirm())) {
            throw new CommandStopped(
                    ExitCode.USAGE,
                    rules.confirm().isEmpty()
                            ? "the plan asks for no word; leave out --confirm"
                            : "the plan asks for the word '" + rules.confirm()
                                    + "'; give it with --confirm, exactly so, or leave it out to see first what"
                                    + " would be lost");
        }
    }

    /**
     * Waits for what the worker finds, shows it, and says yes to it where that counts and everything is said.
     *
     * @param since when it was asked for
     * @return the exit code
     */
    int follow(Temporal temporal, Execution started, Instant since) {
        String request = temporal.input(started, RestoreInput.class).restore().id();
        ReleaseView view = new ReleaseView(shell, output.json());
        Following following = new Following(shell, temporal, view, patience.noWorker);
        Following.Seen seen = following.follow(started, name.environment(), name.text(), report -> !report.waiting()
                .isEmpty());
        if (seen instanceof Following.Seen.Reached reached) {
            Comparison comparison = shown(request, reached.report());
            Optional<String> others = others(reached.report());
            if (others.isPresent()) {
                return waits(
                        started,
                        comparison,
                        "nothing is switched yet: " + name.text()
                                + " waits for a yes to what stands above, until " + Spans.time(comparison.until())
                                + "; " + others.get(),
                        "");
            }
            List<String> lacking = lacking();
            if (!lacking.isEmpty()) {
                String command = "slipway restore " + name.text() + wish.options() + String.join("", lacking);
                return waits(
                        started,
                        comparison,
                        "nothing is switched yet: " + name.text()
                                + " waits for a yes to what stands above, until " + Spans.time(comparison.until())
                                + "; to give it: `" + command + "`",
                        command);
            }
            SignedStatement confirmed = confirmed(comparison);
            Decision decision = temporal.update(started, "confirm", confirmed.id(), Decision.class, ANSWER, confirmed);
            if (decision.receipt().isEmpty()) {
                return waits(started, comparison, decision.text(), "");
            }
            output.tell(shell, decision.text());
            seen = following.follow(started, name.environment(), name.text(), report -> false);
        } else if (seen instanceof Following.Seen.Over over) {
            over.ended().report().ifPresent(report -> beside(view, report));
        }
        String version = seen instanceof Following.Seen.Over over
                ? over.ended().report().map(ReleaseReport::version).orElse("restore")
                : "restore";
        return new Conclusion(shell, output, view)
                .of(
                        seen,
                        started,
                        new Confirmation.Expected(name.release(version), request, "", Outcome.SUCCEEDED, since));
    }

    /** What a restore found that switches nothing, and the commands to go on with: nobody was shown them before a yes. */
    private static void beside(ReleaseView view, ReleaseReport report) {
        view.end(report);
        report.journal().stream()
                .filter(entry -> entry.phase() == Phase.RESTORE && entry.level() == JournalEntry.Level.INFO)
                .flatMap(entry -> entry.lines().stream())
                .forEach(line -> view.note("    " + line));
    }

    /** Who has to say yes and by which command, where the yes of who sits here would be refused. */
    private Optional<String> others(ReleaseReport report) {
        List<String> others = report.waiting().get(0).who();
        return others.isEmpty() || others.contains(key.by())
                ? Optional.empty()
                : Optional.of("that of '" + key.by() + "' does not count, so "
                        + (others.size() == 1 ? "" : "one of ") + String.join(", ", others) + " types `slipway restore "
                        + name.text()
                        + wish.options() + "`");
    }

    /** What has to be said for a yes and was not, where nobody can be asked; with what was said already, as options. */
    private List<String> lacking() {
        boolean word = rules.confirm().isEmpty() ? assent.yes : !assent.confirm.isEmpty();
        boolean why = !rules.reason() || !assent.reason.isBlank();
        if (shell.interactive() || (word && why)) {
            return List.of();
        }
        List<String> options = new ArrayList<>();
        if (rules.reason() || !assent.reason.isBlank()) {
            options.add(" --reason " + quoted(assent.reason.isBlank() ? "WHY" : assent.reason));
        }
        options.add(rules.confirm().isEmpty() ? " --yes" : " --confirm " + quoted(rules.confirm()));
        return options;
    }

    private static String quoted(String value) {
        return value.matches("[A-Za-z0-9_.,:/+-]+") ? value : "'" + value.replace("'", "'\\''") + "'";
    }

    /**
     * A restore that waits for a word, as one JSON object.
     *
     * @param command what gives it; empty where it is somebody else's turn
     * @param comparison what the yes is to
     */
    record Waits(
            String restore,
            String workflow,
            String run,
            int exitCode,
            String exit,
            String text,
            String command,
            Comparison comparison) {}

    private int waits(Execution started, Comparison comparison, String text, String command) {
        ExitCode code = ExitCode.STILL_WAITING;
        if (output.json()) {
            Output.print(
                    shell,
                    new Waits(
                            name.release(comparison.name()).text(),
                            started.workflow(),
                            started.run(),
                            code.number(),
                            code.words(),
                            text,
                            command,
                            comparison));
        } else {
            shell.print(text);
        }
        return code.number();
    }

    /** What the worker found, as the environment's key has signed it. */
    private Comparison shown(String request, ReleaseReport report) {
        SignedText signed = report.review().stream()
                .findFirst()
                .orElseThrow(
                        () -> new CommandStopped(ExitCode.UNCONFIRMED, "nothing was compared; nothing was signed"));
        Optional<String> doubt = new PinnedKeys(shell).doubt(name, signed);
        if (doubt.isPresent()) {
            throw new CommandStopped(ExitCode.UNCONFIRMED, "nothing was signed: " + doubt.get());
        }
        Comparison comparison;
        try {
            comparison = Comparison.parse(signed.text());
        } catch (IllegalArgumentException e) {
            throw new CommandStopped(ExitCode.UNCONFIRMED, "nothing was signed: " + e.getMessage(), e);
        }
        if (!comparison.service().equals(name.service())
                || !comparison.environment().equals(name.environment())
                || !comparison.request().equals(request)) {
            throw new CommandStopped(
                    ExitCode.UNCONFIRMED, "nothing was signed: the comparison is about another restore than this one");
        }
        ComparisonLines.of(comparison).forEach(line -> shell.say(Shown.text(line)));
        return comparison;
    }

    private SignedStatement confirmed(Comparison comparison) {
        assent.reason(shell, rules.reason());
        if (!assent.confirm(shell, rules.confirm(), "switch, and lose what stands above")
                && !assent.yes
                && shell.interactive()) {
            if (!shell.agrees("Switch '" + comparison.database() + "' of " + name.text() + " to the backup as '"
                    + key.by() + "'?")) {
                throw new CommandStopped(ExitCode.NOT_ALLOWED, "nothing was signed, and nothing is switched");
            }
        }
        Instant now = shell.clock().instant();
        SignedStatement signed = signing.sign(
                key,
                new Draft(
                                Kind.RESTORE,
                                name,
                                comparison.name(),
                                "",
                                comparison.hash(),
                                "",
                                assent.confirm,
                                assent.reason,
                                List.of())
                        .by(key, now, RestoreCommand.HOLDS));
        List<String> problems = new ArrayList<>(Approvals.problemsOfRestore(
                plan, signing.known(plan.people(), key), may, comparison.hash(), signed, now));
        signed.statement().ifPresent(statement -> problems.addAll(Approvals.untyped(rules, statement)));
        Decisions.require(problems);
        return signed;
    }
}
