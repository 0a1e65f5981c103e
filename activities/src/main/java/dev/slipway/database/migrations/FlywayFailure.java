package dev.slipway.database.migrations;

import dev.slipway.database.Connections;
import dev.slipway.database.DatabaseRefused;
import dev.slipway.database.DatabaseUnavailable;
import dev.slipway.database.PostgresUrl;
import java.sql.SQLException;
import java.util.Optional;
import java.util.stream.Collectors;
import org.flywaydb.core.api.FlywayException;
import org.flywaydb.core.api.MigrationInfo;
import org.flywaydb.core.internal.exception.FlywayMigrateException;

/** What a failure of Flyway means, said once. */
final class FlywayFailure {

    private FlywayFailure() {}

    /** Where nothing was attempted yet. */
    static RuntimeException beforehand(MigrationRequest request, FlywayException e) {
        return of(request, e, Optional.empty(), "", "");
    }

    /**
     * @param before what there was before the attempt; none where nothing was attempted
     * @param blockers who was waited for; empty for nobody
     * @param unfinished what is left of a file that the next attempt runs again
     */
    static RuntimeException of(
            MigrationRequest request,
            FlywayException e,
            Optional<MigrationStatus> before,
            String blockers,
            String unfinished) {
        PostgresUrl url = request.url();
        Optional<SQLException> sql = told(e);
        Optional<RuntimeException> ours = cause(e, DatabaseUnavailable.class)
                .map(RuntimeException.class::cast)
                .or(() -> cause(e, DatabaseRefused.class).map(RuntimeException.class::cast));
        if (ours.isPresent()) {
            return ours.get();
        }
        Optional<FlywayMigrateException> migrate = cause(e, FlywayMigrateException.class);
        String where = migrate.map(FlywayMigrateException::getMigration)
                .map(info -> info.getScript()
                        + (migrate.get().getLineNumber() > 0
                                ? " line " + migrate.get().getLineNumber()
                                : "") + ": ")
                .orElseGet(() -> before.map(FlywayFailure::atTheEnd).orElse(""));
        String why = sql.map(cause -> Connections.reason(cause) + " (SQLSTATE " + Connections.state(cause) + ")")
                .orElseGet(() ->
                        e.getMessage() == null ? e.toString() : e.getMessage().strip());
        boolean inTheWay =
                sql.filter(cause -> GivingWay.isMeant(Connections.state(cause))).isPresent();
        if (sql.isPresent() && !inTheWay && Connections.isPassing(sql.get())) {
            return new DatabaseUnavailable(url.display() + ": " + where + why, e);
        }
        String waited =
                inTheWay ? "; it waited, or gave way, for " + request.retryFor().toSeconds() + " s" : "";
        why += waited + (inTheWay && !blockers.isEmpty() ? "; " + blockers : "");
        if (before.isEmpty()) {
            return new MigrationFailed(url.display() + ": nothing was migrated: " + where + why, true, e);
        }
        return judged(request, where + why, before.get(), e, unfinished);
    }

    /** Looks what the failure left, rather than trusting that it left nothing. */
    private static MigrationFailed judged(
            MigrationRequest request, String why, MigrationStatus before, FlywayException e, String unfinished) {
        PostgresUrl url = request.url();
        MigrationStatus after;
        try {
            after = new FlywayMigrations().status(request);
        } catch (RuntimeException unknown) {
            return new MigrationFailed(
                    url.display() + ": " + why + "; what it left could not be looked up, so look before going on",
                    Left.UNKNOWN,
                    e);
        }
        if (FlywayStatus.saysFailed(after)) {
            return new MigrationFailed(
                    url.display() + ": " + why
                            + "; this file runs outside a transaction, so parts of it may be in place: look which, take"
                            + " them back by hand, then remove its row with flyway repair and release again"
                            + (after.version().equals(before.version())
                                    ? ""
                                    : ", and the schema is at version " + after.version()),
                    Left.PERHAPS_PART,
                    e);
        }
        if (FlywayStatus.saysUnfinished(after)) {
            return new MigrationFailed(
                    url.display() + ": " + why + unfinished + "; the schema is at version " + after.version(),
                    Left.PERHAPS_PART,
                    e);
        }
        if (after.applied().equals(before.applied())) {
            return new MigrationFailed(
                    url.display() + ": " + why + "; the schema is as before, at version " + after.version(),
                    Left.NOTHING,
                    e);
        }
        return new MigrationFailed(
                url.display() + ": " + why + "; the files before it are applied, the schema is at version "
                        + after.version() + " (before: " + before.version() + ")",
                Left.FILES,
                e);
    }

    /** What fails outside of every statement: deferred constraints, or a role that a file has left set. */
    private static String atTheEnd(MigrationStatus before) {
        String files = before.pending().stream().map(Migration::file).collect(Collectors.joining(", "));
        return before.pending().size() == 1
                ? "after the last statement of " + files + ": "
                : "after the last statement of one of " + files + ": ";
    }

    /** The file that failed; none where it was no file. */
    static Optional<MigrationInfo> failed(FlywayException e) {
        return cause(e, FlywayMigrateException.class).map(FlywayMigrateException::getMigration);
    }

    /** What the server said; Flyway wraps that of a COPY into an exception that says nothing. */
    private static Optional<SQLException> told(Throwable failure) {
        Optional<SQLException> first = cause(failure, SQLException.class);
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof SQLException sql && sql.getSQLState() != null) {
                return Optional.of(sql);
            }
        }
        return first;
    }

    static <T> Optional<T> cause(Throwable failure, Class<T> type) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (type.isInstance(cause)) {
                return Optional.of(type.cast(cause));
            }
        }
        return Optional.empty();
    }
}
