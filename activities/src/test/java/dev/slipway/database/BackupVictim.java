package dev.slipway.database;

import dev.slipway.process.CommandRunner;
import dev.slipway.process.Pulse;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;

/** The main of a JVM that is killed while it makes a backup. */
final class BackupVictim {

    private BackupVictim() {}

    public static void main(String[] args) {
        BackupRequest request = new BackupRequest(
                PostgresUrl.parse(args[0]), Path.of(args[1]), "1.4.0", Duration.ofMinutes(1), Duration.ofMinutes(1));
        new PgDump(PostgresBinaries.find(), new CommandRunner(), Clock.systemUTC()).backUp(request, Pulse.unheard());
    }
}
