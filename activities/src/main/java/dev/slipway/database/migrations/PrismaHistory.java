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
import java.util.UUID;

/** The table of Prisma Migrate, byte for byte as Prisma makes and fills it. */
final class PrismaHistory implements History {

    private static final String TABLE = "_prisma_migrations";

    /** By this the rows of our own runs that are not finished are known from Prisma's. */
    private static final String MARK = "slipway: statements done: ";

    private final HistoryTable table;
    /** Those that have a row, which is not finished. */
    private final Set<String> begun = new HashSet<>();

    private long started = System.nanoTime();

    private PrismaHistory(HistoryTable table) {
        this.table = table;
    }

    static History find(Connection session, String schema) throws SQLException {
        return new PrismaHistory(HistoryTable.find(session, schema, TABLE));
    }

    @Override
    public boolean exists() {
        return table.exists();
    }

    @Override
    public void create(Connection session) throws SQLException {
        ScriptRunner.execute(session, """
                CREATE TABLE IF NOT EXISTS %s (
                    id                      VARCHAR(36) PRIMARY KEY NOT NULL,
                    checksum                VARCHAR(64) NOT NULL,
                    finished_at             TIMESTAMPTZ,
                    migration_name          VARCHAR(255) NOT NULL,
                    logs                    TEXT,
                    rolled_back_at          TIMESTAMPTZ,
                    started_at              TIMESTAMPTZ NOT NULL DEFAULT now(),
                    applied_steps_count     INTEGER NOT NULL DEFAULT 0
                )""".formatted(table));
    }

    @Override
    public List<Row> rows(Connection session) throws SQLException {
        List<Row> rows = new ArrayList<>();
        try (Statement statement = session.createStatement();
                ResultSet found = statement.executeQuery("SELECT migration_name, checksum, finished_at IS NOT NULL,"
                        + " applied_steps_count, coalesce(logs, ''),"
                        + " to_char(started_at AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS')"
                        + " FROM " + table + " WHERE rolled_back_at IS NULL ORDER BY started_at, migration_name")) {
            while (found.next()) {
                String logs = found.getString(5);
                boolean ours = logs.startsWith(MARK);
                State state = found.getBoolean(3) ? State.APPLIED : ours ? State.OURS_HALF_WAY : State.FAILED;
                if (state == State.OURS_HALF_WAY) {
                    begun.add(found.getString(1));
                }
                rows.add(new Row(
                        found.getString(1),
                        found.getString(1),
                        found.getString(2),
                        state,
                        ours ? HistoryTable.number(logs.substring(MARK.length())) : 0,
                        "was started at " + found.getString(6) + " UTC and did not finish (P3009)"));
            }
        }
        return rows;
    }

    @Override
    public void starting(MigrationFile file) {
        started = System.nanoTime();
    }

    @Override
    public void began(Connection session, MigrationFile file, int of) throws SQLException {
        insert(session, file, "now()", "NULL", MARK + 0, 0);
        begun.add(name(file));
    }

    @Override
    public void forget(Connection session, MigrationFile file) throws SQLException {
        try (PreparedStatement delete = session.prepareStatement("DELETE FROM " + table
                + " WHERE migration_name = ? AND finished_at IS NULL AND rolled_back_at IS NULL")) {
            delete.setString(1, name(file));
            delete.executeUpdate();
        }
        begun.remove(name(file));
    }

    @Override
    public void reached(Connection session, MigrationFile file, int done, int of) throws SQLException {
        try (PreparedStatement update = session.prepareStatement("UPDATE " + table
                + " SET logs = ? WHERE migration_name = ? AND finished_at IS NULL AND rolled_back_at IS NULL")) {
            update.setString(1, MARK + done);
            update.setString(2, name(file));
            update.executeUpdate();
        }
    }

    @Override
    public void finished(Connection session, MigrationFile file, SqlScript script) throws SQLException {
        if (begun.contains(name(file))) {
            update(session, file);
            return;
        }
        // the server's clock for both, so that the rows of one transaction keep their order
        String took = (System.nanoTime() - started) / 1000 + " * interval '1 microsecond'";
        insert(session, file, "clock_timestamp() - " + took, "clock_timestamp()", "", 1);
    }

    private void update(Connection session, MigrationFile file) throws SQLException {
        try (PreparedStatement update = session.prepareStatement("UPDATE " + table
                + " SET finished_at = clock_timestamp(), applied_steps_count = 1, logs = NULL"
                + " WHERE migration_name = ? AND finished_at IS NULL AND rolled_back_at IS NULL")) {
            update.setString(1, name(file));
            update.executeUpdate();
        }
    }

    private void insert(Connection session, MigrationFile file, String started, String finished, String logs, int steps)
            throws SQLException {
        try (PreparedStatement insert = session.prepareStatement("INSERT INTO " + table
                + " (id, checksum, started_at, finished_at, migration_name, logs, applied_steps_count)"
                + " VALUES (?, ?, " + started + ", " + finished + ", ?, nullif(?, ''), " + steps + ")")) {
            insert.setString(1, UUID.randomUUID().toString());
            insert.setString(2, PrismaFormat.checksum(file.text()));
            insert.setString(3, name(file));
            insert.setString(4, logs);
            insert.executeUpdate();
        }
    }

    private static String name(MigrationFile file) {
        return new PrismaFormat().key(file);
    }
}
