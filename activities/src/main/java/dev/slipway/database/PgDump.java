package dev.slipway.database;

import dev.slipway.process.Command;
import dev.slipway.process.CommandResult;
import dev.slipway.process.CommandRunner;
import dev.slipway.process.Pulse;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Backups by pg_dump. One counts only when its file has been read back in full: a table of contents reads well from a
 * truncated file, and pg_dump's exit code says nothing about what reached the disk.
 */
public final class PgDump {

    /** So that a failure is one grace away from its end, not a long wait for a pg_dump that is stuck. */
    private static final Duration GRACE = Duration.ofSeconds(5);

    /** pg_dump says these when the server went, is not there yet, or somebody holds a lock: later it may work. */
    private static final Pattern PASSING =
            Pattern.compile("server closed the connection|terminating connection|Connection"
                    + " refused|Connection reset|starting up|shutting down|recovery mode|could not receive data|SSL"
                    + " SYSCALL|timeout expired|statement timeout.*LOCK TABLE|too many clients|remaining connection slots|no connection to the"
                    + " server|could not connect");

    private static final Pattern TABLE = Pattern.compile("\\d+; \\d+ \\d+ TABLE (?!DATA |ATTACH )(\\S+) (.+) \\S+");

    private final PostgresBinaries binaries;
    private final CommandRunner runner;
    private final Clock clock;

    public PgDump(PostgresBinaries binaries, CommandRunner runner, Clock clock) {
        this.binaries = binaries;
        this.runner = runner;
        this.clock = clock;
    }

    /**
     * Makes a backup, or finds that it is already there, whole.
     *
     * @throws DatabaseUnavailable when it may work later
     * @throws DatabaseRefused when the database says no
     * @throws BackupFailed when the dump cannot be written or read back
     */
    public Backup backUp(BackupRequest request, Pulse pulse) {
        Path dump = request.dump();
        Path partial = dump.resolveSibling(dump.getFileName() + ".partial");
        Path list = dump.resolveSibling(dump.getFileName() + ".list.partial");
        Path mark = dump.resolveSibling(dump.getFileName() + ".running");
        try {
            Files.createDirectories(request.directory());
            // an attempt of a worker that was cut off may still write; two writers in one file would be none
            runner.awaitGone(mark, pulse);
            Optional<Backup> existing = existing(dump, pulse);
            if (existing.isPresent()) {
                return existing.get();
            }
            try {
                Files.deleteIfExists(partial);
                Files.createFile(
                        partial, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
                return make(request, partial, list, mark, pulse);
            } finally {
                Files.deleteIfExists(partial);
                Files.deleteIfExists(list);
            }
        } catch (IOException e) {
            throw new BackupFailed(
                    dump + ": the backup could not be written: " + reason(e) + "; nothing of it was kept", e);
        }
    }

    /**
     * Reads a backup from its first byte to its last, against its manifest.
     *
     * @throws BackupFailed when it is not what was written
     */
    public Backup verify(Path dump, Duration atMost, Pulse pulse) {
        Manifest manifest = Manifest.read(dump)
                .orElseThrow(() -> new BackupFailed(dump + ": has no manifest " + Manifest.beside(dump)
                        + " that can be read, so nobody knows what it should hold"));
        compare(dump, manifest, pulse);
        List<PostgresBinaries.Installation> installations = binaries.installations();
        if (installations.isEmpty()) {
            // throws, with the sentence how to get them
            binaries.forServer(Integer.parseInt(manifest.serverVersion().split("\\D")[0]));
        }
        readBack(
                installations.get(installations.size() - 1),
                dump,
                dump.toAbsolutePath().getParent(),
                atMost,
                pulse);
        return manifest.backup(dump);
    }

    private Optional<Backup> existing(Path dump, Pulse pulse) {
        Optional<Manifest> manifest = Manifest.read(dump);
        if (manifest.isEmpty() || !Files.isRegularFile(dump)) {
            return Optional.empty();
        }
        try {
            compare(dump, manifest.get(), pulse);
            return Optional.of(manifest.get().backup(dump));
        } catch (BackupFailed damaged) {
            // what is damaged is no backup: a new one under the same name replaces it
            return Optional.empty();
        }
    }

    private Backup make(BackupRequest request, Path partial, Path list, Path mark, Pulse pulse) throws IOException {
        Server server = server(request.url());
        PostgresBinaries.Installation tools = binaries.forServer(server.major());
        Instant time = clock.instant();
        long start = System.nanoTime();
        CommandResult dumped = runner.run(
                new Command(
                        List.of(
                                tools.program("pg_dump").toString(),
                                "--format=custom",
                                "--compress=1",
                                "--lock-wait-timeout=10s",
                                "--no-password",
                                "--file=" + partial.toAbsolutePath()),
                        request.directory(),
                        environment(request.url()),
                        request.toDump(),
                        GRACE),
                Optional.of(mark),
                pulse);
        if (!dumped.succeeded()) {
            throw dumpFailed(request, dumped);
        }
        sync(partial);
        String sha256 = sha256(partial, pulse);
        readBack(tools, partial, request.directory(), request.toVerify(), pulse);
        List<String> tables = tables(tools, partial, list, request, pulse);
        Manifest manifest = new Manifest(
                Manifest.FORMAT,
                request.name(),
                request.url().display(),
                Files.size(partial),
                sha256,
                tables,
                tools.version(),
                server.version(),
                Duration.ofNanos(System.nanoTime() - start).toMillis(),
                time.toString(),
                Manifest.FULL_READ,
                "custom",
                Manifest.Origin.UNKNOWN,
                Manifest.Source.UNKNOWN,
                List.of(),
                Manifest.Shape.UNKNOWN,
                List.of());
        Files.move(partial, request.dump(), StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        // the manifest comes last: where it stands, the dump stands
        write(Manifest.beside(request.dump()), manifest.json());
        sync(request.directory());
        return manifest.backup(request.dump());
    }

    private record Server(String version, int major) {}

    private static Server server(PostgresUrl url) {
        try (Connection connection = Connections.standard().open(url)) {
            int number = Integer.parseInt(Connections.text(connection, "SHOW server_version_num"));
            return new Server(Connections.text(connection, "SHOW server_version"), number / 10000);
        } catch (SQLException e) {
            throw Connections.failure(url, "its version could not be asked", e);
        }
    }

    private static Map<String, String> environment(PostgresUrl url) {
        Map<String, String> environment = url.libpqEnvironment();
        environment.put("LC_MESSAGES", "C");
        return environment;
    }

    private RuntimeException dumpFailed(BackupRequest request, CommandResult result) {
        String said = said(result);
        if (result.timedOut()) {
            return new BackupFailed(request.url().display() + ": pg_dump was stopped after "
                    + request.toDump().toSeconds() + " s, its time-out; raise the time-out of the backup");
        }
        String message = request.url().display() + ": pg_dump ended with " + result.exitCode() + ": " + said;
        if (said.contains("No space left on device") || said.contains("File too large")) {
            return new BackupFailed(request.directory() + ": no space is left for the backup of "
                    + request.url().display() + "; free some or name another directory (pg_dump: " + said + ")");
        }
        return PASSING.matcher(said).find() ? new DatabaseUnavailable(message) : new BackupFailed(message);
    }

    /** The only check that sees a dump that ends too early. */
    private void readBack(
            PostgresBinaries.Installation tools, Path dump, Path directory, Duration atMost, Pulse pulse) {
        CommandResult read = restore(tools, dump, directory, List.of("--file=/dev/null"), atMost, pulse);
        if (read.timedOut()) {
            throw new BackupFailed(dump + ": reading the backup back was stopped after " + atMost.toSeconds()
                    + " s, its time-out; raise the time-out of the backup");
        }
        if (!read.succeeded()) {
            throw new BackupFailed(dump + ": the backup cannot be read back, so it is none: pg_restore ended with "
                    + read.exitCode() + ": " + said(read));
        }
    }

    private List<String> tables(
            PostgresBinaries.Installation tools, Path dump, Path list, BackupRequest request, Pulse pulse)
            throws IOException {
        CommandResult listed = restore(
                tools,
                dump,
                request.directory(),
                List.of("--list", "--file=" + list.toAbsolutePath()),
                request.toVerify(),
                pulse);
        if (!listed.succeeded()) {
            throw new BackupFailed(dump + ": the backup's table of contents cannot be read: " + said(listed));
        }
        return Files.readAllLines(list).stream()
                .map(TABLE::matcher)
                .filter(Matcher::matches)
                .map(matcher -> matcher.group(1) + "." + matcher.group(2))
                .sorted()
                .toList();
    }

    private CommandResult restore(
            PostgresBinaries.Installation tools,
            Path dump,
            Path directory,
            List<String> options,
            Duration atMost,
            Pulse pulse) {
        List<String> argv =
                new java.util.ArrayList<>(List.of(tools.program("pg_restore").toString()));
        argv.addAll(options);
        argv.add(dump.toAbsolutePath().toString());
        return runner.run(new Command(argv, directory, Map.of("LC_MESSAGES", "C"), atMost, GRACE), pulse);
    }

    private static void compare(Path dump, Manifest manifest, Pulse pulse) {
        try {
            long bytes = Files.size(dump);
            if (bytes != manifest.bytes()) {
                throw new BackupFailed(dump + ": holds " + bytes + " bytes, but its manifest says " + manifest.bytes()
                        + ": it is damaged");
            }
            if (!sha256(dump, pulse).equals(manifest.sha256())) {
                throw new BackupFailed(
                        dump + ": its bytes are not those that its manifest's checksum is of: it is damaged");
            }
        } catch (IOException e) {
            throw new BackupFailed(dump + ": the backup cannot be read: " + reason(e), e);
        }
    }

    private static String sha256(Path file, Pulse pulse) throws IOException {
        MessageDigest digest;
        try {
            digest = MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
        ByteBuffer buffer = ByteBuffer.allocateDirect(1 << 20);
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            long size = channel.size();
            long beaten = System.nanoTime();
            while (channel.read(buffer) >= 0) {
                digest.update(buffer.flip());
                buffer.clear();
                if (System.nanoTime() - beaten > 500_000_000L) {
                    pulse.beat("checksum of " + channel.position() + " of " + size + " bytes");
                    beaten = System.nanoTime();
                }
            }
        }
        return HexFormat.of().formatHex(digest.digest());
    }

    private static void write(Path file, byte[] bytes) throws IOException {
        Path partial = file.resolveSibling(file.getFileName() + ".partial");
        try {
            Files.deleteIfExists(partial);
            Files.createFile(
                    partial, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
            Files.write(partial, bytes);
            sync(partial);
            Files.move(partial, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } finally {
            Files.deleteIfExists(partial);
        }
    }

    /** Of a file or a directory: until then a power cut may take either. */
    private static void sync(Path path) throws IOException {
        try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }

    private static String said(CommandResult result) {
        List<String> lines = result.lastLines();
        return String.join(" | ", lines.subList(Math.max(0, lines.size() - 5), lines.size()));
    }

    private static String reason(IOException e) {
        return e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
    }
}
