package dev.slipway.database;

import java.io.PrintWriter;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLFeatureNotSupportedException;
import java.sql.Statement;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.logging.Logger;
import javax.sql.DataSource;
import org.postgresql.PGConnection;

/** The sessions that a library opens for itself, prepared by us and kept in view, so that they can be ended. */
public final class Sessions implements DataSource {

    private final PostgresUrl url;
    private final List<String> preparation;
    private final Map<Integer, Connection> open = new ConcurrentHashMap<>();
    private volatile boolean ended;

    public Sessions(PostgresUrl url, List<String> preparation) {
        this.url = url;
        this.preparation = List.copyOf(preparation);
    }

    @Override
    public Connection getConnection() throws SQLException {
        Connection connection = Connections.patient().open(url);
        try (Statement statement = connection.createStatement()) {
            open.put(connection.unwrap(PGConnection.class).getBackendPID(), connection);
            if (ended) {
                throw new SQLException("no more sessions: the work was stopped", "57014");
            }
            // a plan that the server keeps would outlive what a migration does to its tables
            connection.unwrap(PGConnection.class).setPrepareThreshold(0);
            if (!preparation.isEmpty()) {
                statement.execute(String.join("; ", preparation));
            }
            return connection;
        } catch (SQLException e) {
            connection.close();
            throw e;
        }
    }

    /** The process ids of their backends at the server. */
    public List<Integer> backends() {
        open.values().removeIf(Sessions::isClosed);
        return List.copyOf(open.keySet());
    }

    /** Ends their backends, so that what they do is undone now and not when they next look for us. */
    public void end(Connection other) throws SQLException {
        ended = true;
        for (Integer backend : backends()) {
            Connections.text(other, "SELECT pg_terminate_backend(" + backend + ")");
        }
    }

    /** Another's backend may have the process id of one that has gone. */
    private static boolean isClosed(Connection connection) {
        try {
            return connection.isClosed();
        } catch (SQLException gone) {
            return true;
        }
    }

    /** Cuts them off where the server no longer listens. */
    public void abort() {
        ended = true;
        for (Connection connection : open.values()) {
            try {
                connection.abort(Runnable::run);
            } catch (SQLException gone) {
                // it was closed already, which is what we want
            }
        }
    }

    @Override
    public Connection getConnection(String user, String password) throws SQLException {
        throw new SQLFeatureNotSupportedException("user and password are those of the URL");
    }

    @Override
    public PrintWriter getLogWriter() throws SQLException {
        throw new SQLFeatureNotSupportedException();
    }

    @Override
    public void setLogWriter(PrintWriter out) throws SQLException {
        throw new SQLFeatureNotSupportedException();
    }

    @Override
    public void setLoginTimeout(int seconds) throws SQLException {
        throw new SQLFeatureNotSupportedException();
    }

    @Override
    public int getLoginTimeout() {
        return 0;
    }

    @Override
    public Logger getParentLogger() throws SQLFeatureNotSupportedException {
        throw new SQLFeatureNotSupportedException();
    }

    @Override
    public <T> T unwrap(Class<T> type) throws SQLException {
        throw new SQLFeatureNotSupportedException();
    }

    @Override
    public boolean isWrapperFor(Class<?> type) {
        return false;
    }
}
