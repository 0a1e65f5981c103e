package dev.slipway.opening;

import dev.slipway.database.migrations.Migration;
import dev.slipway.database.migrations.MigrationStatus;
import dev.slipway.database.migrations.MigrationTools;
import dev.slipway.database.reference.ReferenceData;
import dev.slipway.plan.Database;
import dev.slipway.plan.ReleasePlan;
import dev.slipway.process.Pulse;
import dev.slipway.record.Review;
import dev.slipway.record.Scope;
import dev.slipway.record.StepKind;
import dev.slipway.served.Served;
import dev.slipway.trust.CanonicalJson;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What was looked up for a review, and is looked up again before anything changes: which migrations are applied, which
 * reference data would change, and the schemas that have to be the same.
 */
final class Facts {

    private final MigrationTools tools;
    private final MigrationsLook migrations;

    private final ReferenceDataLook referenceData;

    Facts(MigrationTools tools, ReferenceData promotion) {
        this.tools = tools;
        this.migrations = new MigrationsLook(tools);
        this.referenceData = new ReferenceDataLook(promotion);
    }

    /**
     * @param hash of everything that was looked up
     * @param referenceData what it would change, in words
     * @param notes what stops nothing and is worth knowing of the migrations
     * @param promotions of each database whose reference data is bound: the hash of the rows that change
     * @param problems what would stop the migrations, such as an applied file that was edited
     */
    record Found(
            String hash,
            List<Review.Migration> pending,
            List<String> referenceData,
            Map<String, String> promotions,
            List<String> problems,
            List<String> notes) {}

    /** The same for a part of a plan, which is held up by nothing that it does not touch. */
    Found find(Served served, ReleasePlan plan, Scope scope, Pulse pulse) {
        return scope.has(StepKind.MIGRATE) || scope.has(StepKind.REFERENCE_DATA)
                ? find(served, plan, pulse)
                : new Found(CanonicalJson.sha256(Map.of()), List.of(), List.of(), Map.of(), List.of(), List.of());
    }

    private Found find(Served served, ReleasePlan plan, Pulse pulse) {
        try (PlanFolder folder = new PlanFolder(served, plan)) {
            return find(served, plan, folder, pulse);
        }
    }

    private Found find(Served served, ReleasePlan plan, PlanFolder folder, Pulse pulse) {
        Map<String, Object> looked = new LinkedHashMap<>();
        List<Review.Migration> pending = new ArrayList<>();
        List<String> problems = new ArrayList<>();
        List<String> promoted = new ArrayList<>();
        List<String> notes = new ArrayList<>();
        Map<String, String> promotions = new LinkedHashMap<>();
        for (Map.Entry<String, MigrationsLook.Seen> each :
                migrations.look(served, plan, folder).entrySet()) {
            MigrationStatus status = each.getValue().status();
            looked.put(
                    each.getKey(),
                    new Looked(
                            status.version(),
                            status.applied().size(),
                            status.pending().stream().map(Migration::file).toList(),
                            each.getValue().bound()));
            status.pending()
                    .forEach(one -> pending.add(
                            new Review.Migration(each.getKey(), one.version(), one.description(), one.file())));
            status.notes().forEach(note -> notes.add("database " + each.getKey() + ": " + note));
            status.problems().forEach(problem -> problems.add("database " + each.getKey() + ": " + problem));
        }
        for (Map.Entry<String, Database> each : plan.databases().entrySet()) {
            String name = each.getKey();
            boolean migrates = pending.stream().anyMatch(one -> one.database().equals(name))
                    || each.getValue()
                            .migrateIfAny()
                            .filter(migrate -> tools.of(migrate).isEmpty())
                            .isPresent();
            referenceData
                    .look(served, plan, name, each.getValue(), migrates, folder::files, pulse)
                    .ifPresent(seen -> {
                        if (seen.problem().isEmpty()) {
                            looked.put(name + " reference data", seen.hash());
                            promoted.addAll(seen.words());
                            if (seen.bound()) {
                                promotions.put(name, seen.hash());
                            }
                        } else {
                            problems.add("database " + name + ": " + seen.problem());
                        }
                    });
        }
        return new Found(
                CanonicalJson.sha256(looked),
                List.copyOf(pending),
                List.copyOf(promoted),
                Map.copyOf(promotions),
                List.copyOf(problems),
                List.copyOf(notes));
    }

    private record Looked(String version, int applied, List<String> pending, List<String> bound) {}
}
