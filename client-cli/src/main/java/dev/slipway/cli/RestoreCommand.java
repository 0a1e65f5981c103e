package dev.slipway.cli;

import dev.slipway.evidence.EvidenceActivities.BackupState;
import dev.slipway.evidence.EvidenceActivities.BackupsRequest;
import dev.slipway.evidence.EvidenceActivities.RecordedBackup;
import dev.slipway.evidence.LookUpWorkflow.LookUp;
import dev.slipway.plan.ReleasePlan;
import dev.slipway.plan.Restore;
import dev.slipway.release.Approvals;
import dev.slipway.release.Queues;
import dev.slipway.release.ReleaseName;
import dev.slipway.restore.BackupName;
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
    /** How long a word about a restore holds. */
    static final Duration HOLDS = Duration.ofHours(1);

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
                return new RestoreNo(shell, signing, assent, output).say(temporal, name);
            }
            EnvironmentPage page = EnvironmentPage.of(temporal, name);
            ReleasePlan plan = PeoplePlan.of(shell, temporal, page);
            SigningKey key = signing.find(shell, plan.people());
            return drill ? drill(temporal, name, plan, key) : restore(temporal, page, plan, key);
        }
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
        RestoreYes.Asked wanted = new RestoreYes.Asked(name, plan, rules, key, wish());
        RestoreYes yes = new RestoreYes(shell, signing, assent, patience, output, wanted);
        if (!rules.way().equals(Restore.NONE)) {
            yes.requireRightWord();
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
            Decisions.require(Approvals.problemsOfRestore(
                    plan, signing.known(plan.people(), key), wanted.may(), base, signed, asked));
            page.view()
                    .holder()
                    .forEach(holder -> shell.say("it waits for " + holder.workflow() + ", which has the turn"));
            started = start(
                    temporal, name, id, "restore a backup of " + name.text() + " (asked by " + key.by() + ")", signed);
            tell("asked for the restore of " + name.text() + " (workflow " + started.workflow()
                    + "); nothing is switched before you have seen what would be lost");
        }
        requireSame(name, plan, temporal.input(started, RestoreInput.class).restore());
        return yes.follow(temporal, started, asked);
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
