package dev.slipway.cli;

import dev.slipway.evidence.EvidenceActivities.BackupState;
import dev.slipway.evidence.EvidenceActivities.BackupsRequest;
import dev.slipway.evidence.EvidenceActivities.RecordedBackup;
import dev.slipway.evidence.LookUpWorkflow.LookUp;
import dev.slipway.plan.ReleasePlan;
import dev.slipway.plan.Restore;
import dev.slipway.record.SignedText;
import dev.slipway.release.Approvals;
import dev.slipway.release.Decision;
import dev.slipway.release.JournalEntry;
import dev.slipway.release.Outcome;
import dev.slipway.release.Phase;
import dev.slipway.release.Queues;
import dev.slipway.release.ReleaseName;
import dev.slipway.release.ReleaseReport;
import dev.slipway.restore.BackupName;
import dev.slipway.restore.Comparison;
import dev.slipway.restore.RestoreWorkflow;
import dev.slipway.restore.RestoreWorkflow.RestoreInput;
import dev.slipway.restore.Wish;
import dev.slipway.trust.Kind;
import dev.slipway.trust.SignedStatement;
import dev.slipway.trust.Statement;
import io.temporal.api.enums.v1.WorkflowIdConflictPolicy;
import io.temporal.api.enums.v1.WorkflowIdReusePolicy;
import io.temporal.client.WorkflowOptions;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Brings a backup back: beside what is there, then compared, then, after a signed yes, in its place. */
@Command(
        name = "restore",
        description = {
            "Restore a backup into a new database, show what would be lost, and switch to it after CONFIRM.",
            "Nothing of the present database is touched before that."
        },
        footer = {
            "",
            "0 when it was switched, or where the plan names no way to switch, when it stands beside.",
            "16 where it waits for a yes and nobody is here to type the word: what would be lost is shown, and the"
                    + " command that gives it.",
            ""
        })
final class RestoreCommand implements Callable<Integer> {

    private static final Wish NOTHING_WISHED = new Wish("", "", "", List.of(), false);
    private static final Duration HOLDS = Duration.ofHours(1);
    private static final Duration ANSWER = Duration.ofSeconds(30);

    @Parameters(arity = "0..1", paramLabel = "ENV", description = "production, or shop/production")
    String environment = "";

    /** Which backup. */
    static final class Which {
        @Option(names = "--backup", paramLabel = "NAME", description = "this one, as `slipway backups` shows it")
        String backup = "";

        @Option(
                names = "--of",
                paramLabel = "V",
                description = "the one taken before this version, also of a run that failed")
        String of = "";

        @Option(
                names = "--last-succeeded",
                description = "the one of the last version that succeeded; this is the usual")
        boolean lastSucceeded;
    }

    @ArgGroup
    Which which = new Which();

    @Option(
            names = "--database",
            paramLabel = "NAME",
            description = "the plan's name for it; the only one where not given")
    String database = "";

    @Option(
            names = "--tables",
            paramLabel = "T,T",
            split = ",",
            description = "only these, where the plan says `switch: copy`; all where not given")
    List<String> tables = List.of();

    @Option(
            names = "--drill",
            description = "only try it: restore the newest backup into a throw-away server on the worker, and measure")
    boolean drill;

    @Option(
            names = "--cancel",
            description = "say no to the restore that waits for a yes, signed; nothing is switched then")
    boolean cancel;

    @Mixin
    Assent assent = new Assent();

    @Mixin
    Patience patience = new Patience();

    @Mixin
    Signing signing = new Signing();

    @Mixin
    Connection connection = new Connection();

    @Mixin
    Output output = new Output();

    private final Shell shell;

    RestoreCommand(Shell shell) {
        this.shell = shell;
    }

    @Override
    public Integer call() {
        EnvironmentName name = new Naming(shell).environment(environment);
        if (drill && !tables.isEmpty()) {
            throw new CommandStopped(ExitCode.USAGE, "a drill restores the whole backup; leave out --tables");
        }
        if (cancel && (drill || !wish().equals(NOTHING_WISHED) || which.lastSucceeded)) {
            throw new CommandStopped(
                    ExitCode.USAGE,
                    "--cancel ends the restore that is under way, whatever it restores, and no drill; leave out "
                            + (drill ? "--drill" : "what says which backup, database or tables"));
        }
        try (Temporal temporal = Temporal.connect(shell, connection)) {
            if (cancel) {
                return cancel(temporal, name);
            }
            EnvironmentPage page = EnvironmentPage.of(temporal, name);
            ReleasePlan plan = PeoplePlan.of(shell, temporal, page);
            SigningKey key = signing.find(shell, plan.people());
            return drill ? drill(temporal, name, plan, key) : restore(temporal, page, plan, key);
        }
    }

    private int cancel(Temporal temporal, EnvironmentName name) {
        Execution running = temporal.describe(ReleaseName.restoreWorkflowId(name.service(), name.environment()))
                .filter(Execution::running)
                .orElseThrow(() -> new CommandStopped(
                        ExitCode.USAGE,
                        "no restore of " + name.text() + " is under way, so there is nothing"
                                + " to end; `slipway history " + name.text() + "` shows how the last one ended"));
        ReleaseReport report = Subject.report(temporal, new Naming.Found(name.release("restore"), running));
        if (report.opened().isEmpty()) {
            // as with a release that is not opened: nothing of it stands in the record, so nobody has to sign
            temporal.cancel(running);
            tell("asked the restore of " + name.text() + " to end; `slipway status " + name.text()
                    + "` shows how it did");
            return ExitCode.SUCCEEDED.number();
        }
        SignedStatement wished = wished(name, temporal.input(running, RestoreInput.class));
        SigningKey key = signing.find(
                shell,
                PeoplePlan.of(shell, temporal, EnvironmentPage.of(temporal, name))
                        .people());
        if (assent.reason.isBlank()) {
            assent.reason = shell.interactive() ? shell.ask("Reason:") : "";
        }
        if (assent.reason.isBlank()) {
            throw new CommandStopped(ExitCode.USAGE, "a no needs a reason; give it with --reason");
        }
        SignedStatement no = signing.sign(
                key,
                new Draft(
                                Kind.REJECT,
                                name,
                                ReleaseName.restore(wished.id()),
                                "",
                                wished.id(),
                                "",
                                "",
                                assent.reason,
                                List.of())
                        .by(key, shell.clock().instant(), HOLDS));
        return new Decisions()
                .sendForReceipt(
                        shell,
                        temporal,
                        new Decisions.To(name, running, "reject"),
                        no,
                        Decision.class,
                        Decision::text,
                        Decision::receipt);
    }

    /** What a no is about is worked out here: a report that somebody made up would have a release rejected by it. */
    private static SignedStatement wished(EnvironmentName name, RestoreInput input) {
        boolean isRestore = input.restore()
                .statement()
                .filter(statement -> statement.kind() == Kind.RESTORE
                        && statement.service().equals(name.service())
                        && statement.environment().equals(name.environment()))
                .isPresent();
        if (!isRestore) {
            throw new CommandStopped(
                    ExitCode.UNCONFIRMED,
                    "nothing was signed: what runs there was not asked for by a restore of " + name.text()
                            + "; look at it with `slipway status " + name.text() + "`");
        }
        return input.restore();
    }

    private Wish wish() {
        return new Wish(database, which.backup, which.of, tables, drill);
    }

    private Restore rules(ReleasePlan plan) {
        String wanted = database;
        if (wanted.isEmpty()) {
            if (plan.databases().size() != 1) {
                throw new CommandStopped(
                        ExitCode.USAGE,
                        "the plan has "
                                + (plan.databases().isEmpty()
                                        ? "no database"
                                        : "the databases "
                                                + String.join(
                                                        ", ", plan.databases().keySet())
                                                + "; name one with --database"));
            }
            wanted = plan.databases().keySet().iterator().next();
        }
        return Optional.ofNullable(plan.databases().get(wanted))
                .orElseThrow(() -> new CommandStopped(
                        ExitCode.USAGE,
                        "the plan has no database '" + database + "'; it has "
                                + String.join(", ", plan.databases().keySet())))
                .restoring();
    }

    private int drill(Temporal temporal, EnvironmentName name, ReleasePlan plan, SigningKey key) {
        rules(plan);
        Instant asked = shell.clock().instant();
        SignedStatement signed = signing.sign(
                key,
                new Draft(Kind.RESTORE, name, "", "", "", wish().what(), "", assent.reason, List.of())
                        .by(key, asked, HOLDS));
        Execution started = start(
                temporal,
                name,
                ReleaseName.drillWorkflowId(name.service(), name.environment()),
                "drill a restore of " + name.text() + " (asked by " + key.by() + ")",
                signed);
        String request = temporal.input(started, RestoreInput.class).restore().id();
        ReleaseView view = new ReleaseView(shell, output.json()).quiet();
        Following.Seen seen = new Following(shell, temporal, view, patience.noWorker)
                .follow(started, name.environment(), name.text(), each -> false);
        return new DrillConclusion(shell, output, view).of(seen, started, name, request);
    }

    private int restore(Temporal temporal, EnvironmentPage page, ReleasePlan plan, SigningKey key) {
        EnvironmentName name = page.name();
        Restore rules = rules(plan);
        List<String> may = rules.by().isEmpty() ? plan.approval().from() : rules.by();
        if (!rules.way().equals(Restore.NONE)) {
            requireRightWord(rules);
        }
        Instant asked = shell.clock().instant();
        String id = ReleaseName.restoreWorkflowId(name.service(), name.environment());
        Optional<Execution> running = temporal.describe(id).filter(Execution::running);
        Execution started;
        if (running.isPresent()) {
            started = running.get();
            requireSame(name, plan, temporal.input(started, RestoreInput.class).restore());
            tell("a restore of " + name.text() + " is under way already; what it found is shown");
        } else {
            requireKnown(temporal, name, plan);
            assent.reason(shell, rules.reason());
            String base = page.mirror().base();
            SignedStatement signed = signing.sign(
                    key,
                    new Draft(Kind.RESTORE, name, which.of, "", base, wish().what(), "", assent.reason, List.of())
                            .by(key, asked, HOLDS));
            Decisions.require(
                    Approvals.problemsOfRestore(plan, signing.known(plan.people(), key), may, base, signed, asked));
            page.view()
                    .holder()
                    .forEach(holder -> shell.say("it waits for " + holder.workflow() + ", which has the turn"));
            started = start(
                    temporal, name, id, "restore a backup of " + name.text() + " (asked by " + key.by() + ")", signed);
            tell("asked for the restore of " + name.text() + " (workflow " + started.workflow()
                    + "); nothing is switched before you have seen what would be lost");
        }
        requireSame(name, plan, temporal.input(started, RestoreInput.class).restore());
        return follow(temporal, name, plan, rules, key, started, asked);
    }

    /**
     * That there is such a backup, before anything is signed or waits for the turn. The worker judges it again; where it
     * does not answer now, it is left to that.
     */
    private void requireKnown(Temporal temporal, EnvironmentName name, ReleasePlan plan) {
        if (which.backup.isEmpty() && which.of.isEmpty()) {
            return;
        }
        List<RecordedBackup> known;
        try {
            known = LookingUp.of(temporal, name, LookUp.of(new BackupsRequest(name.service(), name.environment())))
                    .backups()
                    .get(0)
                    .backups();
        } catch (CommandStopped unanswered) {
            return;
        }
        Wish wanted = wish().isFor(plan);
        List<RecordedBackup> there = known.stream()
                .filter(backup -> backup.state() != BackupState.UNRECORDED
                        && backup.database().equals(wanted.database()))
                .toList();
        boolean isThere = there.stream()
                .anyMatch(backup -> wanted.backup().isEmpty()
                        ? backup.version().equals(wanted.of())
                        : BackupName.of(backup.dump()).means(wanted.backup()));
        if (!isThere) {
            throw new CommandStopped(
                    ExitCode.USAGE,
                    (wanted.backup().isEmpty()
                                    ? "no backup of " + wanted.database() + " was taken before '" + wanted.of() + "'"
                                    : "the record of " + name.text() + " knows no backup '" + wanted.backup() + "' of "
                                            + wanted.database())
                            + "; nothing was signed. `slipway backups " + name.text() + "` lists those that there are");
        }
    }

    /** A yes is meant for what was asked for here, and another restore may be under way, or have been quicker. */
    private void requireSame(EnvironmentName name, ReleasePlan plan, SignedStatement running) {
        Optional<Statement> statement = running.statement();
        Optional<Wish> theirs = statement.map(Wish::of);
        if (theirs.filter(wish -> wish.isFor(plan).equals(wish().isFor(plan))).isPresent()) {
            return;
        }
        String command = "slipway restore " + name.text();
        throw new CommandStopped(
                ExitCode.NOT_ALLOWED,
                "another restore is under way: '"
                        + statement.map(Statement::by).orElse("somebody") + "' asked for `" + command
                        + theirs.map(Wish::options).orElse("") + "`, and this is `" + command
                        + wish().options() + "`; nothing was signed for it. Type theirs to look at it, end it with `"
                        + command + " --cancel --reason WHY`, or ask again when it is over");
    }

    private int follow(
            Temporal temporal,
            EnvironmentName name,
            ReleasePlan plan,
            Restore rules,
            SigningKey key,
            Execution started,
            Instant asked) {
        String request = temporal.input(started, RestoreInput.class).restore().id();
        ReleaseView view = new ReleaseView(shell, output.json());
        Following following = new Following(shell, temporal, view, patience.noWorker);
        Following.Seen seen = following.follow(started, name.environment(), name.text(), report -> !report.waiting()
                .isEmpty());
        if (seen instanceof Following.Seen.Reached reached) {
            Comparison comparison = shown(name, request, reached.report());
            Optional<String> others = others(reached.report(), name, key);
            if (others.isPresent()) {
                return waits(
                        name,
                        started,
                        comparison,
                        "nothing is switched yet: " + name.text() + " waits for a yes to what stands above, until "
                                + Spans.time(comparison.until()) + "; " + others.get(),
                        "");
            }
            List<String> lacking = lacking(rules);
            if (!lacking.isEmpty()) {
                String command = "slipway restore " + name.text() + wish().options() + String.join("", lacking);
                return waits(
                        name,
                        started,
                        comparison,
                        "nothing is switched yet: " + name.text() + " waits for a yes to what stands above, until "
                                + Spans.time(comparison.until()) + "; to give it: `" + command + "`",
                        command);
            }
            SignedStatement confirmed = confirmed(name, plan, rules, key, comparison);
            Decision decision = temporal.update(started, "confirm", confirmed.id(), Decision.class, ANSWER, confirmed);
            if (decision.receipt().isEmpty()) {
                return waits(name, started, comparison, decision.text(), "");
            }
            tell(decision.text());
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
                        new Confirmation.Expected(name.release(version), request, "", Outcome.SUCCEEDED, asked));
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
    private Optional<String> others(ReleaseReport report, EnvironmentName name, SigningKey key) {
        List<String> may = report.waiting().get(0).who();
        return may.isEmpty() || may.contains(key.by())
                ? Optional.empty()
                : Optional.of("that of '" + key.by() + "' does not count, so one of " + may + " types `slipway restore "
                        + name.text() + wish().options() + "`");
    }

    /** What has to be said for a yes and was not, where nobody can be asked; with what was said already, as options. */
    private List<String> lacking(Restore rules) {
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

    private int waits(EnvironmentName name, Execution started, Comparison comparison, String text, String command) {
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
    private Comparison shown(EnvironmentName name, String request, ReleaseReport report) {
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

    private SignedStatement confirmed(
            EnvironmentName name, ReleasePlan plan, Restore rules, SigningKey key, Comparison comparison) {
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
                        .by(key, now, HOLDS));
        List<String> problems = new ArrayList<>(Approvals.problemsOfRestore(
                plan,
                signing.known(plan.people(), key),
                rules.by().isEmpty() ? plan.approval().from() : rules.by(),
                comparison.hash(),
                signed,
                now));
        signed.statement().ifPresent(statement -> problems.addAll(Approvals.untyped(rules, statement)));
        Decisions.require(problems);
        return signed;
    }

    /** Before anything is asked for: a word that is given and is another one would be refused at the end. */
    private void requireRightWord(Restore rules) {
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

    private Execution start(
            Temporal temporal, EnvironmentName name, String id, String summary, SignedStatement signed) {
        return temporal.start(
                RestoreWorkflow.class.getSimpleName(),
                WorkflowOptions.newBuilder()
                        .setWorkflowId(id)
                        .setTaskQueue(Queues.WORKFLOWS)
                        .setWorkflowIdConflictPolicy(WorkflowIdConflictPolicy.WORKFLOW_ID_CONFLICT_POLICY_USE_EXISTING)
                        .setWorkflowIdReusePolicy(WorkflowIdReusePolicy.WORKFLOW_ID_REUSE_POLICY_ALLOW_DUPLICATE)
                        .setStaticSummary(summary)
                        .build(),
                new RestoreInput(name.service(), name.environment(), signed));
    }

    private void tell(String line) {
        output.tell(shell, line);
    }
}
