package dev.slipway.shop;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/**
 * A process's word to {@code switch} that it listens: {@code run/<kind>/<pid>} holds its port. {@code switch} makes the file,
 * empty, before the process starts, so that one that was never heard of again is found too.
 */
record RunFile(Path file) {

    static RunFile of(Path home, String kind) {
        return new RunFile(home.resolve("run")
                .resolve(kind)
                .resolve(String.valueOf(ProcessHandle.current().pid())));
    }

    void write(int port) throws IOException {
        Path directory = Files.createDirectories(file.getParent().resolveSibling("new"));
        Path written = Files.writeString(directory.resolve(file.getFileName()), port + "\n");
        Files.move(written, file, StandardCopyOption.ATOMIC_MOVE);
    }
}
