package dev.slipway.database.rehearsal;

import dev.slipway.database.Connections;
import dev.slipway.database.PostgresUrl;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A session beside the one that migrates, which only looks. It is that session's login, so whatever a migration has made
 * does nothing more when it is read, and its search path is the server's own, so nothing can stand in for the catalogue.
 */
final class Eye implements AutoCloseable {

    private static final List<String> SETTINGS = List.of(
            "SET search_path = pg_catalog",
            "SET row_security = off",
            "SET TimeZone = 'UTC'",
            "SET DateStyle = 'ISO, YMD'",
            "SET IntervalStyle = 'postgres'",
            "SET extra_float_digits = 1",
            "SET bytea_output = 'hex'");

    private static final String TABLES = """
            SELECT c.oid, n.nspname || '.' || c.relname, c.relfilenode,
                   coalesce(pg_stat_get_tuples_inserted(c.oid), 0),
                   coalesce(pg_stat_get_tuples_updated(c.oid), 0) + coalesce(pg_stat_get_tuples_deleted(c.oid), 0)
            FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
            WHERE c.relkind IN ('r', 'p', 'm') AND n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'
            """;

    private static final String LOCKS = """
            SELECT relation, mode FROM pg_locks
            WHERE pid = ? AND granted AND locktype = 'relation'
              AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
            """;

    private final Connection connection;

    /** @param file where its rows lie: another one after a rewrite */
    record Table(String name, long file, long inserted, long changed) {}

    Eye(PostgresUrl url) throws SQLException {
        connection = Connections.patient().open(url);
        try (Statement statement = connection.createStatement()) {
            for (String setting : SETTINGS) {
                statement.execute(setting);
            }
        } catch (SQLException e) {
            connection.close();
            throw e;
        }
    }

    Schema schema() throws SQLException {
        return Schema.read(connection);
    }

    /** By their identity, which a new name does not change. */
    Map<Long, Table> tables() throws SQLException {
        Map<Long, Table> tables = new HashMap<>();
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(TABLES)) {
            while (rows.next()) {
                tables.put(
                        rows.getLong(1),
                        new Table(rows.getString(2), rows.getLong(3), rows.getLong(4), rows.getLong(5)));
            }
        }
        return tables;
    }

    /** The modes of the locks that a session holds on tables, by their identity. */
    Map<Long, List<String>> locks(int pid) throws SQLException {
        Map<Long, List<String>> locks = new HashMap<>();
        try (PreparedStatement statement = connection.prepareStatement(LOCKS)) {
            statement.setInt(1, pid);
            try (ResultSet rows = statement.executeQuery()) {
                while (rows.next()) {
                    locks.merge(rows.getLong(1), List.of(rows.getString(2)), (one, other) -> Stream.concat(
                                    one.stream(), other.stream())
                            .toList());
                }
            }
        }
        return locks;
    }

    /** When the session's transaction began, as text; empty where it is in none. */
    String transaction(int pid) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(
                "SELECT coalesce(xact_start::text, '') FROM pg_stat_activity WHERE pid = ?")) {
            statement.setInt(1, pid);
            try (ResultSet rows = statement.executeQuery()) {
                return rows.next() ? rows.getString(1) : "";
            }
        }
    }

    /** Whether a session is still there: only when it is gone has it said what it changed. */
    boolean isThere(int pid) throws SQLException {
        try (PreparedStatement statement =
                connection.prepareStatement("SELECT count(*) FROM pg_stat_activity WHERE pid = ?")) {
            statement.setInt(1, pid);
            try (ResultSet rows = statement.executeQuery()) {
                rows.next();
                return rows.getInt(1) > 0;
            }
        }
    }

    /** A number that other rows, or other values in these columns, do not have. */
    String digest(String table, List<String> columns) throws SQLException {
        int dot = table.indexOf('.');
        String from = quoted(table.substring(0, dot)) + "." + quoted(table.substring(dot + 1));
        String row =
                columns.stream().map(column -> "t." + quoted(column)).collect(Collectors.joining(", ", "ROW(", ")"));
        return Connections.text(
                connection,
                "SELECT count(*) || ' ' || coalesce(sum(hashtextextended(" + row + "::text, 0)::numeric), 0) FROM ONLY "
                        + from + " t");
    }

    private static String quoted(String name) {
        return "\"" + name.replace("\"", "\"\"") + "\"";
    }

    @Override
    public void close() throws SQLException {
        connection.close();
    }
}
