package dev.slipway.shop;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Deque;
import java.util.Optional;
import java.util.Properties;
import java.util.concurrent.ConcurrentLinkedDeque;
import org.postgresql.Driver;

/**
 * The shop's PostgreSQL. Connections are kept between requests; there are never more than the web server has threads.
 * PostgreSQL also writes the JSON, so what a version answers stands wholly in its SQL.
 */
final class Database {
    private final String jdbc;
    private final Properties properties;
    private final Deque<Connection> idle = new ConcurrentLinkedDeque<>();

    Database(DatabaseUrl url, String applicationName) {
        this.jdbc = url.jdbc();
        this.properties = url.properties();
        properties.setProperty("ApplicationName", applicationName);
        properties.setProperty("connectTimeout", "3");
        properties.setProperty("socketTimeout", "10");
    }

    /** The rows of {@code sql} as a JSON array. */
    String rows(String sql, Object... parameters) throws SQLException {
        return text("SELECT coalesce(json_agg(answer), '[]') FROM (" + sql + ") answer", parameters)
                .orElse("[]");
    }

    /** The one row of {@code sql} as a JSON object, empty where there is none. */
    Optional<String> row(String sql, Object... parameters) throws SQLException {
        return text("SELECT row_to_json(answer) FROM (" + sql + ") answer", parameters);
    }

    /** Runs a statement that changes something and answers with one JSON value. */
    Optional<String> text(String sql, Object... parameters) throws SQLException {
        Connection connection = borrow();
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            for (int i = 0; i < parameters.length; i++) {
                statement.setObject(i + 1, parameters[i]);
            }
            Optional<String> text;
            try (ResultSet answer = statement.executeQuery()) {
                text = answer.next() ? Optional.ofNullable(answer.getString(1)) : Optional.empty();
            }
            idle.push(connection);
            return text;
        } catch (SQLException problem) {
            giveBackIfItStillAnswers(connection);
            throw problem;
        }
    }

    private Connection borrow() throws SQLException {
        Connection kept = idle.poll();
        return kept != null
                ? kept
                : Optional.ofNullable(new Driver().connect(jdbc, properties))
                        .orElseThrow(
                                () -> new SQLException("DATABASE_URL is not understood; see pgjdbc's documentation"));
    }

    private void giveBackIfItStillAnswers(Connection connection) throws SQLException {
        if (connection.isValid(1)) {
            idle.push(connection);
            return;
        }
        connection.close();
        // the server went away: the other connections died with it, and each would cost one more request
        for (Connection other = idle.poll(); other != null; other = idle.poll()) {
            other.close();
        }
    }
}
