package dev.slipway.database.migrations;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * {@code prisma migrate deploy}. It reads the schema file beside the migrations, which the plan has to name in
 * {@code files}, and the connection string from the variable that the schema names.
 */
final class PrismaCommand implements OfficialMigrations.Official {

    private final String program;

    /** @param program by path, or by name on the PATH */
    PrismaCommand(String program) {
        this.program = program;
    }

    @Override
    public List<String> arguments(MigrationRequest request) {
        return List.of(program, "migrate", "deploy");
    }

    @Override
    public String needs() {
        return "Prisma: Node.js and the npm package `prisma`";
    }

    /** Where the folder with the schema and the migrations lies. */
    @Override
    public Path directory(MigrationRequest request) {
        return request.directory().resolve("../..").normalize();
    }

    @Override
    public Map<String, String> environment(MigrationRequest request) {
        return Map.of("CI", "true", "PRISMA_HIDE_UPDATE_MESSAGE", "true", "CHECKPOINT_DISABLE", "1");
    }
}
