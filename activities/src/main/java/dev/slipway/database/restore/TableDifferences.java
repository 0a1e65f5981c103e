package dev.slipway.database.restore;

import dev.slipway.database.Connections;
import dev.slipway.process.Pulse;
import dev.slipway.restore.Comparison;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;

/**
 * How the tables of a present database and those of a restored backup differ, row by row. Memory does not grow with the
 * tables: both sides come sorted by a hash of the key, and are walked through beside each other.
 */
final class TableDifferences {

    /** Above it both sides would sort for minutes; then their numbers have to do. */
    static final long MOST_ROWS = 5_000_000;

    private static final int FETCHED = 5_000;

    private final Connection present;
    private final Connection restored;
    private final Pulse pulse;

    /** Both connections are in a transaction that only reads, see {@link UserTable#prepare}. */
    TableDifferences(Connection present, Connection restored, Pulse pulse) {
        this.present = present;
        this.restored = restored;
        this.pulse = pulse;
    }

    /**
     * What was found.
     *
     * @param different those that do not hold the same rows
     * @param equal how many do
     * @param notes columns that only one side has
     */
    record Found(List<Comparison.Table> different, int equal, List<String> notes) {}

    Found of(Map<String, UserTable> now, Map<String, UserTable> backup) throws SQLException {
        List<Comparison.Table> different = new ArrayList<>();
        List<String> notes = new ArrayList<>();
        int equal = 0;
        TreeSet<String> names = new TreeSet<>(now.keySet());
        names.addAll(backup.keySet());
        for (String name : names) {
            pulse.beat("compares " + name);
            if (!backup.containsKey(name)) {
                different.add(new Comparison.Table(name, count(present, name), -1, -1, -1, -1));
            } else if (!now.containsKey(name)) {
                different.add(new Comparison.Table(name, -1, count(restored, name), -1, -1, -1));
            } else {
                Comparison.Table table = compare(now.get(name), backup.get(name), notes);
                if (table.now() == table.inBackup()
                        && table.added() == 0
                        && table.gone() == 0
                        && table.changed() == 0) {
                    equal++;
                } else {
                    different.add(table);
                }
            }
        }
        return new Found(different, equal, notes);
    }

    private Comparison.Table compare(UserTable now, UserTable backup, List<String> notes) throws SQLException {
        List<String> common =
                now.columns().stream().filter(backup.columns()::contains).toList();
        only(now, common, "now", notes);
        only(backup, common, "the backup", notes);
        if (common.isEmpty()) {
            return new Comparison.Table(
                    now.name(), count(present, now.name()), count(restored, now.name()), -1, -1, -1);
        }
        Digest one = digest(present, now.name(), common);
        Digest other = digest(restored, now.name(), common);
        if (one.equals(other)) {
            return new Comparison.Table(now.name(), one.rows(), other.rows(), 0, 0, 0);
        }
        List<String> key = now.key();
        if (key.isEmpty() || !key.equals(backup.key()) || Math.max(one.rows(), other.rows()) > MOST_ROWS) {
            return new Comparison.Table(now.name(), one.rows(), other.rows(), -1, -1, -1);
        }
        return walk(now.name(), key, common, one, other);
    }

    private static void only(UserTable table, List<String> common, String where, List<String> notes) {
        List<String> more =
                table.columns().stream().filter(name -> !common.contains(name)).toList();
        if (!more.isEmpty()) {
            notes.add(table.name() + ": only " + where + " has the column" + (more.size() == 1 ? " " : "s ")
                    + String.join(", ", more));
        }
    }

    private record Digest(long rows, String sum) {}

    private static Digest digest(Connection connection, String table, List<String> columns) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(
                        "SELECT count(*), coalesce(sum(" + hash(columns) + "::numeric), 0)::text FROM ONLY " + table)) {
            rows.next();
            return new Digest(rows.getLong(1), rows.getString(2));
        }
    }

    /** Of 64 bits: among a million rows two are taken for one with a probability of 1 in 30 million. */
    private static String hash(List<String> columns) {
        return "hashtextextended(ROW(" + String.join(", ", columns) + ")::text, 0)";
    }

    private static long count(Connection connection, String table) throws SQLException {
        return Long.parseLong(Connections.text(connection, "SELECT count(*) FROM ONLY " + table));
    }

    private Comparison.Table walk(String table, List<String> key, List<String> columns, Digest one, Digest other)
            throws SQLException {
        String sql = "SELECT " + hash(key) + ", " + hash(columns) + " FROM ONLY " + table + " ORDER BY 1, 2";
        long added = 0;
        long gone = 0;
        long changed = 0;
        try (Statement first = present.createStatement();
                Statement second = restored.createStatement()) {
            first.setFetchSize(FETCHED);
            second.setFetchSize(FETCHED);
            try (ResultSet now = first.executeQuery(sql);
                    ResultSet backup = second.executeQuery(sql)) {
                boolean left = now.next();
                boolean right = backup.next();
                long steps = 0;
                while (left || right) {
                    if (++steps % 100_000 == 0) {
                        pulse.beat("compares " + table + ": " + steps + " rows");
                    }
                    int order = !left ? 1 : !right ? -1 : Long.compare(now.getLong(1), backup.getLong(1));
                    if (order < 0) {
                        added++;
                        left = now.next();
                    } else if (order > 0) {
                        gone++;
                        right = backup.next();
                    } else {
                        changed += now.getLong(2) == backup.getLong(2) ? 0 : 1;
                        left = now.next();
                        right = backup.next();
                    }
                }
            }
        }
        return new Comparison.Table(table, one.rows(), other.rows(), added, gone, changed);
    }
}
