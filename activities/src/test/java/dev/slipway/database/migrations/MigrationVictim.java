package dev.slipway.database.migrations;

import dev.slipway.database.PostgresUrl;
import dev.slipway.process.Pulse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/** The main of a JVM that is killed while it migrates. */
final class MigrationVictim {

    private MigrationVictim() {}

    /** @param args the URL, the folder, and the tool, which is Flyway where it is not named */
    public static void main(String[] args) {
        MigrationTool tool =
                switch (args.length > 2 ? args[2] : "flyway") {
                    case "prisma" -> new OwnMigrations(new PrismaFormat());
                    case "supabase" -> new OwnMigrations(new SupabaseFormat());
                    case "sql" -> new OwnMigrations(new NumberedFormat());
                    default -> new FlywayMigrations();
                };
        tool.migrate(
                new MigrationRequest(
                        PostgresUrl.parse(args[0]),
                        Path.of(args[1]),
                        "",
                        "",
                        Duration.ofMinutes(1),
                        Duration.ZERO,
                        false,
                        Optional.empty()),
                Pulse.unheard());
    }
}
