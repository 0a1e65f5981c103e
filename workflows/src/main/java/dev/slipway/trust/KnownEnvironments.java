package dev.slipway.trust;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The environments' keys that a client has come to know, in a text file like {@code known_hosts}: a line
 * {@code shop/production ssh-ed25519 AAAA… comment} each, blank lines and lines with {@code #} left alone. An environment
 * has one key; another one is never taken instead without a person who edits the file.
 */
public final class KnownEnvironments {

    private final Path file;

    /** @param file need not exist yet */
    public KnownEnvironments(Path file) {
        this.file = file;
    }

    /** What came of adding a key. */
    public sealed interface Added {

        /** It was unknown and is known now. */
        record New(SshPublicKey key) implements Added {}

        /** It was known, with this very key. */
        record Same(SshPublicKey key) implements Added {}

        /** Another key is pinned, and stays so. */
        record Conflict(SshPublicKey pinned, SshPublicKey offered, String problem) implements Added {}
    }

    /** What a text turned out to be that is said to come from an environment. */
    public sealed interface Origin {

        /** Signed by the environment's pinned key. */
        record Genuine(SshPublicKey key) implements Origin {}

        /** Genuinely signed, but no key is pinned: a person has to compare the fingerprint before it may be trusted. */
        record Unknown(SshPublicKey signer) implements Origin {}

        /** Not to be believed. */
        record Refused(String why) implements Origin {}
    }

    public Optional<SshPublicKey> lookup(String service, String environment) throws IOException, UnusableKey {
        return Optional.ofNullable(read().get(name(service, environment)));
    }

    /** Pins a key, unless another one is pinned. Creates the file, for its owner alone, and the folders above it. */
    public Added add(String service, String environment, SshPublicKey key) throws IOException, UnusableKey {
        String name = name(service, environment);
        Path parent = file.toAbsolutePath().getParent();
        Files.createDirectories(parent);
        Set<StandardOpenOption> options =
                Set.of(StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
        try (FileChannel channel = FileChannel.open(file, options, ownerOnly(parent));
                var lock = channel.lock()) {
            // read through the locked channel: closing any other one on this file would give the lock away
            String text = read(channel);
            SshPublicKey pinned = parse(text).get(name);
            if (pinned == null) {
                String start = text.isEmpty() || text.endsWith("\n") ? "" : "\n";
                ByteBuffer line =
                        ByteBuffer.wrap((start + name + " " + key.line() + "\n").getBytes(StandardCharsets.UTF_8));
                channel.position(channel.size());
                while (line.hasRemaining()) {
                    channel.write(line);
                }
                channel.force(true);
                return new Added.New(key);
            }
            return pinned.sameKey(key)
                    ? new Added.Same(pinned)
                    : new Added.Conflict(pinned, key, changed(name, pinned, key));
        }
    }

    /** Says whether the text was signed by the environment's pinned key ({@link Namespace#WORKER}). */
    public Origin check(String service, String environment, String text, String signature)
            throws IOException, UnusableKey {
        Optional<byte[]> bytes = Plain.utf8(text);
        if (bytes.isEmpty()) {
            return new Origin.Refused("the text holds half a character");
        }
        Sshsig.Check check = Sshsig.verify(signature, Namespace.WORKER, bytes.get());
        if (check instanceof Sshsig.Check.Signed signed) {
            Optional<SshPublicKey> pinned = lookup(service, environment);
            if (pinned.isEmpty()) {
                return new Origin.Unknown(signed.key());
            }
            return pinned.get().sameKey(signed.key())
                    ? new Origin.Genuine(pinned.get())
                    : new Origin.Refused(changed(name(service, environment), pinned.get(), signed.key()));
        }
        return new Origin.Refused(((Sshsig.Check.Refused) check).why());
    }

    private String changed(String name, SshPublicKey pinned, SshPublicKey offered) {
        return name + " answers with key " + offered.fingerprint() + ", but '" + file + "' knows it by "
                + pinned.fingerprint() + ". Either its key was changed, or somebody else answers: ask who runs it, "
                + "and only then remove its line from the file and pin the new key with `slipway trust`";
    }

    private Map<String, SshPublicKey> read() throws IOException, UnusableKey {
        try {
            return parse(Files.readString(file));
        } catch (NoSuchFileException e) {
            return Map.of();
        }
    }

    private static String read(FileChannel channel) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(Math.toIntExact(channel.size()));
        while (bytes.hasRemaining() && channel.read(bytes) >= 0) {
            // a read may bring less than was asked for
        }
        return StandardCharsets.UTF_8.newDecoder().decode(bytes.flip()).toString();
    }

    private Map<String, SshPublicKey> parse(String text) throws UnusableKey {
        Map<String, SshPublicKey> keys = new LinkedHashMap<>();
        int number = 0;
        for (String line : text.split("\n", -1)) {
            number++;
            if (line.isBlank() || line.startsWith("#")) {
                continue;
            }
            String[] parts = line.strip().split("\\s+", 2);
            if (parts.length != 2 || !isName(parts[0])) {
                throw new UnusableKey(place(number) + " is not of the form 'service/environment ssh-ed25519 AAAA…'");
            }
            SshPublicKey key;
            try {
                key = SshPublicKey.parse(parts[1]);
            } catch (UnusableKey e) {
                throw new UnusableKey(place(number) + ": " + e.getMessage());
            }
            SshPublicKey earlier = keys.putIfAbsent(parts[0], key);
            if (earlier != null && !earlier.sameKey(key)) {
                throw new UnusableKey(place(number) + " gives " + parts[0]
                        + " a second key; remove the line that is not true any more");
            }
        }
        return keys;
    }

    private String place(int number) {
        return "line " + number + " of '" + file + "'";
    }

    private static String name(String service, String environment) {
        String name = service + "/" + environment;
        if (!isName(name)) {
            throw new IllegalArgumentException(
                    Plain.quoted(name) + " is not of the form 'service/environment' in plain letters");
        }
        return name;
    }

    private static boolean isName(String name) {
        String[] parts = name.split("/", -1);
        return parts.length == 2 && StatementLine.isName(parts[0]) && StatementLine.isName(parts[1]);
    }

    private static FileAttribute<?>[] ownerOnly(Path folder) {
        return Files.getFileAttributeView(folder, PosixFileAttributeView.class) == null
                ? new FileAttribute<?>[0]
                : new FileAttribute<?>[] {
                    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"))
                };
    }
}
