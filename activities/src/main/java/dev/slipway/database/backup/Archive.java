package dev.slipway.database.backup;

import dev.slipway.database.FileTree;
import dev.slipway.process.Pulse;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;

/** A dump on this machine: one file, or a directory of files that belong together. */
record Archive(Path path) {

    private static final long BEAT_NANOS = 500_000_000L;

    boolean isThere() {
        return Files.exists(path);
    }

    /** Its files by their names relative to it, sorted; one of an empty name where it is a file itself. */
    List<String> files() throws IOException {
        if (Files.isRegularFile(path)) {
            return List.of("");
        }
        try (Stream<Path> all = Files.walk(path)) {
            return all.filter(Files::isRegularFile)
                    .map(file -> path.relativize(file).toString())
                    .sorted()
                    .toList();
        }
    }

    Path file(String name) {
        return name.isEmpty() ? path : path.resolve(name);
    }

    long bytes() throws IOException {
        long bytes = 0;
        for (String name : files()) {
            bytes += Files.size(file(name));
        }
        return bytes;
    }

    /** Of the file; of a directory that of the list of its files, each with its own. */
    String sha256(Pulse pulse) throws IOException {
        if (Files.isRegularFile(path)) {
            return sha256(path, pulse);
        }
        List<String> lines = new ArrayList<>();
        List<String> files = files();
        long beaten = System.nanoTime();
        for (String name : files) {
            lines.add(line(name, sha256(file(name), pulse)));
            // small ones are read between two of their own beats
            if (System.nanoTime() - beaten > BEAT_NANOS) {
                pulse.beat("checksum of " + lines.size() + " of " + files.size() + " files");
                beaten = System.nanoTime();
            }
        }
        return ofList(lines);
    }

    static String line(String name, String sha256) {
        return sha256 + "  " + name + "\n";
    }

    static String ofList(List<String> lines) {
        MessageDigest digest = digest();
        lines.stream()
                .sorted(Comparator.comparing(line -> line.substring(66)))
                .forEach(line -> digest.update(line.getBytes(StandardCharsets.UTF_8)));
        return HexFormat.of().formatHex(digest.digest());
    }

    static MessageDigest digest() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }

    static String sha256(Path file, Pulse pulse) throws IOException {
        MessageDigest digest = digest();
        ByteBuffer buffer = ByteBuffer.allocateDirect(1 << 20);
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            long size = channel.size();
            long beaten = System.nanoTime();
            while (channel.read(buffer) >= 0) {
                digest.update(buffer.flip());
                buffer.clear();
                if (System.nanoTime() - beaten > BEAT_NANOS) {
                    pulse.beat("checksum of " + channel.position() + " of " + size + " bytes");
                    beaten = System.nanoTime();
                }
            }
        }
        return HexFormat.of().formatHex(digest.digest());
    }

    /** Until then a power cut may take any of it. */
    void sync() throws IOException {
        for (String name : files()) {
            sync(file(name));
        }
        if (Files.isDirectory(path)) {
            try (Stream<Path> all = Files.walk(path)) {
                for (Path directory : all.filter(Files::isDirectory).toList()) {
                    sync(directory);
                }
            }
        }
    }

    /** Of a file or a directory itself. */
    static void sync(Path path) throws IOException {
        try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }

    /** Only this user may read what it holds. */
    void lock() throws IOException {
        for (String name : files()) {
            Files.setPosixFilePermissions(file(name), PosixFilePermissions.fromString("rw-------"));
        }
    }

    void delete() throws IOException {
        if (isThere()) {
            FileTree.delete(path);
        }
    }
}
