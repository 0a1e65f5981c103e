package dev.slipway.database.migrations;

import dev.slipway.plan.ReleasePlan.Migrate;
import java.util.Optional;

/** The migration tools that there are; the one place that names them all. */
public final class MigrationTools {

    private final MigrationTool flyway = new FlywayMigrations();
    private final MigrationTool prisma = new OwnMigrations(new PrismaFormat());
    private final MigrationTool supabase = new OwnMigrations(new SupabaseFormat());
    private final MigrationTool sql = new OwnMigrations(new NumberedFormat());

    /** The tool that a plan chose; empty for a command, whose migrations nobody can list. */
    public Optional<MigrationTool> of(Migrate migrate) {
        return switch (migrate.tool()) {
            case FLYWAY -> Optional.of(flyway);
            case PRISMA -> Optional.of(prisma);
            case SUPABASE -> Optional.of(supabase);
            case SQL -> Optional.of(sql);
            case COMMAND -> Optional.empty();
        };
    }
}
