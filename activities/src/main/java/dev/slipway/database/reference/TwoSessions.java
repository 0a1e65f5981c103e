package dev.slipway.database.reference;

import dev.slipway.database.Connections;
import dev.slipway.database.DatabaseUnavailable;
import dev.slipway.database.PostgresUrl;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.postgresql.PGConnection;

/** The session with what has the right rows, and the one with what is to have them; both can be asked at once. */
final class TwoSessions implements AutoCloseable {

    /** What the text of a row depends on, so that equal rows read equal in both. */
    private static final List<String> PINNED = List.of(
            "SET application_name = 'slipway reference data'",
            "SET standard_conforming_strings = on",
            "SET TimeZone = 'UTC'",
            "SET DateStyle = 'ISO, YMD'",
            "SET IntervalStyle = 'postgres'",
            "SET extra_float_digits = 1",
            "SET bytea_output = 'hex'",
            "SET xmloption = 'content'",
            "SET lc_monetary = 'C'",
            "SET statement_timeout = 0",
            "SET idle_in_transaction_session_timeout = 0",
            // each question is asked once: compiling it takes longer than it saves
            "SET jit = off",
            // a table of a million rows is sorted by its keys; on disk that takes twice as long
            "SET work_mem = '96MB'",
            // row security would hide rows; off, it is an error instead
            "SET row_security = off");

    private final Connection source;
    private final Connection target;

    private TwoSessions(Connection source, Connection target) {
        this.source = source;
        this.target = target;
    }

    /** @throws DatabaseUnavailable when it may work later */
    static TwoSessions open(PostgresUrl source, PostgresUrl target) {
        Connection first = Connections.patient().open(source);
        try {
            return new TwoSessions(first, Connections.patient().open(target));
        } catch (RuntimeException e) {
            abort(first);
            throw e;
        }
    }

    void pin() throws SQLException {
        for (Connection connection : List.of(source, target)) {
            for (String setting : PINNED) {
                execute(connection, setting);
            }
        }
    }

    /** @param both whether the source is a session of the target, too */
    void actAs(String role, boolean both) throws SQLException {
        execute(target, "SET ROLE " + TableShape.quoted(role));
        if (both) {
            execute(source, "SET ROLE " + TableShape.quoted(role));
        }
    }

    Connection source() {
        return source;
    }

    Connection target() {
        return target;
    }

    /** A question to one of the two. */
    interface Question<T> {
        T ask(Connection connection) throws SQLException;
    }

    /** Both answers. */
    record Answers<T>(T source, T target) {}

    /** Asks both at once. */
    <T> Answers<T> ask(Question<T> ofSource, Question<T> ofTarget) throws SQLException {
        CompletableFuture<T> answer = new CompletableFuture<>();
        Thread other = new Thread(
                () -> {
                    try {
                        answer.complete(ofSource.ask(source));
                    } catch (Throwable e) {
                        answer.completeExceptionally(e);
                    }
                },
                "slipway: the source of the reference data");
        other.setDaemon(true);
        other.start();
        try {
            T ours = ofTarget.ask(target);
            return new Answers<>(answer.get(), ours);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof SQLException failure) {
                throw failure;
            }
            throw e.getCause() instanceof RuntimeException failure ? failure : new IllegalStateException(e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new SQLException("the worker's thread was interrupted", "57014", e);
        }
    }

    static void begin(Connection connection, String mode) throws SQLException {
        connection.setAutoCommit(false);
        execute(connection, "SET TRANSACTION " + mode);
    }

    static void execute(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    /** Ends what both do, for a thread that waits on them and is wanted no more. */
    void stop(Thread worker) {
        for (Connection connection : List.of(target, source)) {
            try {
                connection.unwrap(PGConnection.class).cancelQuery();
            } catch (SQLException gone) {
                // nothing is left to stop there
            }
            abort(connection);
        }
        try {
            worker.join(TimeUnit.SECONDS.toMillis(10));
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private static void abort(Connection connection) {
        try {
            connection.abort(Runnable::run);
        } catch (SQLException gone) {
            // it was closed already, which is what we want
        }
    }

    @Override
    public void close() {
        for (Connection connection : List.of(target, source)) {
            try {
                connection.close();
            } catch (SQLException gone) {
                // what was not committed is undone by the server
            }
        }
    }
}
