package dev.slipway.database.migrations;

import dev.slipway.database.Connections;
import dev.slipway.database.DatabaseUnavailable;
import dev.slipway.database.PostgresUrl;
import dev.slipway.database.Sessions;
import dev.slipway.process.Pulse;
import dev.slipway.process.WorkInterrupted;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * The right to migrate a database, which one run at a time has: advisory locks of a session of their own, so that no
 * statement of a migration can lose them. Whoever has it ends what an attempt that died has left behind.
 */
final class Turn implements AutoCloseable {

    /** By this name the sessions of an attempt are known to the next one. */
    static final String AT_WORK = "slipway migrate";

    /** Ours alone; advisory locks are one space per database. */
    private static final long OURS = 0x736c_6970_7761_796dL;

    private static final String WAITING = "slipway migrate turn";
    private static final Duration BEAT = Duration.ofMillis(500);

    private static final String LEFT =
            "FROM pg_stat_activity WHERE datname = current_database()" + " AND application_name = '" + AT_WORK + "'";

    /** Who has an advisory lock, and since when the session has been as it is. */
    private static final String HOLDER = """
            SELECT a.pid || ' (' || coalesce(a.usename, 'unknown')
                   || CASE WHEN a.application_name = '' THEN '' ELSE ', ' || a.application_name END
                   || ') since ' || to_char(a.backend_start AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS') || ' UTC'
            FROM pg_locks l JOIN pg_stat_activity a USING (pid)
            WHERE l.locktype = 'advisory' AND l.granted AND l.objsubid = 1
              AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database())
              AND (l.classid::bigint << 32) | l.objid::bigint = %d
            LIMIT 1
            """;

    private final PostgresUrl url;
    private final Connection connection;

    private Turn(PostgresUrl url, Connection connection) {
        this.url = url;
        this.connection = connection;
    }

    /**
     * Takes it, waiting for who has it.
     *
     * @param tool the locks that the tool's own command line takes
     * @param patience how long somebody else is waited for; our own other runs are waited for as long as they live
     * @throws DatabaseUnavailable where somebody else has it for longer
     */
    static Turn take(PostgresUrl url, List<Long> tool, Duration patience, Pulse pulse) {
        Connection connection = Connections.patient().open(url);
        try {
            Turn turn = new Turn(url, connection);
            ScriptRunner.execute(connection, "SET application_name = '" + WAITING + "'");
            long until = System.nanoTime() + Duration.ofDays(1).toNanos();
            turn.lock(OURS, until, "another run of migrations on this database", pulse);
            turn.endWhatIsLeft(pulse);
            for (long lock : tool) {
                turn.lock(lock, System.nanoTime() + patience.toNanos(), "someone else, who is migrating", pulse);
            }
            return turn;
        } catch (SQLException e) {
            close(connection);
            throw Connections.failure(url, "the migrations' turn was lost", e);
        } catch (RuntimeException e) {
            close(connection);
            throw e;
        }
    }

    private void lock(long key, long until, String whom, Pulse pulse) throws SQLException {
        while (!text("SELECT pg_try_advisory_lock(" + key + ")").equals("t")) {
            String holder = text("SELECT coalesce((" + HOLDER.formatted(key) + "), '')");
            String who = holder.isEmpty() ? "" : ": backend " + holder;
            pulse.beat("waiting for " + whom + who);
            if (System.nanoTime() > until) {
                throw new DatabaseUnavailable(
                        url.display() + ": someone else is migrating" + who + "; wait until it has ended, or end it");
            }
            pause();
        }
    }

    /** A living run has the lock; one whose worker died has lost it, but its backend may still be at its last statement. */
    private void endWhatIsLeft(Pulse pulse) throws SQLException {
        text("SELECT count(pg_terminate_backend(pid)) " + LEFT);
        String others = "SELECT coalesce(string_agg(pid::text, ', '), '') " + LEFT;
        for (String left = text(others); !left.isEmpty(); left = text(others)) {
            pulse.beat("waiting until backend " + left + " of an earlier run is gone");
            pause();
        }
    }

    int serverMajor() {
        try {
            return connection.getMetaData().getDatabaseMajorVersion();
        } catch (SQLException e) {
            throw Connections.failure(url, "the migrations' turn was lost", e);
        }
    }

    /**
     * Who holds what the sessions at work wait for, as a sentence; empty where they do not wait. Every literal is taken
     * out of the queries: they are the application's.
     */
    String blockers(Sessions sessions) {
        String pids = String.join(
                ",", sessions.backends().stream().map(String::valueOf).toList());
        if (pids.isEmpty()) {
            return "";
        }
        String asked = """
                SELECT DISTINCT a.pid, coalesce(a.usename, 'unknown'), coalesce(a.application_name, ''),
                       coalesce(to_char(coalesce(a.xact_start, a.query_start) AT TIME ZONE 'UTC', 'HH24:MI:SS'), ''),
                       coalesce(a.state, ''), coalesce(a.query, '')
                FROM unnest(ARRAY[%s]) AS ours(pid), unnest(pg_blocking_pids(ours.pid)) AS b(pid)
                JOIN pg_stat_activity a ON a.pid = b.pid
                ORDER BY 1 LIMIT 5
                """.formatted(pids);
        List<String> who = new ArrayList<>();
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(asked)) {
            while (rows.next()) {
                String application = rows.getString(3);
                String since = rows.getString(4);
                who.add("backend " + rows.getInt(1) + " (" + rows.getString(2)
                        + (application.isEmpty() ? "" : ", " + application)
                        + (since.isEmpty() ? "" : ", in its transaction since " + since + " UTC")
                        + (rows.getString(5).isEmpty() ? "" : ", " + rows.getString(5))
                        + "): " + Redacted.query(rows.getString(6)));
            }
        } catch (SQLException e) {
            // then who waits finds out for itself
            return "";
        }
        return who.isEmpty() ? "" : "held up by " + String.join("; ", who);
    }

    /** Ends the sessions at work, so that what they do is undone now and not when they next look for us. */
    void stop(Sessions sessions, Thread thread) {
        try {
            sessions.end(connection);
            // it may be in a pause between two tries
            thread.interrupt();
            thread.join(TimeUnit.SECONDS.toMillis(10));
        } catch (SQLException unreachable) {
            // then the server is gone, or will find that we are
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
        sessions.abort();
    }

    private String text(String sql) throws SQLException {
        return Connections.text(connection, sql);
    }

    @Override
    public void close() {
        close(connection);
    }

    private static void close(Connection connection) {
        try {
            connection.close();
        } catch (SQLException gone) {
            // the server lets go of the locks of a session that is gone
        }
    }

    private static void pause() {
        try {
            Thread.sleep(BEAT.toMillis());
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new WorkInterrupted("the wait for the migrations' turn was interrupted");
        }
    }
}
