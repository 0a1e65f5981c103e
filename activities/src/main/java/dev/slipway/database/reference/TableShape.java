package dev.slipway.database.reference;

import dev.slipway.database.Connections;
import dev.slipway.database.DatabaseRefused;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/**
 * A table as a catalogue describes it.
 *
 * @param id its oid there
 * @param key the columns of its primary key, in order
 * @param triggers those that are not the system's own and fire for each row
 */
record TableShape(long id, String schema, String name, List<Column> columns, List<String> key, List<String> triggers) {

    /**
     * A column.
     *
     * @param type with the schema where it is not the system's own
     * @param generated whether it follows from other columns
     * @param alwaysIdentity whether only OVERRIDING SYSTEM VALUE writes it
     * @param binary whether its binary form means the same in every database
     * @param harmless whether its values may be shown: numbers, times, yes and no, labels of enums
     */
    record Column(
            String name, String type, boolean generated, boolean alwaysIdentity, boolean binary, boolean harmless) {

        String quoted() {
            return TableShape.quoted(name);
        }
    }

    private static final String FIND = """
            SELECT c.oid::bigint, n.nspname, c.relname, c.relkind::text
            FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
            WHERE c.oid = to_regclass(CASE WHEN ? = '' THEN '' ELSE quote_ident(?) || '.' END || quote_ident(?))
            """;

    /** Binary is what holds no oid: an array of enums or a composite value does, and so do the reg types. */
    private static final String COLUMNS = """
            SELECT a.attname, format_type(a.atttypid, a.atttypmod), a.attgenerated <> '', a.attidentity = 'a',
                t.typsend <> 0 AND t.typname NOT LIKE 'reg%' AND t.typname NOT IN ('record', '_record')
                    AND (t.oid < 16384 AND t.typtype <> 'd' OR t.typtype = 'e'),
                t.typtype = 'e' OR t.typcategory IN ('B', 'N', 'D', 'T')
            FROM pg_attribute a JOIN pg_type t ON t.oid = a.atttypid
            WHERE a.attrelid = ?::bigint::oid AND a.attnum > 0 AND NOT a.attisdropped ORDER BY a.attnum
            """;

    private static final String KEY = """
            SELECT a.attname FROM pg_index i, unnest(i.indkey) WITH ORDINALITY AS k(attnum, place), pg_attribute a
            WHERE i.indrelid = ?::bigint::oid AND i.indisprimary AND a.attrelid = i.indrelid AND a.attnum = k.attnum
                AND k.place <= i.indnkeyatts
            ORDER BY k.place
            """;

    private static final String UNIQUE = """
            SELECT i.indexrelid::regclass::text FROM pg_index i
            WHERE i.indrelid = ?::bigint::oid AND i.indisunique AND NOT i.indisprimary ORDER BY 1
            """;

    /** Partitions have clones of their parents' triggers. */
    private static final String TRIGGERS = """
            SELECT DISTINCT tgname::text FROM pg_trigger
            WHERE tgrelid IN (SELECT relid FROM pg_partition_tree(?::bigint::oid::regclass)
                    UNION SELECT ?::bigint::oid::regclass)
                AND NOT tgisinternal AND tgenabled IN ('O', 'A')
            UNION SELECT 'rule ' || rulename FROM pg_rewrite WHERE ev_class = ?::bigint::oid AND rulename <> '_RETURN'
            ORDER BY 1
            """;

    TableShape {
        columns = List.copyOf(columns);
        key = List.copyOf(key);
        triggers = List.copyOf(triggers);
    }

    /**
     * Finds it by the search path of the session.
     *
     * @param text with or without a schema
     * @throws DatabaseRefused where it is not there, is no table, or has no primary key
     */
    static TableShape find(Connection connection, String display, String text) throws SQLException {
        int dot = text.indexOf('.');
        return find(connection, display, dot < 0 ? "" : text.substring(0, dot), text.substring(dot + 1));
    }

    static TableShape find(Connection connection, String display, String schema, String name) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(FIND)) {
            statement.setString(1, schema);
            statement.setString(2, schema);
            statement.setString(3, name);
            try (ResultSet rows = statement.executeQuery()) {
                String asked = schema.isEmpty() ? name : schema + "." + name;
                if (!rows.next()) {
                    throw new DatabaseRefused(display + ": there is no table \"" + asked + "\"");
                }
                if (!List.of("r", "p").contains(rows.getString(4))) {
                    throw new DatabaseRefused(display + ": \"" + asked + "\" is no table");
                }
                return described(connection, display, rows.getLong(1), rows.getString(2), rows.getString(3));
            }
        }
    }

    /** Types are named with their schemas only where the search path does not reach them, so it is emptied meanwhile. */
    private static TableShape described(Connection connection, String display, long id, String schema, String name)
            throws SQLException {
        String path = Connections.text(connection, "SHOW search_path");
        searchPath(connection, "pg_catalog");
        TableShape table = new TableShape(
                id,
                schema,
                name,
                columns(connection, id),
                texts(connection, KEY, id),
                texts(connection, TRIGGERS, id, id, id));
        List<String> unique = table.key.isEmpty() ? texts(connection, UNIQUE, id) : List.of();
        searchPath(connection, path);
        if (table.key.isEmpty()) {
            throw new DatabaseRefused(display + ": the table " + table
                    + " has no primary key, so nobody can say which row is which"
                    + (unique.isEmpty()
                            ? "; give it one"
                            : "; a unique index (" + String.join(", ", unique)
                                    + ") is none: it lets rows without a value in twice; make it the primary key"));
        }
        return table;
    }

    private static void searchPath(Connection connection, String path) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement("SELECT set_config('search_path', ?, false)")) {
            statement.setString(1, path);
            statement.executeQuery().close();
        }
    }

    private static List<Column> columns(Connection connection, long id) throws SQLException {
        List<Column> columns = new ArrayList<>();
        try (PreparedStatement statement = connection.prepareStatement(COLUMNS)) {
            statement.setLong(1, id);
            try (ResultSet rows = statement.executeQuery()) {
                while (rows.next()) {
                    columns.add(new Column(
                            rows.getString(1),
                            rows.getString(2),
                            rows.getBoolean(3),
                            rows.getBoolean(4),
                            rows.getBoolean(5),
                            rows.getBoolean(6)));
                }
            }
        }
        return columns;
    }

    private static List<String> texts(Connection connection, String sql, long... ids) throws SQLException {
        List<String> texts = new ArrayList<>();
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            for (int at = 0; at < ids.length; at++) {
                statement.setLong(at + 1, ids[at]);
            }
            try (ResultSet rows = statement.executeQuery()) {
                while (rows.next()) {
                    texts.add(rows.getString(1));
                }
            }
        }
        return texts;
    }

    boolean has(String column) {
        return columns.stream().anyMatch(each -> each.name.equals(column));
    }

    String quotedName() {
        return quoted(schema) + "." + quoted(name);
    }

    static String quoted(String identifier) {
        return '"' + identifier.replace("\"", "\"\"") + '"';
    }

    @Override
    public String toString() {
        return schema + "." + name;
    }
}
