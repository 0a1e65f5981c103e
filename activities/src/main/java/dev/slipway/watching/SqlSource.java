package dev.slipway.watching;

import dev.slipway.database.Connections;
import dev.slipway.database.DatabaseRefused;
import dev.slipway.database.DatabaseUnavailable;
import dev.slipway.database.PostgresUrl;
import dev.slipway.secrets.SecretUnavailable;
import dev.slipway.watch.Measurement;
import dev.slipway.watch.Measurement.NoData;
import dev.slipway.watch.Measurement.Outcome;
import dev.slipway.watch.Measurement.SourceDown;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;

/**
 * A source that asks a database for one number: one row with one column. It only reads, and the server itself ends a query
 * that takes too long.
 */
public final class SqlSource implements MetricSource {
    private static final Duration LEAST = Duration.ofSeconds(1);

    private final String metric;
    private final Supplier<String> url;
    private final String query;
    private final UnaryOperator<String> redact;

    /**
     * @param url looked up for each question: it holds a password
     * @param redact takes the known secrets out of a text
     */
    public SqlSource(String metric, Supplier<String> url, String query, UnaryOperator<String> redact) {
        this.metric = metric;
        this.url = url;
        this.query = query.strip().replaceAll(";+\\s*$", "");
        this.redact = redact;
    }

    @Override
    public String metric() {
        return metric;
    }

    @Override
    public Reading read(SourceState before, Instant now, Duration timeout) {
        return new Reading(new Measurement(metric, now, ask(timeout)), before);
    }

    @Override
    public Optional<String> check(Instant now, Duration timeout) {
        return Doubts.of(read(SourceState.start(), now, timeout).measurement());
    }

    private Outcome ask(Duration timeout) {
        // the driver counts in whole seconds; the server ends the query in time
        Duration patience = timeout.compareTo(LEAST) < 0 ? LEAST : timeout.plusMillis(999);
        try (Connection connection = new Connections(patience, patience).open(PostgresUrl.parse(url.get()))) {
            connection.setReadOnly(true);
            connection.setAutoCommit(false);
            return ask(connection, timeout);
        } catch (DatabaseUnavailable | DatabaseRefused | SecretUnavailable e) {
            return new SourceDown(redact.apply(e.getMessage()));
        } catch (SQLException e) {
            return new SourceDown("the connection broke off: " + said(e));
        }
    }

    private Outcome ask(Connection connection, Duration timeout) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute("SET LOCAL statement_timeout = " + Math.max(1, timeout.toMillis()));
            // as a part of another query it can't be two, and does not fetch a table to see that it is one
            try (ResultSet rows = statement.executeQuery("SELECT * FROM (" + query + "\n) AS measured LIMIT 2")) {
                return one(rows);
            }
        } catch (SQLException e) {
            String state = String.valueOf(e.getSQLState());
            if (state.equals("57014")) {
                return new SourceDown("the query took longer than " + HttpCall.written(timeout));
            }
            if (state.startsWith("08") || state.startsWith("57") || state.startsWith("53")) {
                return new SourceDown("the database broke off: " + said(e));
            }
            return new NoData("the database refuses the query: " + said(e));
        }
    }

    private Outcome one(ResultSet rows) throws SQLException {
        int columns = rows.getMetaData().getColumnCount();
        if (columns != 1) {
            return new NoData("the query returns " + columns + " columns, want one");
        }
        if (!rows.next()) {
            return new NoData("the query returns no row");
        }
        String text = rows.getString(1);
        if (rows.next()) {
            return new NoData("the query returns more than one row, want one");
        }
        return text == null ? new NoData("the query returns NULL") : Numbers.of(text, shown(text));
    }

    private String said(SQLException e) {
        return shown(String.valueOf(e.getMessage()).lines().findFirst().orElse("no reason given"));
    }

    private String shown(String text) {
        return redact.apply(text).strip();
    }
}
