package dev.slipway.opening;

import dev.slipway.database.migrations.KeptSchema;
import dev.slipway.database.migrations.MigrationRequest;
import dev.slipway.database.migrations.MigrationStatus;
import dev.slipway.database.migrations.MigrationTool;
import dev.slipway.database.migrations.MigrationTools;
import dev.slipway.database.migrations.SchemaPicture;
import dev.slipway.plan.Database;
import dev.slipway.plan.Database.SameSchema;
import dev.slipway.plan.ReleasePlan;
import dev.slipway.plan.Times;
import dev.slipway.record.State;
import dev.slipway.served.Served;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** How the migrations of a plan stand to its databases. Reads only, and lays the plan's files out for it. */
final class MigrationsLook {

    private final MigrationTools tools;

    MigrationsLook(MigrationTools tools) {
        this.tools = tools;
    }

    /**
     * What was seen of one database.
     *
     * @param bound hashes of the schemas that a verdict which may stop the release rests on, here and elsewhere
     */
    record Seen(MigrationStatus status, List<String> bound) {}

    /** By the database's name; without those that a command migrates, which nobody can look into. */
    Map<String, Seen> look(Served served, ReleasePlan plan) {
        try (PlanFolder folder = new PlanFolder(served, plan)) {
            return look(served, plan, folder);
        }
    }

    /** The same, where somebody else needs the files too. */
    Map<String, Seen> look(Served served, ReleasePlan plan, PlanFolder folder) {
        Map<String, Seen> all = new LinkedHashMap<>();
        for (Map.Entry<String, Database> each : plan.databases().entrySet()) {
            Optional<MigrationTool> tool = each.getValue().migrateIfAny().flatMap(tools::of);
            if (tool.isEmpty()) {
                continue;
            }
            MigrationRequest request = MigrationRequest.of(each.getValue(), served.secrets(), folder.files());
            Seen seen = new Seen(
                    withDrift(served, each.getKey(), request, tool.get().status(request)), List.of());
            for (SameSchema wanted : each.getValue().sameSchema()) {
                seen = compared(served, each.getKey(), wanted, tool.get(), request, seen);
            }
            all.put(each.getKey(), seen);
        }
        return all;
    }

    /** What changed in the schema since the last release migrated it: by hand, where the record tells of nothing else. */
    private static MigrationStatus withDrift(
            Served served, String database, MigrationRequest request, MigrationStatus status) {
        State state = served.record().head().state();
        String hash = state.schemas().getOrDefault(database, "");
        Optional<KeptSchema> kept = hash.isEmpty()
                ? Optional.empty()
                : served.record()
                        .kept(hash)
                        .flatMap(KeptSchema::parse)
                        // a worker before this version kept definitions, where now there are hashes of them
                        .filter(before -> before.picture().server() != 0);
        if (kept.isEmpty()) {
            return status;
        }
        String changed = kept.get().picture().changed(SchemaPicture.of(request.url()));
        return changed.isEmpty()
                ? status
                : status.noting("the schema is not as " + kept.get().version() + " left it: "
                        + since(
                                state,
                                database,
                                kept.get(),
                                changed,
                                !status.problems().isEmpty()));
    }

    /** @param hindered whether something has to be mended before anything is migrated, which is said beside it */
    private static String since(State state, String database, KeptSchema kept, String changed, boolean hindered) {
        for (State.Ended ended : state.history()) {
            if (ended.time().isBefore(kept.taken())) {
                break;
            }
            String when = " at " + Times.text(ended.time());
            if (ended.changed().stream().anyMatch(one -> one.startsWith(Changes.database(database)))) {
                return "a backup was restored into it" + when + " (" + changed
                        + "); what is pending now is applied on top of that";
            }
            if (ended.changed().stream().anyMatch(one -> Changes.tellsOfHalfMigrated(one, database))) {
                return "the migrations of " + ended.version() + " did not come to their end" + when + " (" + changed
                        + "); "
                        + (hindered
                                ? "mend what preflight names as a problem and release again, or restore the backup of before it"
                                : "release again, and they go on where they stopped, or restore the backup of before it");
            }
        }
        return changed + ", changed by hand; write a migration of it, or take it back";
    }

    /** How it stands to the schema of another environment that the plan wants it to be like. */
    private static Seen compared(
            Served served,
            String database,
            SameSchema wanted,
            MigrationTool tool,
            MigrationRequest request,
            Seen seen) {
        MigrationStatus status = seen.status();
        OtherSchema.Found found = OtherSchema.find(served, database, wanted);
        if (found.schema().isEmpty()) {
            return new Seen(told(wanted, status, OtherSchema.unjudged(wanted, found.why())), seen.bound());
        }
        OtherSchema other = found.schema().get();
        List<String> differences = new ArrayList<>(
                other.migrations(tool.applied(status, request.directory()), tool.wanted(status, request.directory())));
        List<String> bound = new ArrayList<>(seen.bound());
        if (status.pending().isEmpty() || wanted.stops()) {
            SchemaPicture here = SchemaPicture.of(request.url());
            if (status.pending().isEmpty()) {
                // else it is the schema after them that has to be the same, which only a rehearsal shows
                differences.addAll(other.objects(here));
            }
            if (wanted.stops()) {
                bound.add(other.hash());
                bound.add(here.hash());
            }
        }
        return new Seen(differences.isEmpty() ? status : told(wanted, status, other.sentence(differences)), bound);
    }

    private static MigrationStatus told(SameSchema wanted, MigrationStatus status, String sentence) {
        return wanted.stops() ? status.refusing(sentence) : status.noting(sentence);
    }
}
