package dev.slipway.database.restore;

import dev.slipway.database.Connections;
import java.sql.Array;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A table that people's rows stand in.
 *
 * @param name with its schema, quoted where SQL needs it
 * @param plain the same without quotes, as a backup's manifest lists it
 * @param columns all that are stored as they were given, quoted where SQL needs it
 * @param key the columns of its primary key; empty where it has none
 */
record UserTable(String name, String plain, List<String> columns, List<String> key) {

    /** Every value as the same text on both sides, and as long as it takes, whatever a login or a database is set to. */
    static final List<String> SAME_TEXT = List.of(
            "SET TimeZone = 'UTC'",
            "SET DateStyle = 'ISO, YMD'",
            "SET IntervalStyle = 'postgres'",
            "SET extra_float_digits = 1",
            "SET bytea_output = 'hex'",
            "SET search_path = pg_catalog",
            // a policy that hides rows is an error, and no shorter table
            "SET row_security = off",
            // a database's own limits are for its applications: what takes long here is stopped by its step
            "SELECT set_config('transaction_timeout', '0', false) FROM pg_settings WHERE name = 'transaction_timeout'",
            "SET statement_timeout = 0",
            "SET idle_in_transaction_session_timeout = 0");

    private static final String ALL = """
            SELECT quote_ident(n.nspname) || '.' || quote_ident(c.relname),
                   n.nspname || '.' || c.relname,
                   (SELECT array_agg(quote_ident(a.attname) ORDER BY a.attnum) FROM pg_attribute a
                    WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated = ''),
                   (SELECT array_agg(quote_ident(a.attname) ORDER BY k.place)
                    FROM pg_index i, unnest(i.indkey) WITH ORDINALITY k(att, place), pg_attribute a
                    WHERE i.indrelid = c.oid AND i.indisprimary AND a.attrelid = c.oid AND a.attnum = k.att)
            FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
            WHERE c.relkind = 'r' AND c.relpersistence <> 't'
              AND n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'
              AND NOT EXISTS (SELECT FROM pg_depend d
                              WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.deptype = 'e')
            ORDER BY 1
            """;

    UserTable {
        columns = List.copyOf(columns);
        key = List.copyOf(key);
    }

    /** By name. Partitions stand for themselves, and the tables that they are of for nothing. */
    static Map<String, UserTable> all(Connection connection) throws SQLException {
        Map<String, UserTable> tables = new LinkedHashMap<>();
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(ALL)) {
            while (rows.next()) {
                UserTable table = new UserTable(rows.getString(1), rows.getString(2), texts(rows, 3), texts(rows, 4));
                tables.put(table.name(), table);
            }
        }
        return tables;
    }

    /** Whether the login may read every one of them by itself. */
    static boolean allReadable(Connection connection) throws SQLException {
        return Connections.text(connection, """
                SELECT count(*) FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
                WHERE c.relkind = 'r' AND c.relpersistence <> 't'
                  AND n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'
                  AND NOT (has_schema_privilege(n.oid, 'USAGE') AND has_table_privilege(c.oid, 'SELECT'))
                """).equals("0");
    }

    static void prepare(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            for (String sql : SAME_TEXT) {
                statement.execute(sql);
            }
        }
    }

    /** Whether it is what a migration tool remembers: that tells of the schema, which a copy of rows leaves as it is. */
    boolean tellsOfTheSchema() {
        String simple = plain.substring(plain.lastIndexOf('.') + 1);
        return plain.startsWith("supabase_migrations.")
                || simple.equals("_prisma_migrations")
                || simple.equals("flyway_schema_history")
                || simple.startsWith("slipway_migrations");
    }

    /** Whether somebody who wrote this name means this table; without a schema it is one of {@code public}. */
    boolean named(String wanted) {
        String whole = wanted.contains(".") ? wanted : "public." + wanted;
        return whole.equals(plain) || whole.equals(name);
    }

    private static List<String> texts(ResultSet rows, int column) throws SQLException {
        Array array = rows.getArray(column);
        return array == null ? List.of() : List.of((String[]) array.getArray());
    }
}
