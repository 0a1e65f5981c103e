package dev.slipway.database.migrations;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** A table of our own, for files that belong to no tool. */
final class NumberedHistory implements History {

    static final String NAME = "slipway_migrations";

    /** A row without {@code finished_at} is of a file that stopped after so many statements. */
    static final String DEFINITION = "CREATE TABLE IF NOT EXISTS %s (version text PRIMARY KEY, name text NOT NULL,"
            + " checksum text NOT NULL, started_at timestamptz NOT NULL DEFAULT now(), finished_at timestamptz,"
            + " statements int NOT NULL DEFAULT 0)";

    private final HistoryTable table;
    private final Set<String> begun = new HashSet<>();

    private NumberedHistory(HistoryTable table) {
        this.table = table;
    }

    static History find(Connection session) throws SQLException {
        return new NumberedHistory(HistoryTable.find(session, "", NAME));
    }

    @Override
    public boolean exists() {
        return table.exists();
    }

    @Override
    public void create(Connection session) throws SQLException {
        ScriptRunner.execute(session, DEFINITION.formatted(table));
    }

    @Override
    public List<Row> rows(Connection session) throws SQLException {
        List<Row> rows = new ArrayList<>();
        try (Statement statement = session.createStatement();
                ResultSet found = statement.executeQuery("SELECT version, name, checksum, finished_at IS NOT NULL,"
                        + " statements, to_char(started_at AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS') FROM " + table
                        + " ORDER BY started_at, version")) {
            while (found.next()) {
                boolean finished = found.getBoolean(4);
                if (!finished) {
                    begun.add(found.getString(1));
                }
                rows.add(new Row(
                        found.getString(1),
                        found.getString(1) + " " + found.getString(2),
                        found.getString(3),
                        finished ? State.APPLIED : State.OURS_HALF_WAY,
                        found.getInt(5),
                        "was started at " + found.getString(6) + " UTC and did not finish"));
            }
        }
        return rows;
    }

    @Override
    public void began(Connection session, MigrationFile file, int of) throws SQLException {
        insert(session, file, "NULL", 0);
        begun.add(file.migration().version());
    }

    @Override
    public void forget(Connection session, MigrationFile file) throws SQLException {
        try (PreparedStatement delete =
                session.prepareStatement("DELETE FROM " + table + " WHERE version = ? AND finished_at IS NULL")) {
            delete.setString(1, file.migration().version());
            delete.executeUpdate();
        }
        begun.remove(file.migration().version());
    }

    @Override
    public void reached(Connection session, MigrationFile file, int done, int of) throws SQLException {
        update(session, file, done, "NULL");
    }

    @Override
    public void finished(Connection session, MigrationFile file, SqlScript script) throws SQLException {
        int all = script.statements().size();
        if (begun.contains(file.migration().version())) {
            update(session, file, all, "clock_timestamp()");
        } else {
            insert(session, file, "clock_timestamp()", all);
        }
    }

    private void insert(Connection session, MigrationFile file, String finished, int statements) throws SQLException {
        try (PreparedStatement insert = session.prepareStatement("INSERT INTO " + table
                + " (version, name, checksum, started_at, finished_at, statements) VALUES (?, ?, ?, now(), " + finished
                + ", ?)")) {
            insert.setString(1, file.migration().version());
            insert.setString(2, file.migration().description());
            insert.setString(3, NumberedFormat.checksum(file));
            insert.setInt(4, statements);
            insert.executeUpdate();
        }
    }

    private void update(Connection session, MigrationFile file, int statements, String finished) throws SQLException {
        try (PreparedStatement update = session.prepareStatement(
                "UPDATE " + table + " SET statements = ?, finished_at = " + finished + " WHERE version = ?")) {
            update.setInt(1, statements);
            update.setString(2, file.migration().version());
            update.executeUpdate();
        }
    }
}
