package dev.slipway.opening;

import dev.slipway.database.ReferenceData;
import dev.slipway.database.migrations.Migration;
import dev.slipway.database.migrations.MigrationStatus;
import dev.slipway.database.migrations.MigrationTools;
import dev.slipway.plan.ReleasePlan;
import dev.slipway.plan.ReleasePlan.Database;
import dev.slipway.process.Pulse;
import dev.slipway.record.Review;
import dev.slipway.served.Served;
import dev.slipway.trust.CanonicalJson;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What was looked up for a review, and is looked up again before anything changes: which migrations are applied, and which
 * reference data would change.
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
     * @param promotions of each database whose reference data is bound: the hash of the rows that change
     * @param notes what stops nothing and is worth knowing of the migrations
     * @param problems what would stop the migrations, such as an applied file that was edited
     */
    record Found(
            String hash,
            List<Review.Migration> pending,
            List<String> referenceData,
            Map<String, String> promotions,
            List<String> problems,
            List<String> notes) {}

    Found find(Served served, ReleasePlan plan, Pulse pulse) {
        Map<String, Object> looked = new LinkedHashMap<>();
        List<Review.Migration> pending = new ArrayList<>();
        List<String> problems = new ArrayList<>();
        List<String> promoted = new ArrayList<>();
        Map<String, String> promotions = new LinkedHashMap<>();
        List<String> notes = new ArrayList<>();
        for (Map.Entry<String, MigrationStatus> each :
                migrations.look(served, plan).entrySet()) {
            MigrationStatus status = each.getValue();
            looked.put(
                    each.getKey(),
                    new Looked(
                            status.version(),
                            status.applied().size(),
                            status.pending().stream().map(Migration::file).toList()));
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
                    .look(served, plan, name, each.getValue(), migrates, pulse)
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

    private record Looked(String version, int applied, List<String> pending) {}
}
