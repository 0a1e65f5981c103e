package dev.slipway.database.backup;

import dev.slipway.database.BeatingWork;
import dev.slipway.database.DatabaseRefused;
import dev.slipway.database.DatabaseUnavailable;
import dev.slipway.database.PostgresBinaries;
import dev.slipway.database.PostgresUrl;
import dev.slipway.database.ReadyCluster;
import dev.slipway.plan.Sizes;
import dev.slipway.process.Command;
import dev.slipway.process.CommandResult;
import dev.slipway.process.CommandRunner;
import dev.slipway.process.Pulse;
import dev.slipway.process.WorkInterrupted;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.regex.Pattern;

/**
 * Backups by pg_dump. One counts only when its dump has been read back in full, or restored and compared: a table of
 * contents reads well from a truncated file, and pg_dump's exit code says nothing about what reached the disk.
 */
public final class PgDump {

    /** So that a failure is one grace away from its end, not a long wait for a pg_dump that is stuck. */
    private static final Duration GRACE = Duration.ofSeconds(5);

    /** How often the table that is copied is asked for. */
    private static final Duration LOOK = Duration.ofSeconds(1);

    /** pg_dump says these when the server went, is not there yet, or somebody holds a lock: later it may work. */
    private static final Pattern PASSING =
            Pattern.compile("server closed the connection|terminating connection|Connection"
                    + " refused|Connection reset|starting up|shutting down|recovery mode|could not receive data|SSL"
                    + " SYSCALL|timeout expired|statement timeout.*LOCK TABLE|too many clients|remaining connection slots|no connection to the"
                    + " server|could not connect");

    private final PostgresBinaries binaries;
    private final CommandRunner runner;
    private final Clock clock;
    private final ScratchCopies copies;
    private final Proof proof;

    public PgDump(PostgresBinaries binaries, CommandRunner runner, Clock clock) {
        this.binaries = binaries;
        this.runner = runner;
        this.clock = clock;
        this.copies = new ScratchCopies(binaries, runner);
        this.proof = new Proof(runner, copies);
    }

    /**
     * Makes a backup, or finds that it is already there, whole.
     *
     * @throws DatabaseUnavailable when it may work later
     * @throws DatabaseRefused when the database says no
     * @throws BackupFailed when the dump cannot be written, or is not what it should be
     */
    public Backup backUp(BackupRequest request, Pulse pulse) {
        Path room = request.store().room();
        Path partial = room.resolve(request.dump() + ".partial");
        Path mark = room.resolve(request.dump() + ".running");
        try {
            Files.createDirectories(room);
            // an attempt of a worker that was cut off may still write; two writers in one file would be none
            runner.awaitGone(mark, pulse);
            Optional<Backup> existing = existing(request, pulse);
            if (existing.isPresent()) {
                return existing.get();
            }
            Archive archive = new Archive(partial);
            try {
                archive.delete();
                return make(request, archive, mark, pulse);
            } finally {
                archive.delete();
            }
        } catch (IOException e) {
            throw new BackupFailed(
                    request.store().address(request.dump()) + ": the backup could not be written: " + reason(e)
                            + "; nothing of it was kept",
                    e);
        }
    }

    /**
     * Reads a backup of this host from its first byte to its last, against its manifest.
     *
     * @throws BackupFailed when it is not what was written
     */
    public Backup verify(Path dump, Duration atMost, Pulse pulse) {
        Manifest manifest = Manifest.read(dump)
                .orElseThrow(() -> new BackupFailed(dump + ": has no manifest " + Manifest.beside(dump)
                        + " that can be read, so nobody knows what it should hold"));
        Proof.compare(new Archive(dump), manifest, pulse);
        proof.readBack(binaries.forDump(manifest.toolVersion()), dump, atMost, pulse);
        return manifest.backup(dump.toString());
    }

    private Optional<Backup> existing(BackupRequest request, Pulse pulse) {
        // what is damaged is no backup: a new one under the same name replaces it
        return request.store()
                .manifest(request.dump())
                .filter(manifest -> request.store().isWhole(request.dump(), manifest, pulse))
                .map(manifest -> manifest.backup(request.store().address(request.dump())));
    }

    private Backup make(BackupRequest request, Archive archive, Path mark, Pulse pulse) throws IOException {
        DumpOptions options = request.options();
        try (SourceSession session = SourceSession.open(request.url(), options)) {
            PostgresBinaries.Installation tools = binaries.forServer(session.major());
            options.problems(tools).stream().findFirst().ifPresent(problem -> {
                throw new BackupFailed(problem);
            });
            Instant time = clock.instant();
            long start = System.nanoTime();
            String serverVersion = session.version();
            Manifest.Source source = session.source();
            List<String> without = session.without();
            try (Dumped dumped = options.restore()
                    ? dumpWithProof(request, session, tools, archive, mark, pulse)
                    : dump(request, session, tools, archive, mark, pulse)) {
                archive.lock();
                Read read = read(request, tools, archive, source, dumped, pulse);
                Manifest manifest = new Manifest(
                        Manifest.FORMAT,
                        request.name(),
                        request.url().display(),
                        archive.bytes(),
                        read.sha256(),
                        read.tables(),
                        tools.version(),
                        serverVersion,
                        Duration.ofNanos(System.nanoTime() - start).toMillis(),
                        time.toString(),
                        read.verified(),
                        options.format(),
                        request.origin(),
                        source,
                        dumped.rows(),
                        dumped.shape(),
                        without);
                request.store().keep(archive.path(), request.dump(), manifest, options.rate(), pulse);
                return manifest.backup(request.store().address(request.dump()));
            }
        }
    }

    /** What was read of a dump. */
    private record Read(String verified, String sha256, List<String> tables) {}

    /** Whatever happens, nobody reads the dump any more after it: it may be deleted then. */
    private Read read(
            BackupRequest request,
            PostgresBinaries.Installation tools,
            Archive archive,
            Manifest.Source source,
            Dumped dumped,
            Pulse pulse)
            throws IOException {
        AtomicBoolean over = new AtomicBoolean();
        Pulse wanted = progress -> {
            if (over.get()) {
                throw new WorkInterrupted("reading the dump was stopped, because its backup has ended");
            }
        };
        // all of them read the same bytes, and the second reader finds them in memory
        CompletableFuture<String> checksum = CompletableFuture.supplyAsync(() -> syncedChecksum(archive, wanted));
        CompletableFuture<List<String>> contents = CompletableFuture.supplyAsync(
                () -> copies.contents(archive.path(), wanted).tables());
        try {
            String verified = proof.of(request, tools, archive, source, dumped, pulse);
            String sha256 = new BeatingWork("checksums of the dump", pulse).run(() -> joined(checksum), thread -> {});
            List<String> tables =
                    new BeatingWork("tables of contents", pulse).run(() -> joined(contents), thread -> {});
            return new Read(verified, sha256, tables);
        } finally {
            over.set(true);
            CompletableFuture.allOf(checksum, contents)
                    .handle((done, failure) -> done)
                    .join();
        }
    }

    private static <T> T joined(CompletableFuture<T> reading) {
        try {
            return reading.join();
        } catch (CompletionException e) {
            if (e.getCause() instanceof RuntimeException failure) {
                throw failure;
            }
            throw e;
        }
    }

    private static String syncedChecksum(Archive archive, Pulse pulse) {
        try {
            archive.sync();
        } catch (IOException e) {
            throw new BackupFailed(archive.path() + ": the backup did not reach the disk: " + reason(e), e);
        }
        try {
            return archive.sha256(pulse);
        } catch (IOException e) {
            throw new BackupFailed(archive.path() + ": the backup cannot be read: " + reason(e), e);
        }
    }

    /** Only what the server's statistics say of the rows: nothing is read twice. */
    private Dumped dump(
            BackupRequest request,
            SourceSession session,
            PostgresBinaries.Installation tools,
            Archive archive,
            Path mark,
            Pulse pulse)
            throws IOException {
        List<Manifest.TableRows> rows = session.tables().stream()
                .map(table -> new Manifest.TableRows(
                        table.name(), -1, "", table.inserted(), table.updated(), table.deleted()))
                .toList();
        run(request, session, tools, archive, List.of(), mark, pulse);
        return new Dumped(rows, Manifest.Shape.UNKNOWN, Optional.empty(), Optional.empty());
    }

    /** In one snapshot: the dump, and beside it the count and the digest of every table. */
    private Dumped dumpWithProof(
            BackupRequest request,
            SourceSession session,
            PostgresBinaries.Installation tools,
            Archive archive,
            Path mark,
            Pulse pulse)
            throws IOException {
        int major = session.major();
        String snapshot = session.gentle().exportSnapshot();
        List<SourceSession.Table> tables = session.tables();
        Manifest.Shape shape = session.shape();
        try (SourceSession watching = SourceSession.open(request.url(), request.options())) {
            Map<String, Long> before = watching.sequences();
            Counting counting = Counting.start(session, tables);
            // the digests take a core beside the dump; when they are done, a server can be made meanwhile
            ReadyCluster ready = ReadyCluster.start(counting::awaitEnd, () -> copies.cluster(major));
            try {
                run(request, watching, tools, archive, List.of("--snapshot=" + snapshot), mark, pulse);
                List<Manifest.TableRows> rows = counting.await(pulse);
                session.releaseSnapshot();
                return new Dumped(
                        rows,
                        shape,
                        Optional.of(new CopyComparison(tables, rows, shape, before, watching.sequences())),
                        Optional.of(ready));
            } catch (RuntimeException | IOException e) {
                counting.stop();
                ready.close();
                throw e;
            }
        }
    }

    private void run(
            BackupRequest request,
            SourceSession watching,
            PostgresBinaries.Installation tools,
            Archive archive,
            List<String> more,
            Path mark,
            Pulse pulse)
            throws IOException {
        if (!request.options().format().equals("directory")) {
            Files.createFile(
                    archive.path(), PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        }
        List<String> argv = new ArrayList<>(List.of(tools.program("pg_dump").toString()));
        argv.addAll(request.options().arguments(tools));
        argv.addAll(more);
        argv.addAll(List.of(
                "--lock-wait-timeout=10s",
                "--no-password",
                "--file=" + archive.path().toAbsolutePath()));
        CommandResult dumped;
        try (Throttle throttle =
                Throttle.start(archive, mark, "pg_dump", request.options().rate())) {
            dumped = runner.run(
                    new Command(argv, request.store().room(), environment(request.url()), request.toDump(), GRACE),
                    Optional.of(mark),
                    progress(archive, watching, pulse));
        }
        if (!dumped.succeeded()) {
            throw dumpFailed(request, dumped);
        }
    }

    /** How much is written, and of which table. */
    private static Pulse progress(Archive archive, SourceSession watching, Pulse pulse) {
        long start = System.nanoTime();
        long[] looked = {start};
        String[] table = {""};
        return said -> {
            long now = System.nanoTime();
            if (now - looked[0] > LOOK.toNanos()) {
                looked[0] = now;
                table[0] = watching.copying().map(name -> ", " + name).orElse("");
            }
            String written = "";
            try {
                written = archive.isThere() ? ": " + Sizes.about(archive.bytes()) + table[0] : "";
            } catch (IOException notNow) {
                // the next beat says it
            }
            pulse.beat(said + written);
        };
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
            return new BackupFailed(request.store().room() + ": no space is left for the backup of "
                    + request.url().display() + "; free some or name another directory (pg_dump: " + said + ")");
        }
        return PASSING.matcher(said).find() ? new DatabaseUnavailable(message) : new BackupFailed(message);
    }

    static String said(CommandResult result) {
        List<String> lines = result.lastLines();
        return String.join(" | ", lines.subList(Math.max(0, lines.size() - 5), lines.size()));
    }

    static String reason(IOException e) {
        return e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
    }
}
