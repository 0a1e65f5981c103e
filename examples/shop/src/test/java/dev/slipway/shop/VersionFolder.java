package dev.slipway.shop;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.stream.Stream;

/** A version of the shop as its commit holds it: the base files, with the version's own laid over them. */
final class VersionFolder {
    private static final Path SHOP = Path.of("").toAbsolutePath();
    private static final List<String> BASE = List.of("slipway.yaml", "switch", "app", "db");

    private VersionFolder() {}

    static Path make(Path directory, String version) {
        Path folder = directory.resolve("commit-" + version);
        BASE.forEach(name -> copy(SHOP.resolve(name), folder.resolve(name)));
        Path overlay = SHOP.resolve("versions").resolve(version);
        if (Files.exists(overlay)) {
            copy(overlay, folder);
        }
        return folder;
    }

    private static void copy(Path from, Path to) {
        try (Stream<Path> files = Files.walk(from)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                Path target = to.resolve(from.relativize(file).toString()).normalize();
                Files.createDirectories(target.getParent());
                Files.copy(file, target, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.COPY_ATTRIBUTES);
            }
        } catch (IOException problem) {
            throw new UncheckedIOException(problem);
        }
    }
}
