package dev.slipway.database.migrations;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import javax.sql.DataSource;
import org.flywaydb.core.api.MigrationInfo;
import org.flywaydb.core.api.MigrationState;
import org.flywaydb.core.api.callback.Callback;
import org.flywaydb.core.api.callback.Context;
import org.flywaydb.core.api.callback.Event;

/**
 * {@link GentleWait} for Flyway, which sends the statements of a file itself: a file whose every statement works on an index
 * {@code CONCURRENTLY} gets all the patience there is, and every other one the usual lock timeout.
 */
final class FlywayPatience implements Callback {

    private final MigrationRequest request;
    private final FlywayFiles files;

    FlywayPatience(MigrationRequest request, FlywayFiles files) {
        this.request = request;
        this.files = files;
    }

    @Override
    public boolean supports(Event event, Context context) {
        return event == Event.BEFORE_EACH_MIGRATE;
    }

    @Override
    public boolean canHandleInTransaction(Event event, Context context) {
        return true;
    }

    @Override
    public void handle(Event event, Context context) {
        long usual = request.lockTimeout().toMillis();
        long millis = gentle(context.getMigrationInfo())
                ? Math.max(usual, request.retryFor().toMillis())
                : usual;
        try {
            ScriptRunner.execute(context.getConnection(), "SET lock_timeout = " + millis);
        } catch (SQLException e) {
            throw new IllegalStateException("the lock timeout could not be set", e);
        }
    }

    @Override
    public String getCallbackName() {
        return "lock timeout";
    }

    private boolean gentle(MigrationInfo info) {
        List<SqlStatement> all = statements(info);
        return !all.isEmpty() && all.stream().allMatch(SqlStatement::waitsGently);
    }

    private List<SqlStatement> statements(MigrationInfo info) {
        try {
            return SqlScript.parse(info.getScript(), files.text(info.getScript()))
                    .statements();
        } catch (MigrationFailed unreadable) {
            // Flyway reads it in its own way
            return List.of();
        }
    }

    /** Whether a file is nothing but one such statement: all that it can leave is an index that is of no use. */
    boolean isAlone(MigrationInfo info) {
        List<SqlStatement> all = statements(info);
        return all.size() == 1 && all.get(0).waitsGently();
    }

    /** Whether it failed earlier, and can be run again: only of the very text that failed is it known which index it left. */
    boolean isUnfinished(MigrationInfo info) {
        return info.getState() == MigrationState.FAILED
                && info.isVersioned()
                && info.isChecksumMatching()
                && isAlone(info);
    }

    /** The indexes that such a file has left and that are not valid, with their schema, quoted. */
    List<String> left(MigrationInfo info, DataSource sessions) throws SQLException {
        try (Connection session = sessions.getConnection()) {
            return new ConcurrentIndex(statements(info).get(0)).invalid(session);
        }
    }

    /** Takes such a file back that gave way, as if it had never begun; false where that cannot be had now. */
    boolean takesBack(Optional<MigrationInfo> failed, DataSource sessions) {
        if (failed.filter(this::isAlone).isEmpty()) {
            return false;
        }
        try {
            takeBack(failed.get(), sessions, request.lockTimeout());
            return true;
        } catch (SQLException stillInTheWay) {
            return false;
        }
    }

    /** Takes back what an earlier attempt left of such a file, with all the patience there is. */
    void takeBack(MigrationInfo info, DataSource sessions) throws SQLException {
        Duration usual = request.lockTimeout();
        takeBack(info, sessions, usual.compareTo(request.retryFor()) > 0 ? usual : request.retryFor());
    }

    private void takeBack(MigrationInfo info, DataSource sessions, Duration wait) throws SQLException {
        try (Connection session = sessions.getConnection()) {
            ScriptRunner.execute(session, "SET lock_timeout = " + wait.toMillis());
            for (String invalid : new ConcurrentIndex(statements(info).get(0)).invalid(session)) {
                ScriptRunner.execute(session, "DROP INDEX CONCURRENTLY " + invalid);
            }
            try (PreparedStatement delete =
                    session.prepareStatement("DELETE FROM flyway_schema_history WHERE script = ? AND NOT success")) {
                delete.setString(1, info.getScript());
                delete.executeUpdate();
            }
        }
    }
}
