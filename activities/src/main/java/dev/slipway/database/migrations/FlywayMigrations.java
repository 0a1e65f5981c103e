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
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.FlywayException;
import org.flywaydb.core.api.Location;
import org.flywaydb.core.api.MigrationInfo;
import org.flywaydb.core.api.MigrationState;
import org.flywaydb.core.api.callback.Callback;
import org.flywaydb.core.api.configuration.FluentConfiguration;
import org.flywaydb.core.api.output.MigrateOutput;
import org.flywaydb.core.internal.exception.FlywayMigrateException;
import org.flywaydb.core.internal.info.MigrationInfoImpl;
import org.flywaydb.database.postgresql.PostgreSQLConfigurationExtension;

/**
 * Migrations in Flyway's file format and history table, so that Flyway's own command line agrees with what is done here.
 * Of a directory only the migrations count: callbacks would run where nobody approved them.
 */
final class FlywayMigrations implements MigrationTool {

    private static final String FAILED_EARLIER = ") failed earlier outside";

    private static final String UNFINISHED = " was not finished by an earlier attempt; ";

    private static final Pattern ADDS_VALUE =
            Pattern.compile("\\bALTER\\s+TYPE\\b[^;]*\\bADD\\s+VALUE\\b", Pattern.CASE_INSENSITIVE);

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
            return status(
                    request, flyway(request, sessions, files.sql(), true).info().all(), files);
        } catch (FlywayException e) {
            throw failure(request, e, Optional.empty(), "");
        }
    }

    /** Its row of a file that is no transaction comes after the file. */
    @Override
    public boolean notesParts(MigrationRequest request) {
        Sessions sessions = new Sessions(request.url(), new Preparation(request, "").toLook());
        try (FlywayFiles files = new FlywayFiles(request.directory())) {
            return Arrays.stream(
                            flyway(request, sessions, files.sql(), true).info().all())
                    .filter(FlywayMigrations::isPending)
                    .allMatch(FlywayMigrations::allowsTransaction);
        } catch (FlywayException e) {
            throw failure(request, e, Optional.empty(), "");
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
            before = status(request, all, files);
            if (!before.problems().isEmpty()) {
                throw new MigrationFailed(
                        request.url().display() + ": nothing was migrated: " + String.join("; ", before.problems()),
                        true);
            }
            if (takeBack(request, all, patience, sessions, blockers)) {
                all = flyway(request, sessions, files.sql(), true).info().all();
            }
            together = together(all, files);
        } catch (FlywayException e) {
            throw failure(request, e, Optional.empty(), "");
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
                MigrationStatus after = status(
                        request,
                        flyway(request, sessions, files.sql(), together).info().all(),
                        files);
                return new MigrationResult(
                        applied, before.version(), after.version(), Duration.ofNanos(System.nanoTime() - start));
            } catch (FlywayException e) {
                boolean inTheWay = cause(e, SQLException.class)
                        .filter(sql -> GivingWay.isMeant(Connections.state(sql)))
                        .isPresent();
                if (!inTheWay || !isClean(request, e, sessions, files, patience) || !way.again()) {
                    throw failure(request, e, Optional.of(before), blockers.get(), unfinished(e, sessions, patience));
                }
                gaveWay = Optional.of(e);
            } catch (DatabaseRefused closed) {
                if (gaveWay.isEmpty()) {
                    throw closed;
                }
                // what the attempt before met is told, and not why nobody could come again
                throw failure(request, gaveWay.get(), Optional.of(before), blockers.get(), "");
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
                Arrays.stream(all).filter(info -> isUnfinished(info, patience)).toList();
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

    /** Only of the very text that failed is it known which index it left. */
    private static boolean isUnfinished(MigrationInfo info, FlywayPatience patience) {
        return info.getState() == MigrationState.FAILED
                && info.isVersioned()
                && info.isChecksumMatching()
                && patience.isAlone(info);
    }

    /** What a file of a single statement on an index has left; empty for every other file, and where it left nothing. */
    private static String unfinished(FlywayException e, Sessions sessions, FlywayPatience patience) {
        return failed(e)
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
                    || patience.takesBack(failed(e), sessions);
        } catch (FlywayException | DatabaseRefused | DatabaseUnavailable unseen) {
            // what is told is why the migration failed, and not why nobody could look afterwards
            return false;
        }
    }

    private static Optional<MigrationInfo> failed(FlywayException e) {
        return cause(e, FlywayMigrateException.class).map(FlywayMigrateException::getMigration);
    }

    private static MigrationResult.Applied applied(MigrateOutput one) {
        return new MigrationResult.Applied(
                new Migration(
                        one.version == null || one.version.isEmpty() ? "repeatable" : one.version,
                        one.description,
                        Path.of(one.filepath).getFileName().toString()),
                Duration.ofMillis(one.executionTime));
    }

    /**
     * Whether all that is pending goes into one transaction: where each file allows it, and no later one may want a value
     * that an earlier one adds to an enum.
     */
    private static boolean together(MigrationInfo[] all, FlywayFiles files) {
        return Arrays.stream(all).filter(FlywayMigrations::isPending).allMatch(FlywayMigrations::allowsTransaction)
                && Arrays.stream(all)
                        .filter(FlywayMigrations::isPending)
                        .map(info -> files.text(info.getScript()))
                        .noneMatch(ADDS_VALUE.asPredicate());
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

    private static MigrationStatus status(MigrationRequest request, MigrationInfo[] all, FlywayFiles files) {
        List<Migration> pending = new ArrayList<>();
        List<Migration> applied = new ArrayList<>();
        List<String> problems = new ArrayList<>();
        List<String> notes = new ArrayList<>();
        FlywayPatience patience = new FlywayPatience(request, files);
        boolean unreadable = false;
        String version = "none";
        for (MigrationInfo info : all) {
            if (info.isVersioned() && info.getState().isApplied() && !isUnfinished(info, patience)) {
                version = info.getVersion().getVersion();
            }
        }
        for (MigrationInfo info : all) {
            Migration migration = new Migration(
                    info.getVersion() == null ? "repeatable" : info.getVersion().getVersion(),
                    info.getDescription(),
                    info.getScript());
            MigrationState state = info.getState();
            if (isUnfinished(info, patience)) {
                pending.add(migration);
                notes.add(migration.file() + UNFINISHED
                        + "what that left of its index is dropped, and it is run once more");
            } else if (state.isFailed()) {
                problems.add("version " + migration.version() + " (" + migration.file() + FAILED_EARLIER
                        + " a transaction; look what it left, mend it, then remove its row with flyway repair");
            } else if (isPending(info)) {
                pending.add(migration);
                Optional<String> problem = unreadable(request, info, files);
                problem.ifPresent(problems::add);
                unreadable |= problem.isPresent();
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
        files.programs()
                .forEach(one -> problems.add(
                        one.file() + " is a program, and migrations are SQL only; take it out of the directory"));
        // what cannot be read cannot be asked for its transaction either
        if (request.allOrNothing() && !unreadable) {
            Arrays.stream(all)
                    .filter(info -> isPending(info) || isUnfinished(info, patience))
                    .filter(info -> !allowsTransaction(info)
                            || ADDS_VALUE.matcher(files.text(info.getScript())).find())
                    .forEach(info -> problems.add(info.getScript()
                            + " cannot go into one transaction with the others; release it alone, or take"
                            + " `all-or-nothing` out"));
        }
        files.callbacks()
                .forEach(name -> notes.add(
                        name + " is a callback, and callbacks are not run; what it does belongs into a migration,"
                                + " such as a repeatable one"));
        return new MigrationStatus(version, pending, applied, problems, notes);
    }

    /** What Flyway would say of a pending file only when it is its turn; it takes the file apart for it, and runs nothing. */
    private static Optional<String> unreadable(MigrationRequest request, MigrationInfo info, FlywayFiles files) {
        String file = info.getScript();
        Optional<String> placeholder = files.placeholder(
                        file, request.placeholders().keySet())
                .map(where ->
                        file + " " + where + " is a placeholder of Flyway, and the plan has no value for it; add it to"
                                + " `placeholders` of the migration, or, where it is meant as it is, say"
                                + " `placeholderReplacement=false` in " + file + ".conf");
        if (placeholder.isPresent()) {
            return placeholder;
        }
        Optional<String> unreadable = files.unreadable(file, request.placeholders());
        if (unreadable.isPresent()) {
            return unreadable;
        }
        try {
            allowsTransaction(info);
            return Optional.empty();
        } catch (FlywayException e) {
            String said = e.getMessage() == null ? e.toString() : e.getMessage().strip();
            return Optional.of(file + ": " + said
                    + (said.startsWith("Detected both")
                            ? "; put what cannot be in a transaction into a file of its own"
                            : ""));
        }
    }

    private static boolean isPending(MigrationInfo info) {
        // an edited repeatable file is listed twice: as pending, and with its last run as outdated
        return info.getState() == MigrationState.PENDING;
    }

    private static boolean allowsTransaction(MigrationInfo info) {
        return !(info instanceof MigrationInfoImpl known) || known.canExecuteInTransaction();
    }

    /** What a failure means, said once. */
    private static RuntimeException failure(
            MigrationRequest request, FlywayException e, Optional<MigrationStatus> before, String blockers) {
        return failure(request, e, before, blockers, "");
    }

    /** @param unfinished what is left of a file that the next attempt runs again */
    private static RuntimeException failure(
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
                .orElseGet(() -> before.map(FlywayMigrations::atTheEnd).orElse(""));
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
        if (after.problems().stream().anyMatch(problem -> problem.contains(FAILED_EARLIER))) {
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
        if (after.notes().stream().anyMatch(note -> note.contains(UNFINISHED))) {
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

    private static <T> Optional<T> cause(Throwable failure, Class<T> type) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (type.isInstance(cause)) {
                return Optional.of(type.cast(cause));
            }
        }
        return Optional.empty();
    }
}
