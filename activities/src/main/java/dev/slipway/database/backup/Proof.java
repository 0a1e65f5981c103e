package dev.slipway.database.backup;

import dev.slipway.database.BeatingWork;
import dev.slipway.database.PostgresBinaries;
import dev.slipway.plan.Durations;
import dev.slipway.plan.Sizes;
import dev.slipway.process.Command;
import dev.slipway.process.CommandResult;
import dev.slipway.process.CommandRunner;
import dev.slipway.process.Pulse;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** What makes a dump a verified backup: it is read back whole from the disk, or restored and compared. */
public final class Proof {

    private static final Duration GRACE = Duration.ofSeconds(5);

    private final CommandRunner runner;
    private final ScratchCopies copies;

    Proof(CommandRunner runner, ScratchCopies copies) {
        this.runner = runner;
        this.copies = copies;
    }

    /** @return how it was proved */
    String of(
            BackupRequest request,
            PostgresBinaries.Installation tools,
            Archive archive,
            Manifest.Source source,
            Dumped dumped,
            Pulse pulse)
            throws IOException {
        if (dumped.comparison().isEmpty()) {
            readBack(tools, archive.path(), request.toVerify(), pulse);
            return Manifest.FULL_READ;
        }
        DumpOptions options = request.options();
        long limit = options.largerThan();
        if (limit > 0 && archive.bytes() > limit) {
            readBack(tools, archive.path(), request.toVerify(), pulse);
            return Manifest.FULL_READ + ", not restored: it is larger than " + Sizes.text(limit);
        }
        boolean shorter = !options.longerThan().isZero() && options.longerThan().compareTo(request.toVerify()) < 0;
        Duration atMost = shorter ? options.longerThan() : request.toVerify();
        try {
            return restore(request, archive, source, dumped, atMost, pulse);
        } catch (RestoreTookTooLong e) {
            if (!shorter) {
                throw e;
            }
            readBack(tools, archive.path(), request.toVerify(), pulse);
            return Manifest.FULL_READ + ", not restored: that took longer than " + Durations.text(atMost);
        }
    }

    private String restore(
            BackupRequest request,
            Archive archive,
            Manifest.Source source,
            Dumped dumped,
            Duration atMost,
            Pulse pulse) {
        CopyComparison comparison = dumped.comparison().orElseThrow();
        long start = System.nanoTime();
        try (ScratchCopy copy = copies.of(archive.path(), source, dumped.ready().orElseThrow(), atMost, pulse);
                SourceSession session = SourceSession.open(copy.url(), request.options())) {
            Pulse patience = said -> {
                if (System.nanoTime() - start > atMost.toNanos()) {
                    throw new RestoreTookTooLong(archive.path() + ": comparing the restored backup was stopped after "
                            + atMost.toSeconds() + " s, the time that it may take; raise the time-out of the backup");
                }
                pulse.beat(said);
            };
            CopyComparison.Result result = new BeatingWork("comparisons of the restored tables", patience)
                    .run(() -> comparison.with(session, copy.missing()), thread -> session.cancel());
            if (!result.differences().isEmpty()) {
                throw new BackupFailed(request.store().address(request.dump())
                        + ": the backup does not hold what was dumped, so it is none: " + result.shortened());
            }
            if (result.compared() == 0 && !comparison.tables().isEmpty()) {
                throw new BackupFailed(request.store().address(request.dump())
                        + ": none of its tables can be restored on this machine: "
                        + String.join("; ", copy.notes()));
            }
            return Manifest.RESTORED
                    + (result.skipped().isEmpty()
                            ? ""
                            : ", but for " + String.join(", ", result.skipped())
                                    + ", which this machine cannot restore")
                    + (copy.notes().isEmpty() ? "" : " (" + String.join("; ", copy.notes()) + ")");
        }
    }

    /** The only check that sees a dump that ends too early. */
    void readBack(PostgresBinaries.Installation tools, Path dump, Duration atMost, Pulse pulse) {
        CommandResult read = runner.run(
                new Command(
                        List.of(
                                tools.program("pg_restore").toString(),
                                "--file=/dev/null",
                                dump.toAbsolutePath().toString()),
                        dump.toAbsolutePath().getParent(),
                        Map.of("LC_MESSAGES", "C"),
                        atMost,
                        GRACE),
                pulse);
        if (read.timedOut()) {
            throw new BackupFailed(dump + ": reading the backup back was stopped after " + atMost.toSeconds()
                    + " s, its time-out; raise the time-out of the backup");
        }
        if (!read.succeeded()) {
            UnreadableDump.why(tools, dump, read.lastLines()).ifPresent(why -> {
                throw new BackupFailed(why);
            });
            throw new BackupFailed(dump + ": the backup cannot be read back, so it is none: pg_restore ended with "
                    + read.exitCode() + ": " + PgDump.said(read));
        }
    }

    static void compare(Archive dump, Manifest manifest, Pulse pulse) {
        try {
            long bytes = dump.bytes();
            if (bytes != manifest.bytes()) {
                throw new BackupFailed(dump.path() + ": holds " + bytes + " bytes, but its manifest says "
                        + manifest.bytes() + ": it is damaged");
            }
            if (!dump.sha256(pulse).equals(manifest.sha256())) {
                throw new BackupFailed(
                        dump.path() + ": its bytes are not those that its manifest's checksum is of: it is damaged");
            }
        } catch (IOException e) {
            throw new BackupFailed(dump.path() + ": the backup cannot be read: " + PgDump.reason(e), e);
        }
    }
}
