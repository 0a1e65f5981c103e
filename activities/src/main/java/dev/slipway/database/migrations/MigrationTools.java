package dev.slipway.database.migrations;

import dev.slipway.plan.Migrate;
import dev.slipway.process.CommandRunner;
import java.util.Optional;

/** The migration tools that there are; the one place that names them all. */
public final class MigrationTools {

    private final MigrationTool flyway = new FlywayMigrations();
    private final MigrationTool prisma = new OwnMigrations(new PrismaFormat());
    private final MigrationTool supabase = new OwnMigrations(new SupabaseFormat());
    private final MigrationTool sql = new OwnMigrations(new NumberedFormat());
    private final MigrationTool officialPrisma;
    private final MigrationTool officialSupabase;

    public MigrationTools(CommandRunner runner) {
        this.officialPrisma = new OfficialMigrations(new PrismaCommand("prisma"), prisma, runner);
        this.officialSupabase = new OfficialMigrations(new SupabaseCommand("supabase"), supabase, runner);
    }

    /** The tool that a plan chose; empty for a command, whose migrations nobody can list. */
    public Optional<MigrationTool> of(Migrate migrate) {
        return switch (migrate.tool()) {
            case FLYWAY -> Optional.of(flyway);
            case PRISMA -> Optional.of(migrate.official() ? officialPrisma : prisma);
            case SUPABASE -> Optional.of(migrate.official() ? officialSupabase : supabase);
            case SQL -> Optional.of(sql);
            case COMMAND -> Optional.empty();
        };
    }
}
