package dev.slipway.database;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The SQL files of a directory of migrations, copied to where nothing else lies. Flyway runs whatever has a callback's
 * name, programs among it, even when told to skip callbacks; so it is shown only what it may run.
 */
final class MigrationFiles implements AutoCloseable {

    private static final Pattern SQL = Pattern.compile("(?!before|after|createSchema).*\\.sql(\\.conf)?");
    private static final Pattern PROGRAM = Pattern.compile("[VRUB][^/]*__[^/]*\\.(sh|bash|ps1|cmd|bat|py)");

    private final Path copy;
    private final List<Migration> programs = new ArrayList<>();

    MigrationFiles(Path directory) {
        if (!Files.isDirectory(directory)) {
            throw new MigrationFailed(
                    "nothing was migrated: there is no directory of migrations \"" + directory.getFileName() + "\"",
                    true);
        }
        try {
            copy = Files.createTempDirectory("slipway-migrations-");
            try (Stream<Path> files = Files.walk(directory)) {
                for (Path file : files.sorted().toList()) {
                    take(directory, file);
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(directory + ": the migrations could not be read", e);
        }
    }

    private void take(Path directory, Path file) throws IOException {
        String name = file.getFileName().toString();
        if (PROGRAM.matcher(name).matches()) {
            programs.add(new Migration(name.replaceAll("__.*|^[VRUB]", ""), name, name));
        } else if (SQL.matcher(name).matches()
                // a link could show Flyway, and its error messages, a file from elsewhere
                && Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
            Path to = copy.resolve(directory.relativize(file).toString());
            Files.createDirectories(to.getParent());
            Files.copy(file, to);
        }
    }

    Path sql() {
        return copy;
    }

    /** Migrations that are no SQL: Flyway would run them as child processes of the worker. */
    List<Migration> programs() {
        return List.copyOf(programs);
    }

    @Override
    public void close() {
        try {
            ThrowAwayCluster.delete(copy);
        } catch (IOException e) {
            throw new UncheckedIOException(copy + ": could not be deleted", e);
        }
    }
}
