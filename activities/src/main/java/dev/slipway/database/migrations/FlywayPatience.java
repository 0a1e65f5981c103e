package dev.slipway.database.migrations;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import javax.sql.DataSource;
import org.flywaydb.core.api.MigrationInfo;
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

    /** Whether a file that gave way was a single such statement: then it is taken back here, as if it had never begun. */
    boolean takesBack(Optional<MigrationInfo> failed, DataSource sessions) {
        List<SqlStatement> all = failed.map(this::statements).orElse(List.of());
        if (all.size() != 1 || !all.get(0).waitsGently()) {
            return false;
        }
        try (Connection session = sessions.getConnection()) {
            for (String invalid : new ConcurrentIndex(all.get(0)).invalid(session)) {
                ScriptRunner.execute(session, "DROP INDEX CONCURRENTLY " + invalid);
            }
            try (PreparedStatement delete =
                    session.prepareStatement("DELETE FROM flyway_schema_history WHERE script = ? AND NOT success")) {
                delete.setString(1, failed.get().getScript());
                delete.executeUpdate();
            }
            return true;
        } catch (SQLException stillInTheWay) {
            return false;
        }
    }
}
