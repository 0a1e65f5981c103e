package dev.slipway.cli;

import dev.slipway.plan.ReleasePlan;
import dev.slipway.record.Entry;
import dev.slipway.record.Event;
import dev.slipway.record.SignedText;
import dev.slipway.record.State;
import dev.slipway.release.Approvals;
import dev.slipway.release.Decision;
import dev.slipway.release.Outcome;
import dev.slipway.release.Queues;
import dev.slipway.release.ReleaseName;
import dev.slipway.release.ReleaseReport;
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
        footer = {"", "0 when it was switched, or where the plan names no way to switch, when it stands beside.", ""})
final class RestoreCommand implements Callable<Integer> {

    private static final Duration HOLDS = Duration.ofHours(1);
    private static final Duration ANSWER = Duration.ofSeconds(30);

    /** Longer lists are for the Temporal UI; every line stays signed. */
    private static final int MOST_LINES = 60;

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

    @Option(names = "--cancel", description = "end the restore that waits for a yes; nothing is switched then")
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
                .orElseThrow(() ->
                        new CommandStopped(ExitCode.NOT_ALLOWED, "no restore of " + name.text() + " is under way"));
        temporal.cancel(running);
        tell("asked the restore of " + name.text() + " to end; `slipway status " + name.text() + "` shows how it did");
        return ExitCode.SUCCEEDED.number();
    }

    private Wish wish() {
        return new Wish(database, which.backup, which.of, tables, drill);
    }

    private ReleasePlan.Restore rules(ReleasePlan plan) {
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
        ReleaseView view = new ReleaseView(shell, output.json());
        Following.Seen seen = new Following(shell, temporal, view, patience.noWorker)
                .follow(started, name.environment(), name.text(), each -> false);
        if (seen instanceof Following.Seen.Over over
                && over.ended().outcome().filter(Outcome.SUCCEEDED::equals).isPresent()
                && over.ended().report().isPresent()) {
            return drilled(name, request, view, over.ended().report().get());
        }
        return new Conclusion(shell, output, view)
                .of(
                        seen,
                        started,
                        new Confirmation.Expected(name.release("drill"), request, "", Outcome.SUCCEEDED, asked));
    }

    /** That a backup can be restored is believed where the environment's key says so of this very drill. */
    private int drilled(EnvironmentName name, String request, ReleaseView view, ReleaseReport report) {
        view.end(report);
        Optional<String> doubt = report.closed().stream()
                .findFirst()
                .map(signed -> doubt(name, request, signed))
                .orElse(Optional.of("it carries no signed entry of the record"));
        if (doubt.isPresent()) {
            throw new CommandStopped(
                    ExitCode.UNCONFIRMED,
                    "the drill is said to have gone well, but that is unconfirmed: " + doubt.get());
        }
        tell(report.headline() + " (confirmed by the environment's key)");
        return ExitCode.SUCCEEDED.number();
    }

    private Optional<String> doubt(EnvironmentName name, String request, SignedText signed) {
        Optional<String> doubt = new PinnedKeys(shell).doubt(name, signed);
        if (doubt.isPresent()) {
            return doubt;
        }
        try {
            Entry entry = Entry.parse(signed.text());
            boolean thisOne = entry.event().kind() == Event.Kind.DRILLED
                    && entry.service().equals(name.service())
                    && entry.environment().equals(name.environment())
                    && request.equals(entry.event().facts().get("request"))
                    && "true".equals(entry.event().facts().get("met"));
            return thisOne ? Optional.empty() : Optional.of("the signed entry is about something else");
        } catch (IllegalArgumentException e) {
            return Optional.of("what the environment's key signed is no entry of a record");
        }
    }

    private int restore(Temporal temporal, EnvironmentPage page, ReleasePlan plan, SigningKey key) {
        EnvironmentName name = page.name();
        ReleasePlan.Restore rules = rules(plan);
        List<String> may = rules.by().isEmpty() ? plan.approval().from() : rules.by();
        if (!rules.way().equals(ReleasePlan.Restore.NONE)) {
            requireWords(rules);
        }
        Instant asked = shell.clock().instant();
        String id = ReleaseName.restoreWorkflowId(name.service(), name.environment());
        Optional<Execution> running = temporal.describe(id).filter(Execution::running);
        Execution started;
        if (running.isPresent()) {
            started = running.get();
            tell("a restore of " + name.text() + " is under way already; what it found is shown");
        } else {
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
                        + command + " --cancel`, or ask again when it is over");
    }

    private int follow(
            Temporal temporal,
            EnvironmentName name,
            ReleasePlan plan,
            ReleasePlan.Restore rules,
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
            SignedStatement confirmed = confirmed(name, plan, rules, key, comparison);
            Decision decision = temporal.update(started, "confirm", confirmed.id(), Decision.class, ANSWER, confirmed);
            tell(decision.text());
            if (decision.receipt().isEmpty()) {
                return ExitCode.STILL_WAITING.number();
            }
            seen = following.follow(started, name.environment(), name.text(), report -> false);
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
        lines(comparison).forEach(line -> shell.say(Shown.text(line)));
        return comparison;
    }

    private static List<String> lines(Comparison comparison) {
        List<String> lines = new ArrayList<>();
        lines.add("backup    of " + comparison.database() + ", " + Spans.time(comparison.taken()) + ", "
                + State.KeptBackup.when(comparison.version()));
        lines.add("          " + comparison.backup());
        lines.add("restored  into '" + comparison.restored() + "', " + comparison.bytes() + " bytes in "
                + Math.max(1, comparison.took().toSeconds()) + " s; it holds what its manifest says");
        lines.add("switch    "
                + switch (comparison.way()) {
                    case ReleasePlan.Restore.COPY -> "rows are copied back into the present tables, in one transaction";
                    case ReleasePlan.Restore.RENAME ->
                        "both databases are renamed; everybody is disconnected, and the present one is kept";
                    case ReleasePlan.Restore.COMMAND -> "by the plan's command";
                    default -> comparison.way();
                });
        lines.add("same      " + comparison.equal() + (comparison.equal() == 1 ? " table" : " tables"));
        if (comparison.lost().isEmpty()) {
            lines.add("lost      nothing: both hold the same rows");
        } else {
            List<String> lost = comparison.lost();
            for (int at = 0; at < Math.min(MOST_LINES, lost.size()); at++) {
                lines.add((at == 0 ? "LOST      " : "          ") + lost.get(at));
            }
            if (lost.size() > MOST_LINES) {
                lines.add("          and " + (lost.size() - MOST_LINES) + " tables more; --json shows them");
            }
        }
        comparison.notes().forEach(note -> lines.add("note      " + note));
        lines.add("hash      " + comparison.hash() + ", until " + Spans.time(comparison.until()));
        return lines;
    }

    private SignedStatement confirmed(
            EnvironmentName name, ReleasePlan plan, ReleasePlan.Restore rules, SigningKey key, Comparison comparison) {
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

    /** Before anything is asked for: who can't be asked has to have said it. */
    private void requireWords(ReleasePlan.Restore rules) {
        if (shell.interactive()) {
            return;
        }
        if (!rules.confirm().isEmpty() && !assent.confirm.equals(rules.confirm())) {
            throw new CommandStopped(
                    ExitCode.USAGE,
                    "the plan asks for the word '" + rules.confirm() + "'; give it with --confirm, exactly so");
        }
        if (rules.reason() && assent.reason.isBlank()) {
            throw new CommandStopped(ExitCode.USAGE, "the plan asks for a reason; give it with --reason");
        }
    }

    private Execution start(
            Temporal temporal, EnvironmentName name, String id, String summary, SignedStatement signed) {
        List<String> missing = new Workers(temporal).missing(name.environment());
        if (!missing.isEmpty()) {
            shell.say(Workers.sentence(missing));
        }
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
