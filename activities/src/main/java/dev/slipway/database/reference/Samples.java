package dev.slipway.database.reference;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A few of the rows that change, in words: their keys, and which columns become what. Of a value only the length is told,
 * because it may tell of a person and a review is read before anybody has approved anything; but for the columns that the
 * plan names, and keys, which say which row it is: those that are numbers, times, yes and no or the labels of enums. What is
 * masked does not leave the worker.
 */
final class Samples {

    private static final int MOST_COLUMNS = 6;

    private final ReferenceTable table;
    private final TwoSessions sessions;

    Samples(ReferenceTable table, TwoSessions sessions) {
        this.table = table;
        this.sessions = sessions;
    }

    List<String> of(Map<Landing.Kind, List<ReferenceTable.Key>> keys) throws SQLException {
        List<String> lines = new ArrayList<>();
        for (Map.Entry<Landing.Kind, List<ReferenceTable.Key>> each : keys.entrySet()) {
            if (each.getValue().isEmpty()) {
                continue;
            }
            switch (each.getKey()) {
                case INSERT -> each.getValue().forEach(key -> lines.add("+ " + words(key)));
                case DELETE -> each.getValue().forEach(key -> lines.add("- " + words(key)));
                case UPDATE -> updates(each.getValue(), lines);
            }
        }
        return lines;
    }

    private void updates(List<ReferenceTable.Key> keys, List<String> lines) throws SQLException {
        Map<Integer, List<Value>> before = values(sessions.target(), table.ours(), keys);
        Map<Integer, List<Value>> after = values(sessions.source(), table.source(), keys);
        for (int row = 0; row < keys.size(); row++) {
            List<String> changes = new ArrayList<>();
            for (int at = 0; at < table.columns().size(); at++) {
                Value was = before.get(row).get(at);
                Value becomes = after.get(row).get(at);
                if (!was.hash.equals(becomes.hash)) {
                    changes.add(table.columns().get(at).name() + " " + was.shown + " → " + becomes.shown);
                }
            }
            int shown = Math.min(changes.size(), MOST_COLUMNS);
            lines.add("~ " + words(keys.get(row)) + ": " + String.join(", ", changes.subList(0, shown))
                    + (shown < changes.size() ? " and " + (changes.size() - shown) + " columns more" : ""));
        }
    }

    /** A value as it may be shown, and what tells it from others. */
    private record Value(String shown, String hash) {}

    private Map<Integer, List<Value>> values(Connection connection, String relation, List<ReferenceTable.Key> keys)
            throws SQLException {
        Map<Integer, List<Value>> values = new HashMap<>();
        String sql = table.select(relation, keys, column -> {
            String text = "t." + column.quoted() + "::text";
            return (table.shown().contains(column.name())
                            ? "left(" + text + ", 60)"
                            : "'‹' || length(" + text + ") || ' characters›'")
                    + ", coalesce(hashtextextended(" + text + ", 0)::text, '')";
        });
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(sql)) {
            while (rows.next()) {
                List<Value> row = new ArrayList<>();
                for (int at = 0; at < table.columns().size(); at++) {
                    String shown = rows.getString(2 + 2 * at);
                    row.add(new Value(shown == null ? "NULL" : shown, rows.getString(3 + 2 * at)));
                }
                values.put(rows.getInt(1) - 1, row);
            }
        }
        return values;
    }

    private String words(ReferenceTable.Key key) {
        List<String> words = new ArrayList<>();
        for (int part = 0; part < key.parts().size(); part++) {
            String value = key.parts().get(part);
            boolean shown = table.key().get(part).harmless();
            words.add(table.target().key().get(part) + "="
                    + (shown ? value : "‹" + value.codePointCount(0, value.length()) + " characters›"));
        }
        return String.join(" ", words);
    }
}
