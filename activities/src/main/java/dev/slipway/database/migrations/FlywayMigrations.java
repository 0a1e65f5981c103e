package dev.slipway.database.migrations;

import dev.slipway.database.BeatingWork;
import dev.slipway.database.Connections;
import dev.slipway.database.DatabaseRefused;
import dev.slipway.database.DatabaseUnavailable;
import dev.slipway.database.PostgresUrl;
import dev.slipway.database.Sessions;
import dev.slipway.process.Pulse;
import dev.slipway.process.WorkInterrupted;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.FlywayException;
import org.flywaydb.core.api.Location;
import org.flywaydb.core.api.MigrationInfo;
import org.flywaydb.core.api.MigrationState;
import org.flywaydb.core.api.configuration.FluentConfiguration;
import org.flywaydb.core.api.output.MigrateResult;
import org.flywaydb.core.internal.exception.FlywayMigrateException;
import org.flywaydb.core.internal.info.MigrationInfoImpl;
import org.flywaydb.database.postgresql.PostgreSQLConfigurationExtension;

/**
 * Migrations in Flyway's file format and history table, so that Flyway's own command line agrees with what is done here.
 * Of a directory only the migrations count: callbacks would run where nobody approved them.
 */
final class FlywayMigrations implements MigrationTool {

    /** By these names the sessions of an attempt are known to the next one. */
    private static final String AT_WORK = "slipway migrate";

    private static final String WAITING = "slipway migrate turn";
    /** Ours alone; advisory locks are one space per database. */
    private static final long TURN = 0x736c_6970_7761_796dL;

    private static final String FAILED_EARLIER = ") failed earlier outside";

    private static final Duration BEAT = Duration.ofMillis(500);

    @Override
    public String name() {
        return "flyway";
    }

    @Override
    public List<MigrationFile> files(Path directory) {
        return FlywayFiles.inOrder(directory);
    }

    @Override
    public MigrationStatus status(MigrationRequest request) {
        PostgresUrl url = request.url();
        Sessions sessions = new Sessions(
                url, List.of("SET SESSION CHARACTERISTICS AS TRANSACTION READ ONLY", name(AT_WORK + " look")));
        try (FlywayFiles files = new FlywayFiles(request.directory())) {
            return status(flyway(sessions, files.sql(), true).info().all(), files.programs());
        } catch (FlywayException e) {
            throw failure(request, e, Optional.empty());
        }
    }

    @Override
    public MigrationResult migrate(MigrationRequest request, Pulse pulse) {
        PostgresUrl url = request.url();
        long start = System.nanoTime();
        try (Connection turn = Connections.patient().open(url)) {
            takeTurn(turn, pulse);
            List<String> preparation = new ArrayList<>(List.of(
                    name(AT_WORK),
                    "SET lock_timeout = " + request.lockTimeout().toMillis(),
                    "SET statement_timeout = 0"));
            if (turn.getMetaData().getDatabaseMajorVersion() >= 14) {
                // else a backend learns that its worker is dead only when its statement ends
                preparation.add("SET client_connection_check_interval = '1s'");
            }
            Sessions sessions = new Sessions(url, preparation);
            return new BeatingWork("the migrations", pulse)
                    .run(
                            () -> {
                                try (FlywayFiles files = new FlywayFiles(request.directory())) {
                                    return apply(request, files, sessions, start);
                                }
                            },
                            worker -> stop(sessions, turn, worker));
        } catch (SQLException e) {
            throw Connections.failure(url, "the migrations' turn was lost", e);
        }
    }

    private static MigrationResult apply(MigrationRequest request, FlywayFiles files, Sessions sessions, long start) {
        MigrationStatus before;
        boolean together;
        try {
            MigrationInfo[] all = flyway(sessions, files.sql(), true).info().all();
            before = status(all, files.programs());
            if (!before.problems().isEmpty()) {
                throw new MigrationFailed(
                        request.url().display() + ": nothing was migrated: " + String.join("; ", before.problems()),
                        true);
            }
            together = Arrays.stream(all)
                    .filter(FlywayMigrations::isPending)
                    .allMatch(FlywayMigrations::allowsTransaction);
        } catch (FlywayException e) {
            throw failure(request, e, Optional.empty());
        }
        try {
            MigrateResult result = flyway(sessions, files.sql(), together).migrate();
            MigrationStatus after =
                    status(flyway(sessions, files.sql(), together).info().all(), files.programs());
            List<MigrationResult.Applied> applied = result.migrations.stream()
                    .map(one -> new MigrationResult.Applied(
                            new Migration(
                                    one.version == null || one.version.isEmpty() ? "repeatable" : one.version,
                                    one.description,
                                    Path.of(one.filepath).getFileName().toString()),
                            Duration.ofMillis(one.executionTime)))
                    .toList();
            return new MigrationResult(
                    applied, before.version(), after.version(), Duration.ofNanos(System.nanoTime() - start));
        } catch (FlywayException e) {
            throw failure(request, e, Optional.of(before));
        }
    }

    private static Flyway flyway(Sessions sessions, Path directory, boolean together) {
        FluentConfiguration configuration = Flyway.configure()
                .dataSource(sessions)
                .locations(Location.fromPath(
                        "filesystem:", directory.toAbsolutePath().toString()))
                .failOnMissingLocations(true)
                .validateMigrationNaming(true)
                .skipDefaultCallbacks(true)
                .callbacks(new org.flywaydb.core.api.callback.Callback[0])
                .validateOnMigrate(true)
                .outOfOrder(false)
                .cleanDisabled(true)
                .baselineOnMigrate(false)
                .group(together)
                .mixed(false)
                // rows are the database's own business, not the log's
                .outputQueryResults(false)
                .loggers("slf4j");
        // its lock in a transaction makes CREATE INDEX CONCURRENTLY wait for itself for ever
        configuration
                .getConfigurationExtension(PostgreSQLConfigurationExtension.class)
                .setTransactionalLock(false);
        return configuration.load();
    }

    private static MigrationStatus status(MigrationInfo[] all, List<Migration> programs) {
        List<Migration> pending = new ArrayList<>();
        List<Migration> applied = new ArrayList<>();
        List<String> problems = new ArrayList<>();
        String version = "none";
        for (MigrationInfo info : all) {
            if (info.isVersioned() && info.getState().isApplied()) {
                version = info.getVersion().getVersion();
            }
        }
        for (MigrationInfo info : all) {
            Migration migration = new Migration(
                    info.getVersion() == null ? "repeatable" : info.getVersion().getVersion(),
                    info.getDescription(),
                    info.getScript());
            MigrationState state = info.getState();
            if (state.isFailed()) {
                problems.add("version " + migration.version() + " (" + migration.file() + FAILED_EARLIER
                        + " a transaction; look what it left, mend it, then remove its row with flyway repair");
            } else if (isPending(info)) {
                pending.add(migration);
            } else if (state == MigrationState.IGNORED) {
                problems.add(migration.file() + " is older than version " + version
                        + ", which is applied; give it a newer version");
            } else if (state.isApplied()) {
                applied.add(migration);
                if (state == MigrationState.MISSING_SUCCESS) {
                    problems.add("version " + migration.version() + " (" + migration.file()
                            + ") is applied, but its file is not there; bring it back");
                } else if (info.isVersioned() && state.isResolved() && !info.isChecksumMatching()) {
                    problems.add(migration.file() + " was edited after it had been applied; put it back as it was and"
                            + " write the change as a new migration");
                }
            }
        }
        programs.forEach(one ->
                problems.add(one.file() + " is a program, and migrations are SQL only; take it out of the directory"));
        return new MigrationStatus(version, pending, applied, problems, List.of());
    }

    private static boolean isPending(MigrationInfo info) {
        // an edited repeatable file is listed twice: as pending, and with its last run as outdated
        return info.getState() == MigrationState.PENDING;
    }

    private static boolean allowsTransaction(MigrationInfo info) {
        return !(info instanceof MigrationInfoImpl known) || known.canExecuteInTransaction();
    }

    /**
     * Waits for the runs before this one: a living one holds the lock; one whose worker died has lost it, but its
     * backend may still be at its last statement.
     */
    private static void takeTurn(Connection turn, Pulse pulse) throws SQLException {
        try (Statement statement = turn.createStatement()) {
            statement.execute(name(WAITING));
        }
        while (!Connections.text(turn, "SELECT pg_try_advisory_lock(" + TURN + ")")
                .equals("t")) {
            pulse.beat("waiting for another run of migrations on this database");
            pause();
        }
        String others = "SELECT coalesce(string_agg(pid::text, ', '), '') FROM pg_stat_activity"
                + " WHERE datname = current_database() AND application_name = '" + AT_WORK + "'";
        for (String left = Connections.text(turn, others); !left.isEmpty(); left = Connections.text(turn, others)) {
            pulse.beat("waiting until backend " + left + " of an earlier run is gone");
            pause();
        }
    }

    private static void stop(Sessions sessions, Connection turn, Thread thread) {
        try {
            sessions.end(turn);
            thread.join(TimeUnit.SECONDS.toMillis(10));
        } catch (SQLException unreachable) {
            // then the server is gone, or will find that we are
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
        sessions.abort();
    }

    /** What a failure means, said once. */
    private static RuntimeException failure(
            MigrationRequest request, FlywayException e, Optional<MigrationStatus> before) {
        PostgresUrl url = request.url();
        Optional<SQLException> sql = cause(e, SQLException.class);
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
                .orElse("");
        String why = sql.map(cause -> Connections.reason(cause) + " (SQLSTATE " + Connections.state(cause) + ")")
                .orElseGet(() ->
                        e.getMessage() == null ? e.toString() : e.getMessage().strip());
        if (sql.isPresent() && Connections.isPassing(sql.get())) {
            return new DatabaseUnavailable(url.display() + ": " + where + why, e);
        }
        if (before.isEmpty()) {
            return new MigrationFailed(url.display() + ": nothing was migrated: " + where + why, true, e);
        }
        return judged(request, where + why, before.get(), e);
    }

    /** Looks what the failure left, rather than trusting that it left nothing. */
    private static MigrationFailed judged(
            MigrationRequest request, String why, MigrationStatus before, FlywayException e) {
        PostgresUrl url = request.url();
        MigrationStatus after;
        try {
            after = new FlywayMigrations().status(request);
        } catch (RuntimeException unknown) {
            return new MigrationFailed(
                    url.display() + ": " + why + "; what it left could not be looked up, so look before going on",
                    false,
                    e);
        }
        if (after.problems().stream().anyMatch(problem -> problem.contains(FAILED_EARLIER))) {
            return new MigrationFailed(
                    url.display() + ": " + why
                            + "; this file runs outside a transaction, so parts of it may be in place"
                            + (after.version().equals(before.version())
                                    ? ""
                                    : ", and the schema is at version " + after.version()),
                    false,
                    e);
        }
        if (after.applied().equals(before.applied())) {
            return new MigrationFailed(
                    url.display() + ": " + why + "; the schema is as before, at version " + after.version(), true, e);
        }
        return new MigrationFailed(
                url.display() + ": " + why + "; the files before it are applied, the schema is at version "
                        + after.version() + " (before: " + before.version() + ")",
                false,
                e);
    }

    private static <T> Optional<T> cause(Throwable failure, Class<T> type) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (type.isInstance(cause)) {
                return Optional.of(type.cast(cause));
            }
        }
        return Optional.empty();
    }

    private static String name(String application) {
        return "SET application_name = '" + application + "'";
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
