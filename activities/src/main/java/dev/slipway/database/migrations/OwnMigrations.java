package dev.slipway.database.migrations;

import dev.slipway.database.BeatingWork;
import dev.slipway.database.Connections;
import dev.slipway.database.DatabaseUnavailable;
import dev.slipway.database.PostgresUrl;
import dev.slipway.database.Sessions;
import dev.slipway.process.Pulse;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;

/** Migrations of any tool whose format we know, applied by ourselves and written into the tool's history. */
final class OwnMigrations implements MigrationTool {

    /** A backend that is waited for is seen within this time, so that a short lock timeout has a name to it. */
    private static final Duration BEAT = Duration.ofMillis(200);

    private final Format format;

    OwnMigrations(Format format) {
        this.format = format;
    }

    @Override
    public String name() {
        return format.name();
    }

    @Override
    public List<MigrationFile> files(Path directory) {
        return format.read(directory).files();
    }

    @Override
    public boolean notesParts(MigrationRequest request) {
        return true;
    }

    @Override
    public MigrationStatus status(MigrationRequest request) {
        Folder folder = format.read(request.directory());
        PostgresUrl url = request.url();
        Sessions sessions = new Sessions(url, new Preparation(request, format.schema(url)).toLook());
        try (Connection session = sessions.getConnection()) {
            return Standing.of(format, folder, session, request).status();
        } catch (SQLException e) {
            throw Connections.failure(url, "the history of migrations could not be read", e);
        }
    }

    @Override
    public MigrationResult migrate(MigrationRequest request, Pulse pulse) {
        long start = System.nanoTime();
        Folder folder = format.read(request.directory());
        PostgresUrl url = request.url();
        try (Turn turn = Turn.take(url, format.locks(), request.retryFor(), pulse)) {
            Preparation preparation = new Preparation(request, format.schema(url));
            Sessions sessions = new Sessions(url, preparation.toWork(turn.serverMajor()));
            AtomicReference<String> blockers = new AtomicReference<>("");
            return new BeatingWork("the migrations", pulse, BEAT, () -> {
                        String now = turn.blockers(sessions);
                        if (!now.isEmpty()) {
                            blockers.set(now);
                        }
                        return now;
                    })
                    .run(
                            () -> apply(request, folder, sessions, preparation, blockers, start),
                            thread -> turn.stop(sessions, thread));
        }
    }

    private MigrationResult apply(
            MigrationRequest request,
            Folder folder,
            Sessions sessions,
            Preparation preparation,
            AtomicReference<String> blockers,
            long start) {
        try (Connection session = sessions.getConnection()) {
            Standing standing = Standing.of(format, folder, session, request);
            MigrationStatus status = standing.status();
            if (!status.problems().isEmpty()) {
                throw new MigrationFailed(
                        request.url().display() + ": nothing was migrated: " + String.join("; ", status.problems()),
                        true);
            }
            List<MigrationResult.Applied> applied = new Run(request, standing, session, preparation, blockers).all();
            String last = applied.isEmpty() ? status.version() : newest(status.version(), applied);
            return new MigrationResult(applied, status.version(), last, Duration.ofNanos(System.nanoTime() - start));
        } catch (SQLException e) {
            if (Connections.isPassing(e)) {
                throw new DatabaseUnavailable(
                        request.url().display() + ": the migrations broke off: " + Connections.reason(e) + " (SQLSTATE "
                                + Connections.state(e) + ")",
                        e);
            }
            throw Connections.failure(request.url(), "the migrations could not go on", e);
        }
    }

    private String newest(String before, List<MigrationResult.Applied> applied) {
        String last = applied.get(applied.size() - 1).migration().version();
        return before.equals("none") || format.order().compare(last, before) > 0 ? last : before;
    }
}
