package dev.slipway.database.migrations;

import dev.slipway.database.Connections;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;

/**
 * A table of a tool's history: where it is, or would be made. Its text form is its full name, quoted.
 *
 * @param schema empty where nothing can be made, for want of a schema
 */
record HistoryTable(String schema, String name, boolean exists) {

    /**
     * Looks for it as a statement without a schema would.
     *
     * @param schema the only one that is looked at; empty for those of the search path
     */
    static HistoryTable find(Connection session, String schema, String name) throws SQLException {
        try (PreparedStatement look = session.prepareStatement("SELECT n.nspname FROM pg_class c"
                + " JOIN pg_namespace n ON n.oid = c.relnamespace WHERE c.oid = to_regclass(?)")) {
            look.setString(1, schema.isEmpty() ? quoted(name) : quoted(schema) + "." + quoted(name));
            try (ResultSet found = look.executeQuery()) {
                if (found.next()) {
                    return new HistoryTable(found.getString(1), name, true);
                }
            }
        }
        String current = schema.isEmpty() ? Connections.text(session, "SELECT coalesce(current_schema(), '')") : schema;
        return new HistoryTable(current, name, false);
    }

    static String quoted(String name) {
        return '"' + name.replace("\"", "\"\"") + '"';
    }

    /** A number that we wrote ourselves; 0 for what is none. */
    static int number(String text) {
        return text.matches("[0-9]{1,9}") ? Integer.parseInt(text) : 0;
    }

    @Override
    public String toString() {
        return quoted(schema) + "." + quoted(name);
    }
}
