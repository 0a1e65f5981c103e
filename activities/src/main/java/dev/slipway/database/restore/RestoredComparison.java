package dev.slipway.database.restore;

import dev.slipway.database.BeatingWork;
import dev.slipway.database.Connections;
import dev.slipway.database.PlanDatabases;
import dev.slipway.database.PostgresUrl;
import dev.slipway.database.backup.BackupFailed;
import dev.slipway.database.backup.Manifest;
import dev.slipway.database.backup.PgRestore;
import dev.slipway.plan.Restore;
import dev.slipway.process.Pulse;
import dev.slipway.record.State;
import dev.slipway.restore.Comparison;
import dev.slipway.restore.Wish;
import dev.slipway.steps.StepContext;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** How the present database and what was restored beside it differ, for whoever has to say yes to what would be lost. */
final class RestoredComparison {

    private final StepContext context;
    private final State.KeptBackup backup;
    private final Manifest manifest;
    private final String restored;
    private final List<String> lacking;
    private final Wish wish;
    private final String way;

    /** @param lacking what of the backup could not be made */
    RestoredComparison(
            StepContext context, State.KeptBackup backup, Manifest manifest, String restored, List<String> lacking) {
        this.context = context;
        this.backup = backup;
        this.manifest = manifest;
        this.restored = restored;
        this.lacking = lacking;
        this.wish = RestoreStep.wish(context);
        this.way = RestoreStep.rules(context).way();
    }

    /**
     * Compares, each side in one state of its own.
     *
     * @param bytes of the backup
     * @param took how long its restore did
     * @throws BackupFailed where a table that is wanted is not in it, or where its rows could not go back
     */
    Comparison run(long bytes, Duration took, Pulse pulse) throws SQLException {
        PostgresUrl present = RestoreStep.present(context);
        try (Connection now = reading(present, PlanDatabases.of(context).role());
                Connection copy = reading(present.withDatabase(restored), "")) {
            return new BeatingWork("the comparison", pulse)
                    .run(
                            () -> {
                                try {
                                    return compare(bytes, took, now, copy);
                                } catch (SQLException e) {
                                    throw Connections.failure(present, "the two databases could not be compared", e);
                                }
                            },
                            thread -> {
                                RestoreStep.abort(now);
                                RestoreStep.abort(copy);
                            });
        }
    }

    private Comparison compare(long bytes, Duration took, Connection now, Connection copy) throws SQLException {
        Map<String, UserTable> there = chosen(UserTable.all(now));
        Map<String, UserTable> inBackup = chosen(UserTable.all(copy));
        List<String> unknown = wish.tables().stream()
                .filter(wanted -> inBackup.values().stream().noneMatch(table -> table.named(wanted)))
                .toList();
        if (!unknown.isEmpty()) {
            throw new BackupFailed("the backup has no table " + String.join(", ", unknown)
                    + "; of a table with partitions name those");
        }
        TableDifferences.Found found = new TableDifferences(now, copy, Pulse.unheard()).of(there, inBackup);
        if (way.equals(Restore.COPY)) {
            List<String> unfit = CopyTables.problems(now, inBackup.values(), there, found.different());
            if (!unfit.isEmpty()) {
                throw new BackupFailed("the rows of the backup cannot be copied back: " + String.join("; ", unfit));
            }
        }
        // what there is one of for each table comes last: where it is too much, that is left out
        List<String> notes = new ArrayList<>(lacking);
        manifest.without().forEach(without -> notes.add("not in the backup: " + without));
        notes.addAll(beside(now));
        notes.addAll(Losses.staying(found.different(), way));
        notes.addAll(found.notes());
        notes.addAll(since(now, there));
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
                time.plus(RestoreStep.TO_CONFIRM).truncatedTo(ChronoUnit.SECONDS));
    }

    private Map<String, UserTable> chosen(Map<String, UserTable> all) {
        Map<String, UserTable> some = new LinkedHashMap<>(all);
        if (wish.tables().isEmpty()) {
            some.values().removeIf(table -> way.equals(Restore.COPY) && table.tellsOfTheSchema());
            return some;
        }
        some.values().removeIf(table -> wish.tables().stream().noneMatch(table::named));
        return some;
    }

    /**
     * A session that reads one state of its database, and writes nothing.
     *
     * @param role whom it reads as where the login itself may not read all; empty for nobody
     */
    private static Connection reading(PostgresUrl url, String role) throws SQLException {
        Connection connection = Connections.patient().open(url);
        try {
            UserTable.prepare(connection);
            if (!role.isEmpty() && !UserTable.allReadable(connection)) {
                try (Statement statement = connection.createStatement()) {
                    statement.execute("SET ROLE " + PgRestore.quoted(role));
                }
            }
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
    private List<String> since(Connection now, Map<String, UserTable> there) throws SQLException {
        Map<String, long[]> counted = new LinkedHashMap<>();
        try (Statement statement = now.createStatement();
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

    private List<String> beside(Connection now) throws SQLException {
        List<String> notes = new ArrayList<>();
        if (way.equals(Restore.RENAME)) {
            String slots = Connections.text(
                    now,
                    "SELECT coalesce(string_agg(slot_name, ', '), '') FROM pg_replication_slots WHERE database ="
                            + " current_database()");
            if (!slots.isEmpty()) {
                notes.add("the replication slots " + slots + " stay with the old database: make them anew");
            }
        }
        List<String> others = LeftDatabases.names(now).stream()
                .filter(name -> !name.startsWith(restored))
                .toList();
        if (!others.isEmpty()) {
            notes.add("of earlier restores there are still: " + String.join(", ", others) + "; `slipway backups "
                    + context.served().name() + "` has the commands that drop what nobody needs");
        }
        return notes;
    }
}
