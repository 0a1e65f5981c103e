package dev.slipway.opening;

import dev.slipway.database.migrations.MigrationRequest;
import dev.slipway.database.migrations.MigrationStatus;
import dev.slipway.database.migrations.MigrationTool;
import dev.slipway.database.migrations.MigrationTools;
import dev.slipway.database.migrations.SchemaPicture;
import dev.slipway.plan.ReleasePlan;
import dev.slipway.plan.ReleasePlan.Database;
import dev.slipway.served.Served;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** How the migrations of a plan stand to its databases. Reads only, and lays the plan's files out for it. */
final class MigrationsLook {

    private final MigrationTools tools;

    MigrationsLook(MigrationTools tools) {
        this.tools = tools;
    }

    /** By the database's name; without those that a command migrates, which nobody can look into. */
    Map<String, MigrationStatus> look(Served served, ReleasePlan plan) {
        try (PlanFolder folder = new PlanFolder(served, plan)) {
            return look(served, plan, folder);
        }
    }

    /** The same, where somebody else needs the files too. */
    Map<String, MigrationStatus> look(Served served, ReleasePlan plan, PlanFolder folder) {
        Map<String, MigrationStatus> all = new LinkedHashMap<>();
        for (Map.Entry<String, Database> each : plan.databases().entrySet()) {
            Optional<MigrationTool> tool = each.getValue().migrateIfAny().flatMap(tools::of);
            if (tool.isEmpty()) {
                continue;
            }
            MigrationRequest request = MigrationRequest.of(each.getValue(), served.secrets(), folder.files());
            MigrationStatus status = tool.get().status(request);
            all.put(each.getKey(), withDrift(served, each.getKey(), request, status));
        }
        return all;
    }

    /** What somebody changed in the schema since the last release migrated it is in no file, and in no other environment. */
    private static MigrationStatus withDrift(
            Served served, String database, MigrationRequest request, MigrationStatus status) {
        String hash = served.record().head().state().schemas().getOrDefault(database, "");
        Optional<String> kept =
                hash.isEmpty() ? Optional.empty() : served.record().kept(hash);
        if (kept.isEmpty()) {
            return status;
        }
        String changed = SchemaPicture.parse(kept.get()).changed(SchemaPicture.of(request.url()));
        if (changed.isEmpty()) {
            return status;
        }
        String version = kept.get().lines().findFirst().orElse("");
        return status.noting(
                "the schema is not as " + version + " left it (changed by hand, restored, or left half-way): " + changed
                        + "; write a migration of it, or take it back");
    }
}
