package dev.slipway.database.migrations;

import dev.slipway.database.Connections;
import java.sql.Array;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * The table of Supabase's command line, as it makes and fills it, and one of ours beside it for a file that could not be
 * one transaction: theirs has no word for half-way.
 */
final class SupabaseHistory implements History {

    private static final String TABLE = "supabase_migrations.schema_migrations";
    private static final String UNFINISHED = "supabase_migrations.slipway_unfinished";

    private final boolean exists;
    private final boolean statements;
    private final boolean names;
    private boolean unfinished;
    private final Set<String> begun = new HashSet<>();

    private SupabaseHistory(boolean exists, boolean statements, boolean names, boolean unfinished) {
        this.exists = exists;
        this.statements = statements;
        this.names = names;
        this.unfinished = unfinished;
    }

    static History find(Connection session) throws SQLException {
        String columns = Connections.text(
                session,
                "SELECT coalesce(string_agg(attname, ','), '') FROM pg_attribute WHERE attrelid = to_regclass('" + TABLE
                        + "') AND attnum > 0 AND NOT attisdropped");
        Set<String> has = Set.of(columns.split(","));
        boolean unfinished = Connections.text(session, "SELECT to_regclass('" + UNFINISHED + "') IS NOT NULL")
                .equals("t");
        return new SupabaseHistory(
                has.contains("version"), has.contains("statements"), has.contains("name"), unfinished);
    }

    @Override
    public boolean exists() {
        return exists;
    }

    @Override
    public void create(Connection session) throws SQLException {
        ScriptRunner.execute(session, "CREATE SCHEMA IF NOT EXISTS supabase_migrations");
        ScriptRunner.execute(session, "CREATE TABLE IF NOT EXISTS " + TABLE + " (version text NOT NULL PRIMARY KEY)");
        ScriptRunner.execute(session, "ALTER TABLE " + TABLE + " ADD COLUMN IF NOT EXISTS statements text[]");
        ScriptRunner.execute(session, "ALTER TABLE " + TABLE + " ADD COLUMN IF NOT EXISTS name text");
    }

    @Override
    public List<Row> rows(Connection session) throws SQLException {
        List<Row> rows = new ArrayList<>();
        try (Statement statement = session.createStatement();
                ResultSet found = statement.executeQuery("SELECT version, "
                        + (statements ? "statements" : "NULL::text[]") + ", "
                        + (names ? "coalesce(name, '')" : "''") + " FROM " + TABLE + " ORDER BY version")) {
            while (found.next()) {
                String name = found.getString(3);
                rows.add(new Row(
                        found.getString(1),
                        found.getString(1) + (name.isEmpty() ? "" : "_" + name),
                        content(found.getArray(2)),
                        State.APPLIED,
                        0,
                        ""));
            }
        }
        if (unfinished) {
            readUnfinished(session, rows);
        }
        return rows;
    }

    private static String content(Array statements) throws SQLException {
        return statements == null
                ? ""
                : String.join(
                        SupabaseFormat.BETWEEN,
                        Arrays.copyOf(
                                (Object[]) statements.getArray(),
                                ((Object[]) statements.getArray()).length,
                                String[].class));
    }

    private void readUnfinished(Connection session, List<Row> rows) throws SQLException {
        try (Statement statement = session.createStatement();
                ResultSet found = statement.executeQuery("SELECT version, name, content, done,"
                        + " to_char(started_at AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS') FROM " + UNFINISHED
                        + " ORDER BY version")) {
            while (found.next()) {
                begun.add(found.getString(1));
                rows.add(new Row(
                        found.getString(1),
                        found.getString(1) + "_" + found.getString(2),
                        found.getString(3),
                        State.OURS_HALF_WAY,
                        found.getInt(4),
                        "was started at " + found.getString(5) + " UTC and did not finish"));
            }
        }
    }

    @Override
    public void began(Connection session, MigrationFile file, int of) throws SQLException {
        ScriptRunner.execute(
                session,
                "CREATE TABLE IF NOT EXISTS " + UNFINISHED
                        + " (version text PRIMARY KEY, name text NOT NULL, content text NOT NULL,"
                        + " done int NOT NULL DEFAULT 0, started_at timestamptz NOT NULL DEFAULT now())");
        try (PreparedStatement insert =
                session.prepareStatement("INSERT INTO " + UNFINISHED + " (version, name, content) VALUES (?, ?, ?)")) {
            insert.setString(1, file.migration().version());
            insert.setString(2, SupabaseFormat.nameOf(file));
            insert.setString(3, file.text());
            insert.executeUpdate();
        }
        unfinished = true;
        begun.add(file.migration().version());
    }

    @Override
    public void forget(Connection session, MigrationFile file) throws SQLException {
        try (PreparedStatement delete = session.prepareStatement("DELETE FROM " + UNFINISHED + " WHERE version = ?")) {
            delete.setString(1, file.migration().version());
            delete.executeUpdate();
        }
        begun.remove(file.migration().version());
    }

    @Override
    public void reached(Connection session, MigrationFile file, int done, int of) throws SQLException {
        try (PreparedStatement update =
                session.prepareStatement("UPDATE " + UNFINISHED + " SET done = ? WHERE version = ?")) {
            update.setInt(1, done);
            update.setString(2, file.migration().version());
            update.executeUpdate();
        }
    }

    @Override
    public void finished(Connection session, MigrationFile file, SqlScript script) throws SQLException {
        boolean row = begun.contains(file.migration().version());
        String insert = "INSERT INTO " + TABLE + " (version, statements, name) VALUES (?, ?, ?)";
        // one statement, so that the two tables agree also outside a transaction
        try (PreparedStatement both = session.prepareStatement(
                row ? "WITH gone AS (DELETE FROM " + UNFINISHED + " WHERE version = ?) " + insert : insert)) {
            int at = 1;
            if (row) {
                both.setString(at++, file.migration().version());
            }
            both.setString(at++, file.migration().version());
            Array written = session.createArrayOf("text", script.written().toArray());
            both.setArray(at++, written);
            both.setString(at, SupabaseFormat.nameOf(file));
            both.executeUpdate();
        }
    }
}
