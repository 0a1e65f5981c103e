package dev.slipway.database.migrations;

import dev.slipway.database.BeatingWork;
import dev.slipway.database.Connections;
import dev.slipway.database.DatabaseRefused;
import dev.slipway.database.DatabaseUnavailable;
import dev.slipway.database.PostgresUrl;
import dev.slipway.database.Sessions;
import dev.slipway.process.Pulse;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Collectors;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.FlywayException;
import org.flywaydb.core.api.Location;
import org.flywaydb.core.api.MigrationInfo;
import org.flywaydb.core.api.callback.Callback;
import org.flywaydb.core.api.configuration.FluentConfiguration;
import org.flywaydb.core.api.output.MigrateOutput;
import org.flywaydb.database.postgresql.PostgreSQLConfigurationExtension;

/**
 * Migrations in Flyway's file format and history table, so that Flyway's own command line agrees with what is done here.
 * Of a directory only the migrations count: callbacks would run where nobody approved them.
 */
final class FlywayMigrations implements MigrationTool {

    /** A backend that is waited for is seen within this time, so that a short lock timeout has a name to it. */
    private static final Duration BEAT = Duration.ofMillis(200);

    @Override
    public String name() {
        return "flyway";
    }

    @Override
    public List<MigrationFile> files(Path directory) {
        return FlywayFiles.inOrder(directory);
    }

    /** As they are sent: with the plan's values in the place of their placeholders. */
    @Override
    public List<MigrationFile> pending(MigrationRequest request) {
        List<MigrationFile> raw = MigrationTool.super.pending(request);
        return request.placeholders().isEmpty()
                ? raw
                : raw.stream()
                        .map(file -> FlywayFiles.filled(request.directory(), file, request.placeholders()))
                        .toList();
    }

    @Override
    public MigrationStatus status(MigrationRequest request) {
        PostgresUrl url = request.url();
        Sessions sessions = new Sessions(url, new Preparation(request, "").toLook());
        try (FlywayFiles files = new FlywayFiles(request.directory())) {
            return FlywayStatus.of(
                    request, flyway(request, sessions, files.sql(), true).info().all(), files);
        } catch (FlywayException e) {
            throw FlywayFailure.beforehand(request, e);
        }
    }

    /** Its row of a file that is no transaction comes after the file. */
    @Override
    public boolean notesParts(MigrationRequest request) {
        Sessions sessions = new Sessions(request.url(), new Preparation(request, "").toLook());
        try (FlywayFiles files = new FlywayFiles(request.directory())) {
            return Arrays.stream(
                            flyway(request, sessions, files.sql(), true).info().all())
                    .filter(FlywayStatus::isPending)
                    .allMatch(FlywayStatus::allowsTransaction);
        } catch (FlywayException e) {
            throw FlywayFailure.beforehand(request, e);
        }
    }

    @Override
    public MigrationResult migrate(MigrationRequest request, Pulse pulse) {
        PostgresUrl url = request.url();
        long start = System.nanoTime();
        try (Turn turn = Turn.take(url, List.of(), request.retryFor(), pulse)) {
            Sessions sessions = new Sessions(url, new Preparation(request, "").toWork(turn.serverMajor()));
            AtomicReference<String> blockers = new AtomicReference<>("");
            return new BeatingWork("the migrations", pulse, BEAT, () -> {
                        String now = turn.blockers(sessions);
                        if (!now.isEmpty()) {
                            blockers.set(now);
                        }
                        return now;
                    })
                    .run(
                            () -> {
                                try (FlywayFiles files = new FlywayFiles(request.directory())) {
                                    return apply(request, files, sessions, start, blockers);
                                }
                            },
                            worker -> turn.stop(sessions, worker));
        }
    }

    private static MigrationResult apply(
            MigrationRequest request,
            FlywayFiles files,
            Sessions sessions,
            long start,
            AtomicReference<String> blockers) {
        MigrationStatus before;
        boolean together;
        FlywayPatience patience = new FlywayPatience(request, files);
        try {
            MigrationInfo[] all =
                    flyway(request, sessions, files.sql(), true).info().all();
            before = FlywayStatus.of(request, all, files);
            if (!before.problems().isEmpty()) {
                throw new MigrationFailed(
                        request.url().display() + ": nothing was migrated: " + String.join("; ", before.problems()),
                        true);
            }
            if (takeBack(request, all, patience, sessions, blockers)) {
                all = flyway(request, sessions, files.sql(), true).info().all();
            }
            together = FlywayStatus.together(all, files);
        } catch (FlywayException e) {
            throw FlywayFailure.beforehand(request, e);
        }
        List<MigrationResult.Applied> applied = new ArrayList<>();
        GivingWay way = new GivingWay(request.retryFor());
        Optional<FlywayException> gaveWay = Optional.empty();
        while (true) {
            try {
                flyway(request, sessions, files.sql(), together, patience)
                        .migrate()
                        .migrations
                        .forEach(one -> applied.add(applied(one)));
                MigrationStatus after = FlywayStatus.of(
                        request,
                        flyway(request, sessions, files.sql(), together).info().all(),
                        files);
                return new MigrationResult(
                        applied, before.version(), after.version(), Duration.ofNanos(System.nanoTime() - start));
            } catch (FlywayException e) {
                boolean inTheWay = FlywayFailure.cause(e, SQLException.class)
                        .filter(sql -> GivingWay.isMeant(Connections.state(sql)))
                        .isPresent();
                if (!inTheWay || !isClean(request, e, sessions, files, patience) || !way.again()) {
                    throw FlywayFailure.of(
                            request, e, Optional.of(before), blockers.get(), unfinished(e, sessions, patience));
                }
                gaveWay = Optional.of(e);
            } catch (DatabaseRefused closed) {
                if (gaveWay.isEmpty()) {
                    throw closed;
                }
                // what the attempt before met is told, and not why nobody could come again
                throw FlywayFailure.of(request, gaveWay.get(), Optional.of(before), blockers.get(), "");
            }
        }
    }

    /** Whether there was a file of a single statement on an index that an earlier attempt could not finish. */
    private static boolean takeBack(
            MigrationRequest request,
            MigrationInfo[] all,
            FlywayPatience patience,
            Sessions sessions,
            AtomicReference<String> blockers) {
        List<MigrationInfo> unfinished =
                Arrays.stream(all).filter(patience::isUnfinished).toList();
        for (MigrationInfo info : unfinished) {
            try {
                patience.takeBack(info, sessions);
            } catch (SQLException e) {
                if (!GivingWay.isMeant(Connections.state(e)) && Connections.isPassing(e)) {
                    throw new DatabaseUnavailable(
                            request.url().display() + ": " + info.getScript() + ": " + Connections.reason(e), e);
                }
                throw new MigrationFailed(
                        request.url().display() + ": nothing was migrated: " + info.getScript()
                                + " was not finished by an earlier attempt, and what that left cannot be dropped: "
                                + Connections.reason(e) + " (SQLSTATE " + Connections.state(e) + ")"
                                + (blockers.get().isEmpty() ? "" : "; " + blockers.get())
                                + left(info, sessions, patience),
                        true,
                        e);
            }
        }
        return !unfinished.isEmpty();
    }

    /** What a file of a single statement on an index has left; empty for every other file, and where it left nothing. */
    private static String unfinished(FlywayException e, Sessions sessions, FlywayPatience patience) {
        return FlywayFailure.failed(e)
                .filter(MigrationInfo::isVersioned)
                .filter(patience::isAlone)
                .map(info -> left(info, sessions, patience))
                .orElse("");
    }

    private static String left(MigrationInfo info, Sessions sessions, FlywayPatience patience) {
        List<String> invalid;
        try {
            invalid = patience.left(info, sessions);
        } catch (SQLException | DatabaseRefused | DatabaseUnavailable unseen) {
            invalid = List.of();
        }
        return invalid.isEmpty()
                ? "; the next attempt runs it once more, from its beginning"
                : "; it left an index that is not valid, which the next attempt drops; by hand: "
                        + invalid.stream()
                                .map(index -> "DROP INDEX CONCURRENTLY " + index)
                                .collect(Collectors.joining("; "));
    }

    /** Of a file that is no transaction Flyway keeps that it failed, and would go no further. */
    private static boolean isClean(
            MigrationRequest request,
            FlywayException e,
            Sessions sessions,
            FlywayFiles files,
            FlywayPatience patience) {
        try {
            return Arrays.stream(flyway(request, sessions, files.sql(), true)
                                    .info()
                                    .all())
                            .noneMatch(info -> info.getState().isFailed())
                    || patience.takesBack(FlywayFailure.failed(e), sessions);
        } catch (FlywayException | DatabaseRefused | DatabaseUnavailable unseen) {
            // what is told is why the migration failed, and not why nobody could look afterwards
            return false;
        }
    }

    private static MigrationResult.Applied applied(MigrateOutput one) {
        return new MigrationResult.Applied(
                new Migration(
                        one.version == null || one.version.isEmpty() ? "repeatable" : one.version,
                        one.description,
                        Path.of(one.filepath).getFileName().toString()),
                Duration.ofMillis(one.executionTime));
    }

    private static Flyway flyway(
            MigrationRequest request, Sessions sessions, Path directory, boolean together, Callback... callbacks) {
        FluentConfiguration configuration = Flyway.configure()
                .dataSource(sessions)
                .locations(Location.fromPath(
                        "filesystem:", directory.toAbsolutePath().toString()))
                .failOnMissingLocations(true)
                .validateMigrationNaming(true)
                .skipDefaultCallbacks(true)
                .callbacks(callbacks)
                .validateOnMigrate(true)
                .outOfOrder(false)
                .cleanDisabled(true)
                .baselineOnMigrate(false)
                .group(together)
                .mixed(false)
                .placeholders(request.placeholders())
                // rows are the database's own business, not the log's
                .outputQueryResults(false)
                .loggers("slf4j");
        // its lock in a transaction makes CREATE INDEX CONCURRENTLY wait for itself for ever
        configuration
                .getConfigurationExtension(PostgreSQLConfigurationExtension.class)
                .setTransactionalLock(false);
        return configuration.load();
    }
}
