package dev.slipway.database.rehearsal;

import dev.slipway.database.BeatingWork;
import dev.slipway.database.Connections;
import dev.slipway.database.DatabaseRefused;
import dev.slipway.database.DatabaseUnavailable;
import dev.slipway.database.backup.ScratchCopy;
import dev.slipway.database.migrations.Migration;
import dev.slipway.database.migrations.MigrationFailed;
import dev.slipway.database.migrations.MigrationFile;
import dev.slipway.database.migrations.MigrationRequest;
import dev.slipway.database.migrations.MigrationTool;
import dev.slipway.database.migrations.SqlScript;
import dev.slipway.process.Pulse;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Tries pending migrations on a scratch copy of a backup, up and, where they have down files, down again, and tells what
 * they really did. Nothing of it happens to a real database.
 */
public final class Rehearsal {

    /**
     * Holds a rehearsal. The copy is used up afterwards.
     *
     * @param request as for the real database
     * @param pending what the real database would get, in order
     * @param afterwards what is tried after the last file
     * @param atMost how long all of it may take
     * @throws RehearsalSkipped when it could not be held
     */
    public Rehearsed hold(
            ScratchCopy copy,
            MigrationTool tool,
            MigrationRequest request,
            List<MigrationFile> pending,
            Afterwards afterwards,
            Duration atMost,
            Pulse pulse) {
        long deadline = System.nanoTime() + atMost.toNanos();
        Pulse limited = progress -> {
            pulse.beat(progress);
            if (System.nanoTime() > deadline) {
                throw new RehearsalSkipped("it takes longer than the " + Spans.words(atMost)
                        + " that are left for it; give `timeouts: {review: …}` more");
            }
        };
        return new BeatingWork("the rehearsal", limited)
                .run(() -> hold(copy, tool, request, pending, afterwards), thread -> {
                    // no statement outlives its server
                    copy.close();
                    join(thread);
                });
    }

    private static Rehearsed hold(
            ScratchCopy copy,
            MigrationTool tool,
            MigrationRequest request,
            List<MigrationFile> pending,
            Afterwards afterwards) {
        Stage stage = new Stage(copy);
        boolean incomplete = !copy.missing().isEmpty() || !copy.notes().isEmpty();
        try {
            stage.prepare();
            List<String> notes = new ArrayList<>(copy.notes());
            catchUp(stage, tool, request, pending, incomplete).ifPresent(notes::add);
            stage.duplicate();
            try (Eye eye = new Eye(stage.rehearsal());
                    Eye untouched = new Eye(stage.untouched())) {
                return new Play(stage, eye, untouched, pending, together(tool, request, pending), incomplete)
                        .run(afterwards, notes);
            }
        } catch (SQLException e) {
            throw new RehearsalSkipped("the copy could not be worked with (SQLSTATE " + Connections.state(e) + ")", e);
        } catch (DatabaseRefused | DatabaseUnavailable e) {
            throw new RehearsalSkipped("the copy could not be worked with", e);
        }
    }

    /** A backup is older than the last release: what was applied since is applied to the copy first. */
    private static Optional<String> catchUp(
            Stage stage, MigrationTool tool, MigrationRequest request, List<MigrationFile> pending, boolean incomplete)
            throws SQLException {
        List<MigrationFile> lacking = pendingOfCopy(stage, tool, request);
        List<Migration> wanted = pending.stream().map(MigrationFile::migration).toList();
        List<Migration> inCopy = lacking.stream().map(MigrationFile::migration).toList();
        List<String> applied = wanted.stream()
                .filter(one -> !inCopy.contains(one))
                .map(Migration::file)
                .toList();
        if (!applied.isEmpty()) {
            throw new RehearsalSkipped("the backup has " + String.join(", ", applied)
                    + " applied, which the database has not; was it restored since?");
        }
        List<MigrationFile> earlier = lacking.stream()
                .filter(file -> !wanted.contains(file.migration()))
                .toList();
        for (MigrationFile file : earlier) {
            Optional<String> failure = Play.apply(stage.untouched(), file, incomplete);
            if (failure.isPresent()) {
                throw new RehearsalSkipped(
                        "an earlier migration, which the database has and the backup has not, fails on" + " the copy: "
                                + failure.get());
            }
        }
        return earlier.isEmpty()
                ? Optional.empty()
                : Optional.of("the backup is older than "
                        + earlier.stream().map(file -> file.migration().file()).collect(Collectors.joining(", "))
                        + (earlier.size() == 1 ? ", which was" : ", which were") + " applied to the copy first");
    }

    private static List<MigrationFile> pendingOfCopy(Stage stage, MigrationTool tool, MigrationRequest request) {
        try {
            return tool.pending(request.on(stage.untouched()));
        } catch (MigrationFailed e) {
            throw new RehearsalSkipped("the history of migrations in the backup cannot be read: " + e.getMessage(), e);
        }
    }

    /** Whether all files share one transaction in earnest, and so every lock is kept to the end of the last. */
    private static boolean together(MigrationTool tool, MigrationRequest request, List<MigrationFile> pending) {
        if (request.allOrNothing()) {
            return true;
        }
        return tool.name().equals("flyway")
                && pending.stream()
                        .allMatch(file -> SqlScript.parse(file.migration().file(), file.text())
                                .needsPieces()
                                .isEmpty());
    }

    private static void join(Thread thread) {
        try {
            thread.join(Duration.ofSeconds(10).toMillis());
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
