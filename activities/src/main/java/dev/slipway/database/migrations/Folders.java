package dev.slipway.database.migrations;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** What lies in a directory of migrations. */
final class Folders {

    private Folders() {}

    /**
     * Everything that lies directly in it, by name, byte by byte as the tools sort.
     *
     * @throws MigrationFailed when there is no such directory
     */
    static List<Path> list(Path directory) {
        if (!Files.isDirectory(directory)) {
            throw new MigrationFailed(
                    "nothing was migrated: there is no directory of migrations \"" + directory.getFileName() + "\"",
                    true);
        }
        try (Stream<Path> all = Files.list(directory)) {
            return all.sorted(Comparator.comparing(path -> path.getFileName().toString()))
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(directory + ": the migrations could not be read", e);
        }
    }
}
