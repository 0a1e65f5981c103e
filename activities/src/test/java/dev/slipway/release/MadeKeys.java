package dev.slipway.release;

import dev.slipway.trust.SigningFailed;
import dev.slipway.trust.SshKeygen;
import dev.slipway.trust.SshPublicKey;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** Key pairs of the people whom every test knows, made once and given to all: nobody's key changes between two tests. */
final class MadeKeys {

    private static final Map<String, Pair> MADE = new ConcurrentHashMap<>();

    private record Pair(String secret, String shown, SshPublicKey key) {}

    private MadeKeys() {}

    /** Writes the pair of this person to a file and the {@code .pub} beside it. */
    static SshPublicKey write(Path file, String person) throws IOException {
        Pair pair = MADE.computeIfAbsent(person, MadeKeys::made);
        Files.writeString(file, pair.secret());
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
        Files.writeString(Path.of(file + ".pub"), pair.shown());
        return pair.key();
    }

    private static Pair made(String person) {
        try {
            Path folder = Files.createTempDirectory("key-of-" + person);
            Path file = folder.resolve("key");
            Path shown = folder.resolve("key.pub");
            try {
                SshPublicKey key = new SshKeygen().generate(file, person);
                return new Pair(Files.readString(file), Files.readString(shown), key);
            } finally {
                Files.deleteIfExists(file);
                Files.deleteIfExists(shown);
                Files.delete(folder);
            }
        } catch (IOException | SigningFailed e) {
            throw new IllegalStateException("no key for " + person, e);
        }
    }
}
