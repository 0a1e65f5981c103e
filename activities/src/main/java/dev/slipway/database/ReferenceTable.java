package dev.slipway.database;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/**
 * A table of reference data: its columns and key, and the statements on it. Rows travel as the text of PostgreSQL's row
 * type, which is the same in every database (an enum is its label there, not its number) and can be read back into the
 * table's own type.
 */
record ReferenceTable(long id, String schema, String name, List<Column> columns, List<String> key) {

    record Column(String name, String type, boolean generated, boolean alwaysIdentity) {}

    private static final String FIND = """
            SELECT c.oid::bigint, n.nspname, c.relname, c.relkind::text
            FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
            WHERE c.oid = to_regclass(CASE WHEN ? = '' THEN '' ELSE quote_ident(?) || '.' END || quote_ident(?))
            """;
    private static final String COLUMNS = """
            SELECT attname, format_type(atttypid, atttypmod), attgenerated <> '', attidentity = 'a'
            FROM pg_attribute WHERE attrelid = ?::bigint::oid AND attnum > 0 AND NOT attisdropped ORDER BY attnum
            """;
    private static final String KEY = """
            SELECT a.attname FROM pg_index i, unnest(i.indkey) WITH ORDINALITY AS k(attnum, place), pg_attribute a
            WHERE i.indrelid = ?::bigint::oid AND i.indisprimary AND a.attrelid = i.indrelid AND a.attnum = k.attnum
            ORDER BY k.place
            """;

    /** Finds it in the target's way of naming. */
    static ReferenceTable find(Connection connection, PostgresUrl url, String text) throws SQLException {
        int dot = text.indexOf('.');
        return find(connection, url, dot < 0 ? "" : text.substring(0, dot), text.substring(dot + 1));
    }

    static ReferenceTable find(Connection connection, PostgresUrl url, String schema, String name) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(FIND)) {
            statement.setString(1, schema);
            statement.setString(2, schema);
            statement.setString(3, name);
            try (ResultSet rows = statement.executeQuery()) {
                String asked = schema.isEmpty() ? name : schema + "." + name;
                if (!rows.next()) {
                    throw new DatabaseRefused(url.display() + ": there is no table \"" + asked + "\"");
                }
                if (!List.of("r", "p").contains(rows.getString(4))) {
                    throw new DatabaseRefused(url.display() + ": \"" + asked + "\" is no table");
                }
                long id = rows.getLong(1);
                ReferenceTable table = new ReferenceTable(
                        id, rows.getString(2), rows.getString(3), columns(connection, id), key(connection, id));
                if (table.key.isEmpty()) {
                    throw new DatabaseRefused(url.display() + ": the table " + table
                            + " has no primary key, so nobody can say which row is which; give it one");
                }
                return table;
            }
        }
    }

    private static List<Column> columns(Connection connection, long id) throws SQLException {
        List<Column> columns = new ArrayList<>();
        try (PreparedStatement statement = connection.prepareStatement(COLUMNS)) {
            statement.setLong(1, id);
            try (ResultSet rows = statement.executeQuery()) {
                while (rows.next()) {
                    columns.add(
                            new Column(rows.getString(1), rows.getString(2), rows.getBoolean(3), rows.getBoolean(4)));
                }
            }
        }
        return columns;
    }

    private static List<String> key(Connection connection, long id) throws SQLException {
        List<String> key = new ArrayList<>();
        try (PreparedStatement statement = connection.prepareStatement(KEY)) {
            statement.setLong(1, id);
            try (ResultSet rows = statement.executeQuery()) {
                while (rows.next()) {
                    key.add(rows.getString(1));
                }
            }
        }
        return key;
    }

    /** How the same table in the source differs from this one, in words; empty when it does not. */
    List<String> drift(ReferenceTable source) {
        Map<String, String> ours = types();
        Map<String, String> theirs = source.types();
        List<String> drift = new ArrayList<>();
        ours.forEach((column, type) -> {
            if (!theirs.containsKey(column)) {
                drift.add(this + "." + column + " is only in the target");
            } else if (!theirs.get(column).equals(type)) {
                drift.add(this + "." + column + " is " + theirs.get(column) + " in the source and " + type
                        + " in the target");
            }
        });
        theirs.keySet().stream()
                .filter(column -> !ours.containsKey(column))
                .forEach(column -> drift.add(this + "." + column + " is only in the source"));
        if (!key.equals(source.key)) {
            drift.add(this + " has the primary key " + source.key + " in the source and " + key + " in the target");
        }
        return drift;
    }

    private Map<String, String> types() {
        Map<String, String> types = new TreeMap<>();
        columns.forEach(column -> types.put(column.name, column.type + (column.generated ? " generated" : "")));
        return types;
    }

    /**
     * Key and row as text, in the order of the key's bytes, which both servers and Java agree on. Generated columns are
     * empty: they follow from the others.
     */
    String select() {
        String values = columns.stream()
                .map(column -> column.generated ? "NULL" : "t." + quoted(column.name))
                .collect(Collectors.joining(", "));
        String keys = key.stream().map(column -> "t." + quoted(column)).collect(Collectors.joining(", "));
        return "SELECT k, v FROM (SELECT ROW(" + keys + ")::text COLLATE \"C\" AS k, ROW(" + values
                + ")::text AS v FROM " + quotedName() + " t) s ORDER BY k";
    }

    String insert() {
        return "INSERT INTO " + quotedName() + " (" + names(column -> !column.generated, "") + ")"
                + " OVERRIDING SYSTEM VALUE SELECT " + names(column -> !column.generated, "(x.r).") + " FROM " + rows();
    }

    /** An identity that is always generated cannot be updated: where it differs, the check at the end says so. */
    String update() {
        String set = columns.stream()
                .filter(column -> !column.generated && !column.alwaysIdentity && !key.contains(column.name))
                .map(column -> quoted(column.name) + " = (x.r)." + quoted(column.name))
                .collect(Collectors.joining(", "));
        return "UPDATE " + quotedName() + " t SET " + set + " FROM " + rows() + " WHERE " + sameKey();
    }

    String delete() {
        return "DELETE FROM " + quotedName() + " t USING " + rows() + " WHERE " + sameKey();
    }

    String lock() {
        return "LOCK TABLE " + quotedName() + " IN SHARE ROW EXCLUSIVE MODE";
    }

    /** The OFFSET keeps the planner from reading each text once for every column. */
    private String rows() {
        return "(SELECT CAST(v AS " + quotedName() + ") AS r FROM unnest(?::text[]) v OFFSET 0) x";
    }

    private String sameKey() {
        return key.stream()
                .map(column -> "t." + quoted(column) + " = (x.r)." + quoted(column))
                .collect(Collectors.joining(" AND "));
    }

    private String names(Predicate<Column> wanted, String before) {
        return columns.stream()
                .filter(wanted)
                .map(column -> before + quoted(column.name))
                .collect(Collectors.joining(", "));
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
