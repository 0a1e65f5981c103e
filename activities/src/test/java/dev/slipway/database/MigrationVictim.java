package dev.slipway.database;

import dev.slipway.process.Pulse;
import java.nio.file.Path;
import java.time.Duration;

/** The main of a JVM that is killed while it migrates. */
final class MigrationVictim {

    private MigrationVictim() {}

    public static void main(String[] args) {
        new FlywayMigrations()
                .migrate(PostgresUrl.parse(args[0]), Path.of(args[1]), Duration.ofSeconds(1), Pulse.unheard());
    }
}
