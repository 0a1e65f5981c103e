package dev.slipway.database.backup;

import dev.slipway.database.Platform;
import dev.slipway.database.PostgresBinaries;
import dev.slipway.database.PostgresUrl;
import dev.slipway.process.CommandRunner;
import dev.slipway.process.Pulse;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;

/** The main of a JVM that is killed while it makes a backup. */
final class BackupVictim {

    private BackupVictim() {}

    /** URL, directory, and perhaps how: restored, or slowly. */
    public static void main(String[] args) {
        new PgDump(PostgresBinaries.find(), new CommandRunner(), Clock.systemUTC())
                .backUp(request(args[0], Path.of(args[1]), args.length > 2 ? args[2] : ""), Pulse.unheard());
    }

    static BackupRequest request(String url, Path directory, String how) {
        return new BackupRequest(
                PostgresUrl.parse(url),
                new DirectoryBackups(directory),
                "1.4.0",
                Duration.ofMinutes(1),
                Duration.ofMinutes(1),
                new DumpOptions(
                        Platform.POSTGRES,
                        List.of(),
                        "custom",
                        1,
                        "none",
                        how.equals("slow") ? 1_000_000 : 0,
                        how.equals("restore"),
                        0,
                        Duration.ZERO),
                Manifest.Origin.UNKNOWN);
    }
}
