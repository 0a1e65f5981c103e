package dev.slipway.plan.reading;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** A folder of the local file system as a plan's source. Whatever git keeps for itself is not part of it. */
final class DirectorySource implements PlanSource {

    private static final String GIT = ".git";

    private final Path folder;

    DirectorySource(Path folder) {
        this.folder = folder;
    }

    @Override
    public Kind kind(String path) {
        Path file;
        try {
            file = folder.resolve(path);
        } catch (InvalidPathException unspeakable) {
            // a name that this machine's file system cannot have
            return Kind.ABSENT;
        }
        if (Files.isSymbolicLink(file)) {
            return Kind.SYMLINK;
        }
        if (Files.isDirectory(file, LinkOption.NOFOLLOW_LINKS)) {
            return Kind.FOLDER;
        }
        return Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS) ? Kind.FILE : Kind.ABSENT;
    }

    @Override
    public Optional<byte[]> read(String path) {
        if (kind(path) != Kind.FILE) {
            return Optional.empty();
        }
        try {
            return Optional.of(Files.readAllBytes(folder.resolve(path)));
        } catch (IOException unreadable) {
            return Optional.empty();
        }
    }

    @Override
    public List<String> list(String path) {
        if (kind(path) != Kind.FOLDER) {
            return List.of();
        }
        try (Stream<Path> found = Files.walk(folder.resolve(path))) {
            return found.filter(file -> !Files.isDirectory(file, LinkOption.NOFOLLOW_LINKS))
                    .map(file -> folder.relativize(file))
                    .filter(file -> !belongsToGit(file))
                    .map(file -> file.toString().replace(file.getFileSystem().getSeparator(), "/"))
                    .sorted()
                    .toList();
        } catch (IOException | UncheckedIOException unreadable) {
            return List.of();
        }
    }

    private static boolean belongsToGit(Path file) {
        for (Path name : file) {
            if (name.toString().equals(GIT)) {
                return true;
            }
        }
        return false;
    }
}
