package dev.slipway.database.migrations;

import dev.slipway.plan.ReleasePlan.Migrate;
import java.util.Optional;

/** The migration tools that there are; the one place that names them all. */
public final class MigrationTools {

    private final MigrationTool flyway = new FlywayMigrations();

    /** The tool that a plan chose; empty for a command, whose migrations nobody can list. */
    public Optional<MigrationTool> of(Migrate migrate) {
        return switch (migrate.tool()) {
            case FLYWAY -> Optional.of(flyway);
            case PRISMA, SUPABASE, SQL -> throw new IllegalStateException("not yet");
            case COMMAND -> Optional.empty();
        };
    }
}
