package dev.slipway.database;

import dev.slipway.steps.StepFailed;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import org.postgresql.PGConnection;
import org.postgresql.copy.CopyIn;
import org.postgresql.copy.CopyOut;

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

    private static final String FOREIGN_KEYS = """
            SELECT (SELECT quote_ident(n.nspname) || '.' || quote_ident(c.relname)
                    FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE c.oid = k.conrelid),
                   (SELECT quote_ident(n.nspname) || '.' || quote_ident(c.relname)
                    FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE c.oid = k.confrelid),
                   k.confdeltype, k.confupdtype,
                   (SELECT array_agg(quote_ident(a.attname)) FROM pg_attribute a
                    WHERE a.attrelid = k.confrelid AND a.attnum = ANY (k.confkey))
            FROM pg_constraint k WHERE k.contype = 'f'
            """;

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

    private record Reference(String from, String to, String onDelete, String onUpdate, List<String> columns) {}

    private record Sleeping(String table, String trigger, String wake) {}

    /**
     * Copies.
     *
     * @param opened is told of both sessions, so that they can be cut off
     * @param begin throws where it may not begin any more; not asked where an earlier attempt did it
     * @param commit throws where it may not be committed any more
     * @throws StepFailed where it would not do what was meant; then nothing has changed
     */
    static Copied run(
            PostgresUrl present,
            String restored,
            Predicate<UserTable> chosen,
            List<Connection> opened,
            Runnable begin,
            Runnable commit) {
        try (Connection to = Connections.patient().open(present);
                Connection from = Connections.patient().open(present.withDatabase(restored))) {
            opened.add(to);
            opened.add(from);
            return new CopyBack(present, restored, to, from).run(chosen, begin, commit);
        } catch (SQLException e) {
            RuntimeException failure = Connections.failure(present, "nothing was copied back", e);
            if (failure instanceof DatabaseRefused) {
                throw new StepFailed(failure.getMessage(), List.of(), false);
            }
            throw failure;
        }
    }

    private Copied run(Predicate<UserTable> chosen, Runnable begin, Runnable commit) throws SQLException {
        UserTable.prepare(to);
        UserTable.prepare(from);
        if (committedBefore()) {
            return new Copied(-1, 0, 0, 0);
        }
        begin.run();
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
        Map<String, UserTable> there = UserTable.all(to);
        List<UserTable> tables = new ArrayList<>();
        for (UserTable backup : UserTable.all(from).values()) {
            if (chosen.test(backup)) {
                tables.add(fitting(backup, there));
            }
        }
        if (tables.isEmpty()) {
            throw refused("the backup holds no table to copy back");
        }
        List<Reference> references = references();
        List<UserTable> ordered = parentsFirst(tables, references);
        execute("LOCK TABLE ONLY "
                + String.join(", ONLY ", ordered.stream().map(UserTable::name).toList())
                + " IN SHARE ROW EXCLUSIVE MODE");
        List<Sleeping> sleeping = putToSleep(ordered);
        Map<UserTable, String> backups = new LinkedHashMap<>();
        for (UserTable table : ordered) {
            backups.put(table, load(table, "slipway_back_" + backups.size()));
        }
        long taken = 0;
        long put = 0;
        long changed = 0;
        for (int at = ordered.size() - 1; at >= 0; at--) {
            UserTable table = ordered.get(at);
            long rows = takeOut(table, backups.get(table));
            if (rows > 0) {
                refuseToReachFurther(table, ordered, references);
            }
            taken += rows;
        }
        for (UserTable table : ordered) {
            long rows = setBack(table, backups.get(table));
            if (rows > 0) {
                refuseToChangeOthers(table, ordered, references);
            }
            changed += rows;
            put += putIn(table, backups.get(table));
        }
        execute("SET CONSTRAINTS ALL IMMEDIATE");
        for (UserTable table : ordered) {
            compare(table, backups.get(table));
        }
        for (UserTable table : ordered) {
            Sequences.raise(table.name(), to);
        }
        for (Sleeping trigger : sleeping) {
            execute("ALTER TABLE " + trigger.table() + " " + trigger.wake() + " TRIGGER " + trigger.trigger());
        }
        return new Copied(ordered.size(), taken, put, changed);
    }

    /** The present table with the columns that the backup has; where those are not all there, rows would lose some. */
    private static UserTable fitting(UserTable backup, Map<String, UserTable> there) {
        UserTable now = there.get(backup.name());
        if (now == null) {
            throw refused(backup.name() + " is not there any more, and rows are copied into tables that are there only;"
                    + " leave it out with --tables, or use `restore: {switch: rename}`");
        }
        List<String> lacking = backup.columns().stream()
                .filter(column -> !now.columns().contains(column))
                .toList();
        if (!lacking.isEmpty()) {
            throw refused(backup.name() + " has no " + String.join(", ", lacking)
                    + " any more, which the backup has; leave the table out with --tables, or use `restore: {switch:"
                    + " rename}`");
        }
        return new UserTable(
                now.name(), now.plain(), backup.columns(), now.key().equals(backup.key()) ? now.key() : List.of());
    }

    private List<Reference> references() throws SQLException {
        List<Reference> references = new ArrayList<>();
        try (Statement statement = to.createStatement();
                ResultSet rows = statement.executeQuery(FOREIGN_KEYS)) {
            while (rows.next()) {
                references.add(new Reference(
                        rows.getString(1), rows.getString(2), rows.getString(3), rows.getString(4), List.of((String[])
                                rows.getArray(5).getArray())));
            }
        }
        return references;
    }

    private static List<UserTable> parentsFirst(List<UserTable> tables, List<Reference> references) {
        List<UserTable> ordered = new ArrayList<>();
        Set<UserTable> left = new LinkedHashSet<>(tables);
        while (!left.isEmpty()) {
            List<UserTable> ready = left.stream()
                    .filter(table -> references.stream()
                            .noneMatch(reference -> reference.from().equals(table.name())
                                    && !reference.to().equals(table.name())
                                    && left.stream()
                                            .anyMatch(other -> other.name().equals(reference.to()))))
                    .toList();
            // a circle: only deferrable keys let anybody through, and the server says so otherwise
            List<UserTable> next = ready.isEmpty() ? List.of(left.iterator().next()) : ready;
            ordered.addAll(next);
            next.forEach(left::remove);
        }
        return ordered;
    }

    /** Rows of tables that nobody has named must not go with them. */
    private static void refuseToReachFurther(UserTable table, List<UserTable> chosen, List<Reference> references) {
        for (Reference reference : references) {
            boolean outside = chosen.stream().noneMatch(other -> other.name().equals(reference.from()));
            if (reference.to().equals(table.name()) && outside && "cnd".contains(reference.onDelete())) {
                throw refused("rows of " + table.name() + " would be taken out, and with them "
                        + (reference.onDelete().equals("c") ? "rows" : "values") + " of " + reference.from()
                        + ", which is not among the tables that are copied back; name it in --tables, too");
            }
        }
    }

    /** The same for values that go along; a key by which rows are found is never written over, so nothing follows it. */
    private static void refuseToChangeOthers(UserTable table, List<UserTable> chosen, List<Reference> references) {
        for (Reference reference : references) {
            boolean outside = chosen.stream().noneMatch(other -> other.name().equals(reference.from()));
            if (reference.to().equals(table.name())
                    && outside
                    && "cnd".contains(reference.onUpdate())
                    && !table.key().containsAll(reference.columns())) {
                throw refused("rows of " + table.name() + " would be set to what they were, and with "
                        + String.join(", ", reference.columns()) + " values of " + reference.from()
                        + ", which is not among the tables that are copied back; name it in --tables, too");
            }
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

    private String load(UserTable table, String name) throws SQLException {
        execute("CREATE TEMP TABLE " + name + " ON COMMIT DROP AS SELECT " + columns(table, "t") + " FROM ONLY "
                + table.name() + " t WITH NO DATA");
        String copy = "pg_temp." + name;
        try {
            CopyOut out = from.unwrap(PGConnection.class)
                    .getCopyAPI()
                    .copyOut("COPY (SELECT " + columns(table, "t") + " FROM ONLY " + table.name() + " t) TO STDOUT");
            CopyIn in = to.unwrap(PGConnection.class).getCopyAPI().copyIn("COPY " + copy + " FROM STDIN");
            try {
                for (byte[] row = out.readFromCopy(); row != null; row = out.readFromCopy()) {
                    in.writeToCopy(row, 0, row.length);
                }
                in.endCopy();
            } finally {
                if (in.isActive()) {
                    in.cancelCopy();
                }
            }
        } catch (SQLException e) {
            // what the server says of a row that does not fit quotes the row
            throw new SQLException(
                    "the rows of " + table.name() + " do not fit into the table as it is now", e.getSQLState());
        }
        if (!table.key().isEmpty()) {
            execute("CREATE UNIQUE INDEX ON " + copy + " (" + String.join(", ", table.key()) + ")");
        }
        execute("ANALYZE " + copy);
        return copy;
    }

    private long takeOut(UserTable table, String copy) throws SQLException {
        if (table.key().isEmpty()) {
            return same(table, copy) ? 0 : update("DELETE FROM ONLY " + table.name());
        }
        return update("DELETE FROM ONLY " + table.name() + " t WHERE NOT EXISTS (SELECT FROM " + copy + " b WHERE "
                + sameKey(table) + ")");
    }

    private long setBack(UserTable table, String copy) throws SQLException {
        List<String> values = table.columns().stream()
                .filter(column -> !table.key().contains(column))
                .toList();
        if (table.key().isEmpty() || values.isEmpty()) {
            return 0;
        }
        return update("UPDATE ONLY " + table.name() + " t SET "
                + String.join(
                        ", ",
                        values.stream().map(column -> column + " = b." + column).toList())
                + " FROM " + copy + " b WHERE " + sameKey(table) + " AND " + text(table, "t")
                + " IS DISTINCT FROM " + text(table, "b"));
    }

    private long putIn(UserTable table, String copy) throws SQLException {
        String into = "INSERT INTO " + table.name() + " (" + String.join(", ", table.columns())
                + ") OVERRIDING SYSTEM VALUE SELECT " + columns(table, "b") + " FROM " + copy + " b";
        if (table.key().isEmpty()) {
            return same(table, copy) ? 0 : update(into);
        }
        return update(
                into + " WHERE NOT EXISTS (SELECT FROM ONLY " + table.name() + " t WHERE " + sameKey(table) + ")");
    }

    private void compare(UserTable table, String copy) throws SQLException {
        if (!same(table, copy)) {
            throw refused(table.name() + " would not hold what the backup holds: a rule, a rounding type or a"
                    + " generated identity changes what is written; use `restore: {switch: rename}`, or leave it out");
        }
    }

    private boolean same(UserTable table, String copy) throws SQLException {
        return Connections.text(
                        to,
                        "SELECT (" + sum(table, "ONLY " + table.name(), "t") + ") = (" + sum(table, copy, "b") + ")")
                .equals("t");
    }

    private static String sum(UserTable table, String from, String alias) {
        return "SELECT (count(*), coalesce(sum(hashtextextended(" + text(table, alias)
                + ", 0)::numeric), 0))::text FROM " + from + " " + alias;
    }

    private static String text(UserTable table, String alias) {
        return "ROW(" + columns(table, alias) + ")::text";
    }

    private static String columns(UserTable table, String alias) {
        return String.join(
                ", ",
                table.columns().stream().map(column -> alias + "." + column).toList());
    }

    private static String sameKey(UserTable table) {
        return String.join(
                " AND ",
                table.key().stream()
                        .map(column -> "b." + column + " = t." + column)
                        .toList());
    }

    private void execute(String sql) throws SQLException {
        try (Statement statement = to.createStatement()) {
            statement.execute(sql);
        }
    }

    private long update(String sql) throws SQLException {
        try (Statement statement = to.createStatement()) {
            return statement.executeLargeUpdate(sql);
        } catch (SQLException e) {
            throw withoutValues(e);
        }
    }

    /** The first line names the constraint; what follows it quotes rows. */
    private static SQLException withoutValues(SQLException e) {
        return new SQLException(Connections.reason(e), e.getSQLState());
    }

    private static StepFailed refused(String why) {
        return new StepFailed("nothing was copied back: " + why, List.of(), false);
    }
}
