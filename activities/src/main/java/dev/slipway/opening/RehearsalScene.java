package dev.slipway.opening;

import dev.slipway.database.migrations.MigrationFile;
import dev.slipway.database.migrations.MigrationRequest;
import dev.slipway.database.migrations.MigrationTool;
import dev.slipway.database.rehearsal.ReadFile;
import dev.slipway.plan.Database;
import dev.slipway.plan.Migrate.Guards;
import dev.slipway.served.Served;
import java.util.List;

/** One database with everything that its rehearsal is made of. */
record RehearsalScene(
        Served served,
        String name,
        Database database,
        MigrationTool tool,
        MigrationRequest request,
        List<MigrationFile> pending,
        List<ReadFile> read) {

    Guards guards() {
        return database.migrateIfAny().orElseThrow().guard();
    }
}
