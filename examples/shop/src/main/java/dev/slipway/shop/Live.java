package dev.slipway.shop;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;

/** The version that gets the traffic, and the port where it listens: the first words of the file {@code current}. */
record Live(String version, int port) {

    /** Read anew for every request: {@code switch} moves the traffic by renaming a file into this place. */
    static Optional<Live> read(Path current) throws IOException {
        try {
            String[] words = Files.readString(current).strip().split(" ");
            return Optional.of(new Live(words[0], Integer.parseInt(words[1])));
        } catch (NoSuchFileException nothingLive) {
            return Optional.empty();
        }
    }
}
