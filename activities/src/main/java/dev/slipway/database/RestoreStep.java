package dev.slipway.database;

import dev.slipway.plan.ReleasePlan;
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
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
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
        return "dropdb " + shell(restored(context)) + WHEN;
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
        try (BackupStore.Local local = local(context, backup, pulse)) {
            Path dump = local.dump();
            Backup proved = proved(context, backup, dump, pulse);
            boolean rename = rules(context).way().equals(ReleasePlan.Restore.RENAME);
            List<String> lacking = restore.into(
                    present, restored, dump, rename || superuser(present), limit(context), context.childMark(), pulse);
            Duration took = Duration.ofNanos(System.nanoTime() - start);
            Comparison comparison = compare(context, backup, dump, restored, proved.bytes(), took, lacking, pulse);
            restore.whole(present, restored);
            String hash = context.served().record().keep(comparison.text());
            Map<String, String> facts = new LinkedHashMap<>();
            facts.put(COMPARISON, hash);
            facts.put(RESTORED, restored);
            facts.put("dump", backup.dump());
            facts.put("bytes", Long.toString(proved.bytes()));
            facts.put("seconds", Long.toString(took.toSeconds()));
            List<String> lines = new ArrayList<>(comparison.lost());
            lines.addAll(comparison.notes());
            // the whole of it is in the comparison
            lines.subList(Math.min(JOURNALED, lines.size()), lines.size()).clear();
            if (comparison.way().equals(ReleasePlan.Restore.NONE)) {
                lines.add("to look at it: psql -d " + shell(restored));
                lines.add("to copy a table back: pg_dump --data-only -t TABLE " + shell(restored) + " | psql -1 -d "
                        + shell(present.database())
                        + "   # after emptying it; `restore: {switch: copy}` does it by rows");
                lines.add("to throw it away: dropdb " + shell(restored));
            }
            return new Done(
                    "restored " + context.step().name() + " from the backup of " + backup.time() + " ("
                            + State.KeptBackup.when(backup.version()) + ") into '" + restored + "' in "
                            + Math.max(1, took.toSeconds())
                            + " s; the present database is as it was",
                    facts,
                    lines);
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

    static ReleasePlan.Restore rules(StepContext context) {
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

    private Comparison compare(
            StepContext context,
            State.KeptBackup backup,
            Path dump,
            String restored,
            long bytes,
            Duration took,
            List<String> lacking,
            Pulse pulse)
            throws SQLException {
        Wish wish = wish(context);
        String way = rules(context).way();
        PostgresUrl present = present(context);
        Manifest manifest = Manifest.read(dump).orElseThrow(() -> new BackupFailed(dump + ": its manifest is gone"));
        List<String> problems =
                ManifestCheck.problems(present.withDatabase(restored), manifest, !lacking.isEmpty(), pulse);
        if (!problems.isEmpty()) {
            throw new BackupFailed(dump + ": what was restored is not what the manifest says: "
                    + String.join("; ", problems) + another(context));
        }
        try (Connection now = reading(present);
                Connection copy = reading(present.withDatabase(restored))) {
            return new BeatingWork("the comparison", pulse)
                    .run(
                            () -> {
                                try {
                                    return compare(
                                            context, wish, way, backup, manifest, restored, bytes, took, lacking, now,
                                            copy);
                                } catch (SQLException e) {
                                    throw Connections.failure(present, "the two databases could not be compared", e);
                                }
                            },
                            thread -> {
                                abort(now);
                                abort(copy);
                            });
        }
    }

    static void abort(Connection connection) {
        try {
            connection.abort(Runnable::run);
        } catch (SQLException gone) {
            // it was closed already, which is what we want
        }
    }

    private Comparison compare(
            StepContext context,
            Wish wish,
            String way,
            State.KeptBackup backup,
            Manifest manifest,
            String restored,
            long bytes,
            Duration took,
            List<String> lacking,
            Connection now,
            Connection copy)
            throws SQLException {
        Map<String, UserTable> there = chosen(UserTable.all(now), wish, way);
        Map<String, UserTable> inBackup = chosen(UserTable.all(copy), wish, way);
        List<String> unknown = wish.tables().stream()
                .filter(wanted -> inBackup.values().stream().noneMatch(table -> table.named(wanted)))
                .toList();
        if (!unknown.isEmpty()) {
            throw new BackupFailed("the backup has no table " + String.join(", ", unknown)
                    + "; of a table with partitions name those");
        }
        TableDifferences.Found found = new TableDifferences(now, copy, Pulse.unheard()).of(there, inBackup);
        if (way.equals(ReleasePlan.Restore.COPY)) {
            List<String> unfit = CopyTables.problems(now, inBackup.values(), there, found.different());
            if (!unfit.isEmpty()) {
                throw new BackupFailed("the rows of the backup cannot be copied back: " + String.join("; ", unfit));
            }
        }
        // what there is one of for each table comes last: where it is too much, that is left out
        List<String> notes = new ArrayList<>(lacking);
        manifest.without().forEach(without -> notes.add("not in the backup: " + without));
        notes.addAll(beside(now, restored, way));
        notes.addAll(found.notes());
        notes.addAll(since(now, manifest, there));
        Instant time = context.served().record().now();
        return new Comparison(
                Comparison.FORMAT,
                Comparison.KIND,
                context.plan().service(),
                context.plan().environment(),
                context.grant().id(),
                context.grant().version(),
                context.step().name(),
                backup.dump(),
                backup.sha256(),
                backup.time(),
                backup.version(),
                restored,
                way,
                found.different()
                        .subList(0, Math.min(Losses.LISTED, found.different().size())),
                found.equal(),
                Losses.of(found.different(), way, backup.time()),
                Losses.listed(notes),
                bytes,
                took,
                time,
                time.plus(TO_CONFIRM).truncatedTo(ChronoUnit.SECONDS));
    }

    private static Map<String, UserTable> chosen(Map<String, UserTable> all, Wish wish, String way) {
        Map<String, UserTable> some = new LinkedHashMap<>(all);
        if (wish.tables().isEmpty()) {
            some.values().removeIf(table -> way.equals(ReleasePlan.Restore.COPY) && table.tellsOfTheSchema());
            return some;
        }
        some.values().removeIf(table -> wish.tables().stream().noneMatch(table::named));
        return some;
    }

    /** A session that reads one state of its database, and writes nothing. */
    private static Connection reading(PostgresUrl url) throws SQLException {
        Connection connection = Connections.patient().open(url);
        try {
            UserTable.prepare(connection);
            connection.setTransactionIsolation(Connection.TRANSACTION_REPEATABLE_READ);
            connection.setReadOnly(true);
            connection.setAutoCommit(false);
            return connection;
        } catch (SQLException e) {
            connection.close();
            throw e;
        }
    }

    /** What the server itself has counted since the backup, also of rows that came and went again. */
    private static List<String> since(Connection now, Manifest manifest, Map<String, UserTable> there)
            throws SQLException {
        Map<String, long[]> counted = new LinkedHashMap<>();
        try (java.sql.Statement statement = now.createStatement();
                ResultSet rows = statement.executeQuery("SELECT quote_ident(schemaname) || '.' || quote_ident(relname),"
                        + " n_tup_ins, n_tup_upd, n_tup_del FROM pg_stat_user_tables")) {
            while (rows.next()) {
                counted.put(rows.getString(1), new long[] {rows.getLong(2), rows.getLong(3), rows.getLong(4)});
            }
        }
        List<String> notes = new ArrayList<>();
        for (Manifest.TableRows before : manifest.rows()) {
            long[] after = counted.get(before.table());
            if (after == null || before.inserted() < 0 || !there.containsKey(before.table())) {
                continue;
            }
            long inserted = after[0] - before.inserted();
            long updated = after[1] - before.updated();
            long deleted = after[2] - before.deleted();
            // statistics that were reset since say nothing
            if (inserted >= 0 && updated >= 0 && deleted >= 0 && inserted + updated + deleted > 0) {
                notes.add(before.table() + ": by the server's own count " + inserted + " inserted, " + updated
                        + " updated, " + deleted + " deleted since the backup");
            }
        }
        return notes;
    }

    private static List<String> beside(Connection now, String restored, String way) throws SQLException {
        List<String> notes = new ArrayList<>();
        if (way.equals(ReleasePlan.Restore.RENAME)) {
            String slots = Connections.text(
                    now,
                    "SELECT coalesce(string_agg(slot_name, ', '), '') FROM pg_replication_slots WHERE database ="
                            + " current_database()");
            if (!slots.isEmpty()) {
                notes.add("the replication slots " + slots + " stay with the old database: make them anew");
            }
        }
        String others = Connections.text(
                now,
                "SELECT coalesce(string_agg(datname || CASE WHEN shobj_description(oid, 'pg_database') = "
                        + PgRestore.literal(PgRestore.HALF)
                        + " THEN ' (half restored)' ELSE '' END, ', ' ORDER BY datname), '') FROM pg_database WHERE datname <> "
                        + PgRestore.literal(restored)
                        + " AND (starts_with(datname, current_database() || '_restored_') OR starts_with(datname,"
                        + " current_database() || '_before_'))");
        if (!others.isEmpty()) {
            notes.add("of earlier restores there are still: " + others + "; drop what nobody needs");
        }
        return notes;
    }

    /** For a person's shell. */
    static String shell(String text) {
        return text.matches("[A-Za-z0-9_./:-]+") ? text : "'" + text.replace("'", "'\\''") + "'";
    }
}
