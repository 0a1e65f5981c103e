package dev.slipway.database.migrations;

import dev.slipway.database.PostgresUrl;
import dev.slipway.process.Pulse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/** The main of a JVM that is killed while it migrates. */
final class MigrationVictim {

    private MigrationVictim() {}

    public static void main(String[] args) {
        new FlywayMigrations()
                .migrate(
                        new MigrationRequest(
                                PostgresUrl.parse(args[0]),
                                Path.of(args[1]),
                                "",
                                "",
                                Duration.ofSeconds(1),
                                Duration.ZERO,
                                false,
                                Optional.empty()),
                        Pulse.unheard());
    }
}
