package dev.slipway.database.restore;

import dev.slipway.database.Connections;
import dev.slipway.database.DatabaseRefused;
import dev.slipway.database.DatabaseUnavailable;
import dev.slipway.database.PostgresUrl;
import dev.slipway.database.backup.PgRestore;
import dev.slipway.database.reference.Sequences;
import dev.slipway.steps.StepFailed;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * Brings the rows of chosen tables back to what a restored database holds: in one transaction of the present one, touching
 * only what differs. Rows are taken out from the children up and put in from the parents down; people's triggers sleep
 * meanwhile, because they would write what the backup does not hold. Before it commits, every table is compared once more.
 *
 * <p>Whether it has committed can be told afterwards: the transaction's number is written beside the restored database
 * before, and the server remembers what became of it. So an attempt after a crash neither does it twice, over what was
 * written since, nor leaves it out.
 */
final class CopyBack {

    /** A longer wait would hold up everybody who comes after us in the queue of the lock. */
    private static final String LOCK_TIMEOUT = "10s";

    private static final String MARK = "slipway copies back in transaction ";

    private final PostgresUrl present;
    private final String restored;
    private final Connection to;
    private final Connection from;

    private CopyBack(PostgresUrl present, String restored, Connection to, Connection from) {
        this.present = present;
        this.restored = restored;
        this.to = to;
        this.from = from;
    }

    /** How many rows were touched; -1 where an earlier attempt did it. */
    record Copied(int tables, long taken, long put, long changed) {
        String words() {
            return tables < 0
                    ? "copied back by an earlier attempt"
                    : "copied back " + tables + (tables == 1 ? " table: " : " tables: ") + taken + " rows taken out, "
                            + put + " put back, " + changed + " set to what they were";
        }
    }

    private record Sleeping(String table, String trigger, String wake) {}

    /**
     * Copies.
     *
     * @param role what the present database is written as, as in its migrations; empty for the login itself
     * @param opened is told of both sessions, so that they can be cut off
     * @param begin throws where it may not begin any more; not asked where an earlier attempt did it
     * @param commit throws where it may not be committed any more
     * @throws StepFailed where it would not do what was meant; then nothing has changed
     */
    static Copied run(
            PostgresUrl present,
            String restored,
            String role,
            Predicate<UserTable> chosen,
            List<Connection> opened,
            Runnable begin,
            Runnable commit) {
        try (Connection to = Connections.patient().open(present);
                Connection from = Connections.patient().open(present.withDatabase(restored))) {
            opened.add(to);
            opened.add(from);
            return new CopyBack(present, restored, to, from).run(role, chosen, begin, commit);
        } catch (SQLException e) {
            RuntimeException failure = Connections.failure(present, "nothing was copied back", e);
            if (failure instanceof DatabaseRefused) {
                throw new StepFailed(failure.getMessage(), List.of(), false);
            }
            throw failure;
        }
    }

    private Copied run(String role, Predicate<UserTable> chosen, Runnable begin, Runnable commit) throws SQLException {
        UserTable.prepare(to);
        UserTable.prepare(from);
        if (committedBefore()) {
            return new Copied(-1, 0, 0, 0);
        }
        begin.run();
        if (!role.isEmpty()) {
            execute("SET ROLE " + PgRestore.quoted(role));
        }
        to.setAutoCommit(false);
        from.setAutoCommit(false);
        try {
            Copied copied = inOneTransaction(chosen);
            remember();
            commit.run();
            to.commit();
            return copied;
        } catch (SQLException | RuntimeException e) {
            to.rollback();
            throw e;
        }
    }

    private boolean committedBefore() throws SQLException {
        String mark = Connections.text(
                to,
                "SELECT coalesce(shobj_description(oid, 'pg_database'), '') FROM pg_database WHERE datname = "
                        + PgRestore.literal(restored));
        if (!mark.startsWith(MARK)) {
            return false;
        }
        String number = mark.substring(MARK.length()).replaceAll("[^0-9]", "");
        String became = Connections.text(to, "SELECT coalesce(txid_status(" + number + "), 'forgotten')");
        return switch (became) {
            case "committed" -> true;
            case "aborted" -> false;
            case "in progress" ->
                throw new DatabaseUnavailable(
                        present.display() + ": transaction " + number
                                + " of an earlier attempt is still under way; it ends when the server sees that its client is gone");
            default ->
                throw new StepFailed(
                        "the server does not remember any more what became of transaction " + number
                                + " of an earlier attempt; compare the tables with '" + restored + "' by hand",
                        List.of(),
                        true);
        };
    }

    /** By a session of its own: it has to stand there before the commit. */
    private void remember() throws SQLException {
        String number = Connections.text(to, "SELECT txid_current()");
        try (Connection beside = Connections.standard().open(present);
                Statement statement = beside.createStatement()) {
            statement.execute(
                    "COMMENT ON DATABASE " + PgRestore.quoted(restored) + " IS " + PgRestore.literal(MARK + number));
        }
    }

    private Copied inOneTransaction(Predicate<UserTable> chosen) throws SQLException {
        execute("SET LOCAL lock_timeout = '" + LOCK_TIMEOUT + "'");
        execute("SET CONSTRAINTS ALL DEFERRED");
        List<UserTable> backup =
                UserTable.all(from).values().stream().filter(chosen).toList();
        if (backup.isEmpty()) {
            throw refused("the backup holds no table to copy back");
        }
        CopyTables tables = CopyTables.of(to, backup);
        List<UserTable> ordered = tables.ordered();
        execute("LOCK TABLE ONLY "
                + String.join(", ONLY ", ordered.stream().map(UserTable::name).toList())
                + " IN SHARE ROW EXCLUSIVE MODE");
        List<Sleeping> sleeping = putToSleep(ordered);
        Map<UserTable, String> backups = new LinkedHashMap<>();
        for (UserTable table : ordered) {
            backups.put(table, rows(table).load("slipway_back_" + backups.size()));
        }
        long taken = 0;
        long put = 0;
        long changed = 0;
        for (int at = ordered.size() - 1; at >= 0; at--) {
            UserTable table = ordered.get(at);
            long rows = rows(table).takeOut(backups.get(table));
            if (rows > 0) {
                refuse(tables.reachesFurther(table));
            }
            taken += rows;
        }
        for (UserTable table : ordered) {
            long rows = rows(table).setBack(backups.get(table));
            if (rows > 0) {
                refuse(tables.changesOthers(table));
            }
            changed += rows;
            put += rows(table).putIn(backups.get(table));
        }
        execute("SET CONSTRAINTS ALL IMMEDIATE");
        for (UserTable table : ordered) {
            rows(table).compare(backups.get(table));
        }
        for (UserTable table : ordered) {
            Sequences.raise(table.name(), to);
        }
        for (Sleeping trigger : sleeping) {
            execute("ALTER TABLE " + trigger.table() + " " + trigger.wake() + " TRIGGER " + trigger.trigger());
        }
        return new Copied(ordered.size(), taken, put, changed);
    }

    private CopyRows rows(UserTable table) {
        return new CopyRows(table, to, from);
    }

    private static void refuse(Optional<String> problem) {
        if (problem.isPresent()) {
            throw refused(problem.get());
        }
    }

    private List<Sleeping> putToSleep(List<UserTable> tables) throws SQLException {
        List<Sleeping> sleeping = new ArrayList<>();
        for (UserTable table : tables) {
            try (Statement statement = to.createStatement();
                    ResultSet rows = statement.executeQuery("SELECT quote_ident(tgname), tgenabled FROM pg_trigger"
                            + " WHERE tgrelid = " + PgRestore.literal(table.name())
                            + "::regclass AND NOT tgisinternal AND tgenabled <> 'D'")) {
                while (rows.next()) {
                    sleeping.add(new Sleeping(
                            table.name(),
                            rows.getString(1),
                            switch (rows.getString(2)) {
                                case "R" -> "ENABLE REPLICA";
                                case "A" -> "ENABLE ALWAYS";
                                default -> "ENABLE";
                            }));
                }
            }
        }
        for (Sleeping trigger : sleeping) {
            execute("ALTER TABLE " + trigger.table() + " DISABLE TRIGGER " + trigger.trigger());
        }
        return sleeping;
    }

    private void execute(String sql) throws SQLException {
        try (Statement statement = to.createStatement()) {
            statement.execute(sql);
        }
    }

    static StepFailed refused(String why) {
        return new StepFailed("nothing was copied back: " + why, List.of(), false);
    }
}
