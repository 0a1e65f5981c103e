package dev.slipway.database.restore;

import dev.slipway.database.Connections;
import dev.slipway.database.DatabaseRefused;
import dev.slipway.database.PlanDatabases;
import dev.slipway.database.Pooling;
import dev.slipway.database.PostgresUrl;
import dev.slipway.database.backup.Backup;
import dev.slipway.database.backup.BackupChoice;
import dev.slipway.database.backup.BackupFailed;
import dev.slipway.database.backup.BackupStore;
import dev.slipway.database.backup.Manifest;
import dev.slipway.database.backup.ManifestCheck;
import dev.slipway.database.backup.PgDump;
import dev.slipway.database.backup.PgRestore;
import dev.slipway.plan.Database;
import dev.slipway.plan.Restore;
import dev.slipway.plan.Times;
import dev.slipway.process.Pulse;
import dev.slipway.record.State;
import dev.slipway.record.Step;
import dev.slipway.restore.Comparison;
import dev.slipway.restore.Wish;
import dev.slipway.steps.Done;
import dev.slipway.steps.Effect;
import dev.slipway.steps.StepContext;
import dev.slipway.steps.StepFailed;
import dev.slipway.steps.StepRefused;
import dev.slipway.steps.Timeouts;
import dev.slipway.trust.MalformedStatement;
import dev.slipway.trust.Statement;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Restores a backup into a new database beside the one that it was taken of, and says how the two differ. What an earlier
 * attempt left under the same name is made anew: nobody can tell how far it had come.
 */
public final class RestoreStep implements Effect {

    /** How long people have to look at a comparison before it is too old to be said yes to. */
    public static final Duration TO_CONFIRM = Duration.ofHours(1);

    public static final String COMPARISON = "comparison";
    public static final String RESTORED = "restored";

    private static final String WHEN = "   # when nobody needs what was restored any more";

    private static final int JOURNALED = 30;

    private final PgDump dumps;
    private final PgRestore restore;
    private final Pooling pooling = new Pooling(Connections.standard());

    public RestoreStep(PgDump dumps, PgRestore restore) {
        this.dumps = dumps;
        this.restore = restore;
    }

    @Override
    public String undoByHand(StepContext context) {
        return drop(PlanDatabases.of(context), restored(context)) + WHEN;
    }

    /** The command that drops a database beside the present one; refused by PostgreSQL itself while somebody is connected. */
    static String drop(Database database, String name) {
        return "dropdb --maintenance-db=\"" + database.directUrl() + "\" " + shell(name);
    }

    /** The command that drops what this step has restored. */
    public static String toDrop(Step step) {
        return step.undo().replace(WHEN, "");
    }

    @Override
    public Duration limit(StepContext context) {
        return Timeouts.ofRestore(context.plan());
    }

    static String restored(StepContext context) {
        return PgRestore.nameFor(present(context).database(), context.grant().id());
    }

    static PostgresUrl present(StepContext context) {
        return PlanDatabases.direct(PlanDatabases.of(context), context.served().secrets());
    }

    static Wish wish(StepContext context) {
        return context.served()
                .record()
                .kept(context.grant().id())
                .map(text -> {
                    try {
                        return Wish.of(Statement.parse(text));
                    } catch (MalformedStatement e) {
                        throw new StepRefused("the statement that asked for the restore is none: " + e.getMessage());
                    }
                })
                .orElseThrow(() -> new StepRefused("the statement that asked for the restore is not kept"));
    }

    /** The backup that the grant is for. */
    static State.KeptBackup backup(StepContext context) {
        String dump = context.previous(context.step().name());
        return context.served().record().head().state().backups().stream()
                .filter(backup -> backup.dump().equals(dump))
                .findFirst()
                .orElseThrow(() -> new StepRefused("the record knows no backup '" + dump + "' any more"));
    }

    @Override
    public Done act(StepContext context, Pulse pulse) {
        String title = context.step().title() + ": ";
        State.KeptBackup backup = backup(context);
        PostgresUrl present = present(context);
        String restored = restored(context);
        long start = System.nanoTime();
        pooling.refuse(present, "a restore");
        boolean rename = rules(context).way().equals(Restore.RENAME);
        if (rename) {
            Renaming.refuse(present);
        }
        try (BackupStore.Local local = local(context, backup, pulse)) {
            Path dump = local.dump();
            Backup proved = proved(context, backup, dump, pulse);
            List<String> lacking = restore.into(
                    present, restored, dump, rename || superuser(present), limit(context), context.childMark(), pulse);
            Duration took = Duration.ofNanos(System.nanoTime() - start);
            Manifest manifest = compared(context, dump, present.withDatabase(restored), lacking, pulse);
            Comparison comparison = new RestoredComparison(context, backup, manifest, restored, lacking)
                    .run(proved.bytes(), took, pulse);
            restore.whole(present, restored);
            return done(context, present, new Restored(backup, restored, proved.bytes(), took), comparison);
        } catch (BackupFailed | DatabaseRefused e) {
            // what is not what it should be helps nobody, and takes room
            restore.dropIfThere(present, restored);
            throw new StepFailed(title + e.getMessage(), List.of(), false);
        } catch (SQLException e) {
            RuntimeException failure = Connections.failure(present, "what was restored could not be compared", e);
            throw failure instanceof DatabaseRefused
                    ? new StepFailed(title + failure.getMessage(), List.of(), false)
                    : failure;
        }
    }

    /** The backup's manifest, when what was restored holds what it says. */
    private static Manifest compared(
            StepContext context, Path dump, PostgresUrl restored, List<String> lacking, Pulse pulse)
            throws SQLException {
        Manifest manifest = Manifest.read(dump).orElseThrow(() -> new BackupFailed(dump + ": its manifest is gone"));
        List<String> problems = ManifestCheck.problems(restored, manifest, !lacking.isEmpty(), pulse);
        if (!problems.isEmpty()) {
            throw new BackupFailed(dump + ": what was restored is not what the manifest says: "
                    + String.join("; ", problems) + another(context));
        }
        return manifest;
    }

    /** What was restored: a backup, under this name, in this time. */
    private record Restored(State.KeptBackup backup, String name, long bytes, Duration took) {}

    private static Done done(StepContext context, PostgresUrl present, Restored restored, Comparison comparison) {
        State.KeptBackup backup = restored.backup();
        Map<String, String> facts = new LinkedHashMap<>();
        facts.put(COMPARISON, context.served().record().keep(comparison.text()));
        facts.put(RESTORED, restored.name());
        facts.put("dump", backup.dump());
        facts.put("bytes", Long.toString(restored.bytes()));
        facts.put("seconds", Long.toString(restored.took().toSeconds()));
        return new Done(
                "restored " + context.step().name() + " from the backup of " + Times.text(backup.time()) + " ("
                        + State.KeptBackup.when(backup.version()) + ") into '" + restored.name() + "' in "
                        + Math.max(1, restored.took().toSeconds())
                        + " s; the present database is as it was",
                facts,
                lines(PlanDatabases.of(context), comparison, restored.name(), present));
    }

    private static List<String> lines(Database database, Comparison comparison, String restored, PostgresUrl present) {
        List<String> lines = new ArrayList<>(comparison.lost());
        lines.addAll(comparison.notes());
        // the whole of it is in the comparison
        lines.subList(Math.min(JOURNALED, lines.size()), lines.size()).clear();
        if (comparison.way().equals(Restore.NONE)) {
            lines.add("to look at it: " + PastedCommand.of(present, "psql", "-d " + shell(restored)));
            lines.add("to copy a table back: "
                    + PastedCommand.of(present, "pg_dump", "--data-only -t TABLE " + shell(restored)) + " | "
                    + PastedCommand.of(present, "psql", "-v ON_ERROR_STOP=1 -1 -d " + shell(present.database()))
                    + "   # after emptying it; `restore: {switch: copy}` does it by rows");
            lines.add("to throw it away: " + drop(database, restored));
        }
        return lines;
    }

    /** What is read here is what the record knows, from its first byte to its last. */
    private Backup proved(StepContext context, State.KeptBackup backup, Path dump, Pulse pulse) {
        try {
            Backup proved = dumps.verify(dump, limit(context), pulse);
            if (!proved.sha256().equals(backup.sha256())) {
                throw new BackupFailed(dump + ": is not the backup that the record knows: its checksum is "
                        + proved.sha256() + ", and the record's " + backup.sha256());
            }
            return proved;
        } catch (BackupFailed e) {
            throw new BackupFailed(e.getMessage() + another(context), e);
        }
    }

    private static BackupStore.Local local(StepContext context, State.KeptBackup backup, Pulse pulse) {
        try {
            return BackupChoice.local(context.served().settings(), backup, pulse);
        } catch (BackupFailed e) {
            throw new BackupFailed(e.getMessage() + another(context), e);
        }
    }

    private static String another(StepContext context) {
        String environment = context.served().name();
        return "; take another: `slipway backups " + environment + "` lists them, `slipway restore " + environment
                + " --backup NAME` brings one back";
    }

    static Restore rules(StepContext context) {
        return PlanDatabases.of(context).restoring();
    }

    static boolean superuser(PostgresUrl url) {
        try (Connection connection = Connections.standard().open(url)) {
            return Connections.text(connection, "SELECT rolsuper FROM pg_roles WHERE rolname = current_user")
                    .equals("t");
        } catch (SQLException e) {
            throw Connections.failure(url, "its rights could not be asked", e);
        }
    }

    static void abort(Connection connection) {
        try {
            connection.abort(Runnable::run);
        } catch (SQLException gone) {
            // it was closed already, which is what we want
        }
    }

    /** For a person's shell. */
    static String shell(String text) {
        return text.matches("[A-Za-z0-9_./:-]+") ? text : "'" + text.replace("'", "'\\''") + "'";
    }
}
