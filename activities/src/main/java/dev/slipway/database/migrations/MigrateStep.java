package dev.slipway.database.migrations;

import dev.slipway.database.DatabaseRefused;
import dev.slipway.database.DatabaseUnavailable;
import dev.slipway.database.PlanDatabases;
import dev.slipway.database.backup.BackupChoice;
import dev.slipway.plan.Database;
import dev.slipway.plan.Migrate;
import dev.slipway.plan.Restore;
import dev.slipway.process.Command;
import dev.slipway.process.CommandNotStarted;
import dev.slipway.process.CommandResult;
import dev.slipway.process.CommandRunner;
import dev.slipway.process.Pulse;
import dev.slipway.record.Grant;
import dev.slipway.record.State;
import dev.slipway.record.StepKind;
import dev.slipway.steps.Done;
import dev.slipway.steps.Effect;
import dev.slipway.steps.StepContext;
import dev.slipway.steps.StepFailed;
import dev.slipway.steps.Timeouts;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/** Brings a schema to the new version, by a migration tool's files or by a command of the plan. */
public final class MigrateStep implements Effect {

    /** The fact that names the kept picture of the schema. */
    private static final String PICTURE = "schema";

    private static final String LAST_RESORT =
            "only if the old version can't run on the new schema; it shows what would be lost first";

    private static final String ROWS_ONLY =
            "only rows come back and the schema stays, so it does not undo the migration; with 'switch: rename' in the"
                    + " plan it would, or with 'switch: none', beside the present database";

    private static final Duration GRACE = Duration.ofSeconds(10);

    private final MigrationTools tools;
    private final CommandRunner runner;

    public MigrateStep(MigrationTools tools, CommandRunner runner) {
        this.tools = tools;
        this.runner = runner;
    }

    /** Never done by itself: a restore loses what was written since. */
    @Override
    public String undoByHand(StepContext context) {
        boolean alone = context.grant().kind().equals(Grant.RUN);
        Set<String> taken = context.grant().steps().stream()
                .filter(step -> step.kind() == StepKind.BACKUP)
                .map(step -> step.facts().getOrDefault("dump", ""))
                .collect(Collectors.toSet());
        return context.served().record().head().state().backups().stream()
                .filter(backup -> backup.database().equals(context.step().name())
                        && (taken.contains(backup.dump())
                                || !alone
                                        && backup.version()
                                                .equals(context.grant().version())))
                .min(Comparator.comparing(backup -> !taken.contains(backup.dump())))
                .map(backup -> {
                    Restore rules = PlanDatabases.of(context).restoring();
                    return BackupChoice.command(context.served().name(), backup, rules) + "   # "
                            + (rules.way().equals(Restore.COPY) ? ROWS_ONLY : LAST_RESORT);
                })
                .orElse("");
    }

    @Override
    public Duration limit(StepContext context) {
        return Timeouts.of(context.plan(), "migrate");
    }

    @Override
    public Done act(StepContext context, Pulse pulse) {
        Database database = PlanDatabases.of(context);
        Migrate migrate = database.migrateIfAny().orElseThrow();
        return tools.of(migrate)
                .map(tool -> byTool(context, database, tool, pulse))
                .orElseGet(() -> byCommand(context, database, migrate, pulse));
    }

    /** Remembers what the schema looks like now, so that the next release sees what somebody changes by hand. */
    @Override
    public State after(State state, StepContext context, Done done) {
        String picture = done.facts().getOrDefault(PICTURE, "");
        return picture.isEmpty() ? state : state.withSchema(context.step().name(), picture);
    }

    /** @param applied what stands in the history; empty where nobody knows */
    private static Map<String, String> withPicture(
            Map<String, String> facts,
            StepContext context,
            Database database,
            Supplier<Optional<List<AppliedFile>>> applied) {
        Map<String, String> all = new LinkedHashMap<>(facts);
        try {
            KeptSchema kept = new KeptSchema(
                    context.grant().version(),
                    context.served().record().now(),
                    applied.get(),
                    SchemaPicture.of(
                            PlanDatabases.direct(database, context.served().secrets())));
            all.put(PICTURE, context.served().record().keep(kept.text()));
        } catch (DatabaseRefused | DatabaseUnavailable | MigrationFailed unseen) {
            // what is migrated is migrated; then nobody can tell of a change by hand until the next release
        }
        return all;
    }

    private Done byTool(StepContext context, Database database, MigrationTool tool, Pulse pulse) {
        String name = context.step().name();
        long deadline = System.nanoTime() + limit(context).toNanos();
        MigrationRequest request =
                MigrationRequest.of(database, context.served().secrets(), context.workingDirectory());
        try {
            MigrationResult result = tool.migrate(
                    request.with(
                            new MigrationRequest.Outside(context.childMark(), urls(context, database), limit(context))),
                    progress -> {
                        pulse.beat(progress);
                        if (System.nanoTime() > deadline) {
                            throw new StepFailed(
                                    "migrate " + name + ": stopped after "
                                            + limit(context).toSeconds() + " s; look which lock it waited for",
                                    List.of(),
                                    true);
                        }
                    });
            String applied = result.applied().stream()
                    .map(each ->
                            each.migration().version() + " " + each.migration().description())
                    .collect(Collectors.joining(", "));
            return new Done(
                    result.applied().isEmpty()
                            ? "the schema of " + name + " is at " + result.toVersion() + " already: nothing to apply"
                            : "migrated " + name + " from " + result.fromVersion() + " to " + result.toVersion() + ": "
                                    + applied,
                    withPicture(
                            facts(context, result),
                            context,
                            database,
                            () -> Optional.of(tool.applied(tool.status(request), request.directory()))),
                    List.of());
        } catch (MigrationFailed e) {
            throw failed(context, tool, request, e);
        } catch (DatabaseRefused e) {
            throw new StepFailed("migrate " + name + ": " + e.getMessage(), List.of(), true);
        }
    }

    /** A release that came again found applied what an attempt before it had applied: it is the release's all the same. */
    private static Map<String, String> facts(StepContext context, MigrationResult result) {
        int now = result.applied().size();
        int all = context.step().clean()
                ? now
                : SinceOpening.pending(context).map(List::size).orElse(now);
        Map<String, String> facts = new LinkedHashMap<>();
        if (all == now) {
            facts.put("from", result.fromVersion());
        }
        facts.put("to", result.toVersion());
        facts.put("applied", Integer.toString(all));
        return facts;
    }

    /** Looked up rather than remembered: an attempt before this one may have come further than anybody heard. */
    private static StepFailed failed(
            StepContext context, MigrationTool tool, MigrationRequest request, MigrationFailed failure) {
        String sentence = "migrate " + context.step().name() + ": " + failure.getMessage();
        Optional<SinceOpening> seen = SinceOpening.look(context, tool, request);
        if (seen.isEmpty()) {
            return new StepFailed(sentence, List.of(), !failure.unchanged());
        }
        SinceOpening since = seen.get();
        if (since.applied() > 0 || !failure.unchanged()) {
            Left left = failure.unchanged() ? Left.FILES : failure.left();
            return StepFailed.leaving(sentence, since.facts(left));
        }
        return since.whole() ? StepFailed.leavingNothing(sentence) : new StepFailed(sentence, List.of(), false);
    }

    /** The connection strings under the names that programs look for. */
    private static Map<String, String> urls(StepContext context, Database database) {
        String url = context.served().secrets().resolve(database.url());
        String direct = context.served().secrets().resolve(database.directUrl());
        return Map.of("DATABASE_URL", url, "DIRECT_URL", direct);
    }

    private Done byCommand(StepContext context, Database database, Migrate migrate, Pulse pulse) {
        String name = context.step().name();
        runner.awaitGone(context.childMark(), pulse);
        Path directory = context.workingDirectory();
        try {
            CommandResult result = runner.run(
                    new Command(
                            context.fill(migrate.command()), directory, urls(context, database), limit(context), GRACE),
                    Optional.of(context.childMark()),
                    pulse);
            if (!result.succeeded()) {
                throw new StepFailed(
                        "migrate " + name + ": `" + migrate.command().get(0) + "` "
                                + (result.timedOut()
                                        ? "was stopped after " + result.took().toSeconds() + " s"
                                        : "ended with exit code " + result.exitCode()),
                        result.lastLines(),
                        true);
            }
            return new Done(
                    "migrated " + name + " by `" + migrate.command().get(0) + "`",
                    withPicture(Map.of("applied", "unknown"), context, database, Optional::empty),
                    result.lastLines());
        } catch (CommandNotStarted e) {
            throw new StepFailed("migrate " + name + ": " + e.getMessage(), List.of(), false);
        }
    }
}
