package dev.slipway.ledger;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import java.util.UUID;

/**
 * How far this worker has seen a record: kept apart from the store, so that a record that was cut back, emptied or forked
 * is noticed.
 */
public final class LocalMark {

    private final Path folder;

    public LocalMark(Path folder) {
        this.folder = folder;
    }

    record Seen(long number, String hash) {
        String text() {
            return number + " " + hash;
        }
    }

    Optional<Seen> read(String service, String environment) {
        Path file = file(service, environment);
        try {
            return Optional.of(parse(file, new String(Files.readAllBytes(file), StandardCharsets.UTF_8)));
        } catch (NoSuchFileException none) {
            return Optional.empty();
        } catch (IOException e) {
            throw new StoreUnavailable("the mark '" + file + "' can't be read: " + e.getMessage(), e);
        }
    }

    private static Seen parse(Path file, String text) {
        try {
            String[] words = text.strip().split(" ");
            return new Seen(Long.parseLong(words[0]), words[1]);
        } catch (RuntimeException e) {
            throw new RecordRefused("the mark '" + file
                    + "', which says how far this worker has seen the record, is broken: " + e.getMessage());
        }
    }

    void write(String service, String environment, long number, String hash) {
        Path file = file(service, environment);
        try {
            Files.createDirectories(folder);
            Path temporary = folder.resolve(".new-" + UUID.randomUUID());
            try (FileChannel channel =
                    FileChannel.open(temporary, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
                ByteBuffer bytes =
                        ByteBuffer.wrap((new Seen(number, hash).text() + "\n").getBytes(StandardCharsets.UTF_8));
                while (bytes.hasRemaining()) {
                    channel.write(bytes);
                }
                // an empty mark after a power cut would stop this worker until a person comes
                channel.force(true);
            }
            Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            throw new StoreUnavailable("the mark '" + file + "' can't be written: " + e.getMessage(), e);
        }
    }

    /** Where the mark of a record lies, for whoever has to take it away. */
    Path file(String service, String environment) {
        return folder.resolve(service + "@" + environment);
    }
}
