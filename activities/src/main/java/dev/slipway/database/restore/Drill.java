package dev.slipway.database.restore;

import dev.slipway.database.DatabaseRefused;
import dev.slipway.database.backup.Backup;
import dev.slipway.database.backup.BackupChoice;
import dev.slipway.database.backup.BackupFailed;
import dev.slipway.database.backup.BackupStore;
import dev.slipway.database.backup.Manifest;
import dev.slipway.database.backup.ManifestCheck;
import dev.slipway.database.backup.PgDump;
import dev.slipway.database.backup.ScratchCopies;
import dev.slipway.database.backup.ScratchCopy;
import dev.slipway.process.Pulse;
import dev.slipway.record.State;
import dev.slipway.served.ServedEnvironment;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/** A restore that is only tried: into a cluster of its own on the worker, compared with the manifest, measured, thrown away. */
public final class Drill {

    private final PgDump dumps;
    private final ScratchCopies copies;

    public Drill(PgDump dumps, ScratchCopies copies) {
        this.dumps = dumps;
        this.copies = copies;
    }

    /**
     * What came of it.
     *
     * @param took from the first byte read to the last table compared
     * @param bytes of the backup
     * @param problems why it does not count as restored; empty where it does
     * @param notes what is not as in the original
     */
    public record Result(Duration took, long bytes, List<String> problems, List<String> notes) {}

    public Result run(ServedEnvironment settings, State.KeptBackup backup, Duration atMost, Pulse pulse) {
        long start = System.nanoTime();
        long bytes = 0;
        try (BackupStore.Local local = BackupChoice.local(settings, backup, pulse)) {
            Path dump = local.dump();
            Backup proved = dumps.verify(dump, atMost, pulse);
            bytes = proved.bytes();
            if (!proved.sha256().equals(backup.sha256())) {
                return failed(
                        start, bytes, dump + ": is not the backup that the record knows: its checksum is another");
            }
            Manifest manifest =
                    Manifest.read(dump).orElseThrow(() -> new BackupFailed(dump + ": its manifest is gone"));
            try (ScratchCopy copy = copies.of(dump, atMost, pulse)) {
                List<String> problems = ManifestCheck.problems(
                        copy.url(), manifest, !copy.missing().isEmpty(), pulse);
                return new Result(Duration.ofNanos(System.nanoTime() - start), bytes, problems, copy.notes());
            }
        } catch (BackupFailed | DatabaseRefused e) {
            return failed(start, bytes, e.getMessage());
        }
    }

    private static Result failed(long start, long bytes, String why) {
        return new Result(Duration.ofNanos(System.nanoTime() - start), bytes, List.of(why), List.of());
    }
}
