package dev.slipway.database.migrations;

import dev.slipway.database.Connections;
import java.sql.Connection;
import java.sql.SQLException;

/**
 * Gives a statement that works on an index {@code CONCURRENTLY} all the patience that there is. While it waits for older
 * transactions it holds up nobody, and what it has built by then is lost when it gives way; so the short lock timeout, which is
 * there for the application, would only make it start over and over again.
 */
final class GentleWait implements ScriptObserver {

    private final Connection session;
    private final long usual;
    private final long patient;

    GentleWait(Connection session, MigrationRequest request) {
        this.session = session;
        this.usual = request.lockTimeout().toMillis();
        this.patient = Math.max(usual, request.retryFor().toMillis());
    }

    /** A file that has set a time of its own keeps it. */
    @Override
    public void before(MigrationFile file, SqlStatement statement, int number) throws SQLException {
        if (statement.waitsGently() && set() == usual) {
            set(patient);
        }
    }

    @Override
    public void after(MigrationFile file, SqlStatement statement, int number, long rows) throws SQLException {
        if (statement.waitsGently() && set() == patient) {
            set(usual);
        }
    }

    /** Drops an index that is of no use, and waits for it as patiently. */
    void drop(String index) throws SQLException {
        set(patient);
        try {
            ScriptRunner.execute(session, "DROP INDEX CONCURRENTLY " + index);
        } finally {
            if (!session.isClosed()) {
                set(usual);
            }
        }
    }

    private long set() throws SQLException {
        return Long.parseLong(
                Connections.text(session, "SELECT setting FROM pg_catalog.pg_settings WHERE name = 'lock_timeout'"));
    }

    private void set(long millis) throws SQLException {
        ScriptRunner.execute(session, "SET lock_timeout = " + millis);
    }
}
