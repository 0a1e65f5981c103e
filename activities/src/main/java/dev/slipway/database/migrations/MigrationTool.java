package dev.slipway.database.migrations;

import dev.slipway.process.Pulse;
import java.nio.file.Path;
import java.util.List;

/**
 * A way to keep migrations: how their files are named and ordered, where the history of what was applied stands, and how
 * pending ones are applied. Its files and its history are those of a tool that people may go on using beside us.
 */
public interface MigrationTool {

    /** The word that chooses it in a plan. */
    String name();

    /**
     * Every migration of a directory with its text, in the order in which an empty database would get them.
     *
     * @throws MigrationFailed when the directory cannot be read as migrations
     */
    List<MigrationFile> files(Path directory);

    /**
     * How the directory stands to the database. Reads only, in a session that could not write, and runs nothing of the
     * directory.
     *
     * @throws dev.slipway.database.DatabaseUnavailable when it may work later
     * @throws MigrationFailed when the directory cannot be read as migrations
     */
    MigrationStatus status(MigrationRequest request);

    /**
     * Applies what is pending, and writes the tool's history. One run at a time for each database. It looks first, so
     * it goes on where a run that was cut off came to.
     *
     * @throws dev.slipway.database.DatabaseUnavailable when it may work later: no connection, somebody else migrates, or
     *     a lock was not to be had in time
     * @throws MigrationFailed when a file is refused or fails
     * @throws dev.slipway.process.WorkInterrupted after the sessions at work were ended
     */
    MigrationResult migrate(MigrationRequest request, Pulse pulse);

    /**
     * Whether the history tells of every pending file of which a part is applied, also where the run was cut off: because
     * each is one transaction together with its row, or because parts are written down.
     */
    default boolean notesParts(MigrationRequest request) {
        return false;
    }

    /** The files that {@link #migrate} would apply now, in order and with their text. */
    default List<MigrationFile> pending(MigrationRequest request) {
        List<Migration> pending = status(request).pending();
        List<MigrationFile> files = files(request.directory());
        return pending.stream()
                .map(one -> files.stream()
                        .filter(file -> file.migration().file().equals(one.file()))
                        .findFirst()
                        .orElseThrow(() -> new MigrationFailed(one.file() + ": is pending, but not there", true)))
                .toList();
    }

    /** What stands in the history, each with what its file says. */
    default List<AppliedFile> applied(MigrationStatus status, Path directory) {
        return AppliedFile.of(status.applied(), files(directory));
    }

    /** The same of what would be applied. */
    default List<AppliedFile> wanted(MigrationStatus status, Path directory) {
        return AppliedFile.of(status.pending(), files(directory));
    }
}
