package dev.slipway.database.restore;

import dev.slipway.database.BeatingWork;
import dev.slipway.database.LeasedPulse;
import dev.slipway.database.PlanDatabases;
import dev.slipway.database.PostgresUrl;
import dev.slipway.database.backup.BackupChoice;
import dev.slipway.database.backup.PgRestore;
import dev.slipway.plan.Database;
import dev.slipway.plan.Restore;
import dev.slipway.plan.Times;
import dev.slipway.process.Command;
import dev.slipway.process.CommandNotStarted;
import dev.slipway.process.CommandResult;
import dev.slipway.process.CommandRunner;
import dev.slipway.process.Pulse;
import dev.slipway.record.Event;
import dev.slipway.record.Grant;
import dev.slipway.record.Step;
import dev.slipway.record.StepKind;
import dev.slipway.restore.Wish;
import dev.slipway.steps.Done;
import dev.slipway.steps.Effect;
import dev.slipway.steps.StepContext;
import dev.slipway.steps.StepFailed;
import dev.slipway.steps.StepRefused;
import dev.slipway.steps.Timeouts;
import java.sql.Connection;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;

/** What was restored takes the place of what is there, by the plan's way, after people have confirmed it. */
public final class SwitchStep implements Effect {

    private static final Duration GRACE = Duration.ofSeconds(10);

    /** Beside the time that the plan gives the dump of what is there: for workers that are away for a moment. */
    private static final Duration SLACK = Duration.ofMinutes(15);

    private final CommandRunner runner;

    public SwitchStep(CommandRunner runner) {
        this.runner = runner;
    }

    /** Why the switch may not begin: nobody has said yes to what this very grant has restored. */
    public static void requireConfirmed(Grant grant) {
        String comparison = grant.steps().stream()
                .filter(step -> step.kind() == StepKind.RESTORE && step.state() == Step.StepState.DONE)
                .findFirst()
                .map(step -> step.facts().getOrDefault(RestoreStep.COMPARISON, ""))
                .orElse("");
        if (comparison.isEmpty()
                || !comparison.equals(grant.review())
                || grant.approvals().isEmpty()) {
            throw new StepRefused("nobody has confirmed this restore yet, so nothing is switched");
        }
    }

    /** A yes is to what would be lost as it was seen then; each hour later there is more of it. */
    private static void requireFresh(StepContext context) {
        Grant grant = context.grant();
        Instant confirmed = context.served()
                .record()
                .find(entry -> entry.event().kind() == Event.Kind.CONFIRMED
                        && entry.event().facts().getOrDefault("request", "").equals(grant.id()))
                .map(head -> head.entry().time())
                .orElseThrow(
                        () -> new StepRefused(
                                "the record has no entry that confirms this restore, so nothing was switched; ask for it again"));
        Instant until = confirmed.plus(Timeouts.of(context.plan(), "backup")).plus(SLACK);
        if (context.served().record().now().isAfter(until)) {
            throw new StepRefused("switch " + context.step().name() + ": the yes of "
                    + Times.text(confirmed) + " could be used until "
                    + Times.text(until)
                    + ", because more is lost by now than was seen then; this attempt has switched nothing; ask for the"
                    + " restore again");
        }
    }

    @Override
    public String undoByHand(StepContext context) {
        String restored = RestoreStep.restored(context);
        String present = RestoreStep.present(context).database();
        return switch (RestoreStep.rules(context).way()) {
            case Restore.RENAME ->
                Renaming.undo(PlanDatabases.of(context).directUrl(), present, restored, kept(context, present));
            default ->
                context.served().record().head().state().backups().stream()
                        .filter(backup -> backup.version()
                                        .equals(context.grant().version())
                                && backup.database().equals(context.step().name()))
                        .findFirst()
                        .map(backup -> BackupChoice.command(context.served().name(), backup, RestoreStep.rules(context))
                                + "   # what was there before this restore")
                        .orElse("");
        };
    }

    /** Whether this switch gives what was restored the present one's name. */
    public static boolean renames(Step step) {
        return step.undo().startsWith(Renaming.BACK);
    }

    private static String kept(StepContext context, String present) {
        return PgRestore.name(present, "_before_", context.grant().id());
    }

    @Override
    public Duration limit(StepContext context) {
        return Timeouts.ofRestore(context.plan());
    }

    @Override
    public Done act(StepContext context, Pulse pulse) {
        requireConfirmed(context.grant());
        LeasedPulse leased = new LeasedPulse(context, pulse);
        String title = "switch " + context.step().name() + ": ";
        try {
            return switch (RestoreStep.rules(context).way()) {
                case Restore.COPY -> copy(context, leased);
                case Restore.RENAME -> rename(context, leased);
                case Restore.COMMAND -> command(context, leased);
                default -> throw new StepRefused(title + "the plan has no way to switch");
            };
        } catch (StepFailed failed) {
            throw new StepFailed(
                    failed.getMessage().startsWith(title) ? failed.getMessage() : title + failed.getMessage(),
                    failed.lines(),
                    failed.changed());
        }
    }

    private static Done copy(StepContext context, LeasedPulse pulse) {
        Wish wish = RestoreStep.wish(context);
        PostgresUrl present = RestoreStep.present(context);
        String restored = RestoreStep.restored(context);
        List<Connection> opened = new CopyOnWriteArrayList<>();
        CopyBack.Copied copied = new BeatingWork("the rows", pulse)
                .run(
                        () -> CopyBack.run(
                                present,
                                restored,
                                PlanDatabases.of(context).role(),
                                table -> wish.tables().isEmpty()
                                        ? !table.tellsOfTheSchema()
                                        : wish.tables().stream().anyMatch(table::named),
                                opened,
                                () -> requireFresh(context),
                                pulse::requireTime),
                        thread -> opened.forEach(RestoreStep::abort));
        return new Done(
                context.step().name() + ": " + copied.words(),
                Map.of(
                        "way", Restore.COPY,
                        "taken", Long.toString(copied.taken()),
                        "put", Long.toString(copied.put()),
                        "changed", Long.toString(copied.changed())),
                List.of("'" + restored + "' still holds the backup; `"
                        + RestoreStep.drop(PlanDatabases.of(context), restored) + "` when nobody needs it"));
    }

    private static Done rename(StepContext context, LeasedPulse pulse) {
        PostgresUrl present = RestoreStep.present(context);
        String kept = kept(context, present.database());
        Renaming renaming = new Renaming(present, RestoreStep.restored(context), kept);
        List<Connection> opened = new CopyOnWriteArrayList<>();
        String said = new BeatingWork("the renames", pulse)
                .run(
                        () -> renaming.run(opened, () -> requireFresh(context), pulse::requireTime),
                        thread -> opened.forEach(RestoreStep::abort));
        return new Done(
                context.step().name() + ": " + said,
                Map.of("way", Restore.RENAME, "kept", kept),
                List.of("'" + kept + "' still holds what was there before; `"
                        + RestoreStep.drop(PlanDatabases.of(context), kept) + "` when nobody needs it"));
    }

    private Done command(StepContext context, Pulse pulse) {
        Restore rules = RestoreStep.rules(context);
        Database database = PlanDatabases.of(context);
        String restored = RestoreStep.restored(context);
        runner.awaitGone(context.childMark(), pulse);
        requireFresh(context);
        try {
            CommandResult result = runner.run(
                    new Command(
                            rules.command().stream()
                                    .map(argument -> argument.replace("${restored}", restored))
                                    .toList(),
                            context.workingDirectory(),
                            Map.of(
                                    "DATABASE_URL", context.served().secrets().resolve(database.url()),
                                    "DIRECT_URL", context.served().secrets().resolve(database.directUrl())),
                            limit(context),
                            GRACE),
                    Optional.of(context.childMark()),
                    pulse);
            if (!result.succeeded()) {
                throw new StepFailed(
                        "`" + rules.command().get(0) + "` "
                                + (result.timedOut()
                                        ? "was stopped after " + result.took().toSeconds() + " s"
                                        : "ended with exit code " + result.exitCode()),
                        result.lastLines(),
                        true);
            }
            return new Done(
                    context.step().name() + ": switched to '" + restored + "' by `"
                            + rules.command().get(0) + "`",
                    Map.of("way", Restore.COMMAND),
                    result.lastLines());
        } catch (CommandNotStarted e) {
            throw new StepFailed(e.getMessage(), List.of(), false);
        }
    }
}
