package dev.slipway.database;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.Optional;
import org.postgresql.PGConnection;

/**
 * Whether a connection string leads to a pooler that gives each transaction another backend. Such a one loses locks,
 * settings and temporary tables between two statements, and hands them to others. It is judged by what it does: names and
 * ports say nothing, and a pooler that keeps a backend for a whole session serves.
 */
public final class Pooling {

    private static final String BACKEND = "SELECT pg_backend_pid()";

    private final Connections connections;

    public Pooling(Connections connections) {
        this.connections = connections;
    }

    /**
     * Refuses a pooler in transaction or statement mode.
     *
     * @param what is going to be done, such as "a backup"
     * @throws DatabaseRefused when it is one
     * @throws DatabaseUnavailable when it cannot be told for the moment
     */
    public void refuse(PostgresUrl url, String what) {
        try (Connection connection = connections.open(url)) {
            Optional<String> problem = problem(connection, url);
            if (problem.isPresent()) {
                throw new DatabaseRefused(what + ": " + problem.get());
            }
        } catch (SQLException e) {
            throw Connections.failure(url, "it could not be told whether a pooler is in between", e);
        }
    }

    /**
     * Idle, a pooler looks like a direct connection: it gives back the backend that it has just taken away. So a second
     * session holds a transaction open, and the first must keep its backend nevertheless.
     */
    public Optional<String> problem(Connection first, PostgresUrl url) throws SQLException {
        int announced = first.unwrap(PGConnection.class).getBackendPID();
        String before = Connections.text(first, BACKEND);
        if (before.equals(String.valueOf(announced))) {
            return Optional.empty();
        }
        try (Connection second = connections.open(url)) {
            second.setAutoCommit(false);
            Connections.text(second, BACKEND);
            String after = Connections.text(first, BACKEND);
            second.rollback();
            return after.equals(before) ? Optional.empty() : Optional.of(words(url));
        } catch (SQLException e) {
            if (Connections.isPassing(e) && !Connections.state(e).startsWith("08")) {
                throw e;
            }
            // statement mode refuses the transaction itself, and some cut the connection then
            return Optional.of(words(url));
        }
    }

    private static String words(PostgresUrl url) {
        return url.display()
                + ": is a pooler in transaction mode, which loses locks and settings between two statements;"
                + " give the direct URL (direct-url), or the pooler's session mode";
    }
}
