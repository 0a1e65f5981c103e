package dev.slipway.plan.reading;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A tree of files as a plan sees it: everything relative to the folder of the plan file, names separated by {@code /}.
 * A checkout, a directory on a worker, a git tree at a commit.
 */
public interface PlanSource {

    /** What stands at a path; links are not followed. */
    enum Kind {
        FILE,
        FOLDER,
        SYMLINK,
        /** Nothing, or something that cannot be released: a socket, a submodule. */
        ABSENT
    }

    Kind kind(String path);

    /** The bytes of a file; empty where it is not one or cannot be read. */
    Optional<byte[]> read(String path);

    /** Everything below the folder that is not a folder itself, links included, sorted by {@link String#compareTo}. */
    List<String> list(String folder);

    /** A folder on this machine. */
    static PlanSource directory(Path folder) {
        return new DirectorySource(folder);
    }

    /** Files held in memory, by path. */
    static PlanSource of(Map<String, byte[]> files) {
        return new MemorySource(files);
    }
}
