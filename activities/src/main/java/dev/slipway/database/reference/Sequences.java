package dev.slipway.database.reference;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The sequences that number a table's rows: the application's next row must not get a number that came with the data. They
 * are only raised, because that outlives a rollback.
 */
public final class Sequences {

    private static final String OWNED = """
            SELECT a.attname, q.seq FROM pg_attribute a
            CROSS JOIN LATERAL (SELECT pg_get_serial_sequence(?, a.attname) AS seq) q
            JOIN pg_sequence s ON s.seqrelid = q.seq::regclass
            WHERE a.attrelid = ?::regclass AND a.attnum > 0 AND NOT a.attisdropped AND q.seq IS NOT NULL
              AND s.seqincrement > 0 AND has_sequence_privilege(q.seq, 'SELECT, UPDATE')
            """;

    private Sequences() {}

    public static void raise(ReferenceTable table, Connection target) throws SQLException {
        raise(table.ours(), target);
    }

    /** @param table with its schema, quoted where SQL needs it */
    public static void raise(String table, Connection target) throws SQLException {
        Map<String, String> sequences = new LinkedHashMap<>();
        try (PreparedStatement statement = target.prepareStatement(OWNED)) {
            statement.setString(1, table);
            statement.setString(2, table);
            try (ResultSet rows = statement.executeQuery()) {
                while (rows.next()) {
                    sequences.put(rows.getString(1), rows.getString(2));
                }
            }
        }
        for (Map.Entry<String, String> sequence : sequences.entrySet()) {
            try (PreparedStatement statement = target.prepareStatement("SELECT setval(?::regclass, m) FROM (SELECT max("
                    + TableShape.quoted(sequence.getKey()) + ") AS m FROM " + table
                    + ") t, (SELECT last_value, is_called FROM " + sequence.getValue()
                    + ") s WHERE m > last_value OR m = last_value AND NOT is_called")) {
                statement.setString(1, sequence.getValue());
                statement.executeQuery().close();
            }
        }
    }
}
