package dev.slipway.database;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * Free space against what a backup may take.
 *
 * @param free bytes that this process may still write
 * @param tables bytes of the database's tables, without indexes
 */
public record Room(long free, long tables) {

    /** On realistic rows a compressed dump takes a sixth of its tables; a quarter leaves some air. */
    private static final int COMPRESSED = 4;

    /** Free space where this directory is, or will be. */
    public static long free(Path directory) throws IOException {
        Path there = directory.toAbsolutePath();
        while (!Files.exists(there) && there.getParent() != null) {
            there = there.getParent();
        }
        return Files.getFileStore(there).getUsableSpace();
    }

    public Findings judge(Path directory) {
        if (free < tables / COMPRESSED) {
            return new Findings(
                    List.of("the store " + directory + " has " + words(free) + " free, and a backup of "
                            + words(tables) + " of tables needs about " + words(tables / COMPRESSED)
                            + "; make room there"),
                    List.of());
        }
        if (free < tables) {
            return new Findings(
                    List.of(),
                    List.of("the store " + directory + " has " + words(free) + " free for a backup of " + words(tables)
                            + " of tables: enough only if they compress well"));
        }
        return Findings.none();
    }

    public static String words(long bytes) {
        if (bytes < 1_000_000) {
            return Math.max(1, bytes / 1000) + " kB";
        }
        return bytes < 10_000_000_000L ? bytes / 1_000_000 + " MB" : bytes / 1_000_000_000 + " GB";
    }
}
