package dev.slipway.opening;

import dev.slipway.database.FlywayMigrations;
import dev.slipway.database.Migration;
import dev.slipway.database.MigrationStatus;
import dev.slipway.database.PlanDatabases;
import dev.slipway.database.ReferenceData;
import dev.slipway.plan.ReleasePlan;
import dev.slipway.plan.ReleasePlan.Database;
import dev.slipway.plan.ReleasePlan.Migrate;
import dev.slipway.process.Pulse;
import dev.slipway.record.Review;
import dev.slipway.served.Served;
import dev.slipway.source.WorkingDirectory;
import dev.slipway.trust.CanonicalJson;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Supplier;

/**
 * What was looked up for a review, and is looked up again before anything changes: which migrations are applied, and which
 * reference data would change.
 */
final class Facts {

    private final FlywayMigrations flyway;

    private final ReferenceDataLook referenceData;

    Facts(FlywayMigrations flyway, ReferenceData promotion) {
        this.flyway = flyway;
        this.referenceData = new ReferenceDataLook(promotion);
    }

    /**
     * @param hash of everything that was looked up
     * @param referenceData what it would change, in words
     * @param promotions of each database whose reference data is bound: the hash of the rows that change
     * @param problems what would stop the migrations, such as an applied file that was edited
     */
    record Found(
            String hash,
            List<Review.Migration> pending,
            List<String> referenceData,
            Map<String, String> promotions,
            List<String> problems) {}

    Found find(Served served, ReleasePlan plan, Pulse pulse) {
        // an attempt that was cut off may still be reading while the next one looks: each has a folder of its own
        Path folder = served.working("review-" + plan.digest().substring(0, 16) + "-" + UUID.randomUUID());
        try {
            return find(served, plan, folder, pulse);
        } finally {
            clear(folder);
        }
    }

    private static void clear(Path folder) {
        try {
            WorkingDirectory.delete(folder);
        } catch (IOException left) {
            // nothing reads it again
        }
    }

    private Found find(Served served, ReleasePlan plan, Path folder, Pulse pulse) {
        Map<String, Object> looked = new LinkedHashMap<>();
        List<Review.Migration> pending = new ArrayList<>();
        List<String> problems = new ArrayList<>();
        List<String> promoted = new ArrayList<>();
        Map<String, String> promotions = new LinkedHashMap<>();
        Supplier<Path> files = once(() -> WorkingDirectory.layOut(
                folder, served.source().judged(plan.commit(), plan.source().path()), plan.files()));
        for (Map.Entry<String, Database> each : plan.databases().entrySet()) {
            Optional<Migrate> migrate = each.getValue().migrateIfAny();
            if (migrate.isEmpty() || migrate.get().flyway().isEmpty()) {
                continue;
            }
            MigrationStatus status = flyway.pending(
                    PlanDatabases.direct(each.getValue(), served.secrets()),
                    files.get().resolve(migrate.get().flyway()));
            looked.put(
                    each.getKey(),
                    new Looked(
                            status.version(),
                            status.applied().size(),
                            status.pending().stream().map(Migration::file).toList()));
            status.pending()
                    .forEach(one -> pending.add(
                            new Review.Migration(each.getKey(), one.version(), one.description(), one.file())));
            status.problems().forEach(problem -> problems.add("database " + each.getKey() + ": " + problem));
        }
        for (Map.Entry<String, Database> each : plan.databases().entrySet()) {
            String name = each.getKey();
            boolean migrates = pending.stream().anyMatch(one -> one.database().equals(name))
                    || each.getValue()
                            .migrateIfAny()
                            .filter(migrate -> migrate.flyway().isEmpty())
                            .isPresent();
            referenceData
                    .look(served, plan, name, each.getValue(), migrates, files, pulse)
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
                List.copyOf(problems));
    }

    /** Made when it is first asked for. */
    private static Supplier<Path> once(Supplier<Path> make) {
        List<Path> made = new ArrayList<>();
        return () -> {
            if (made.isEmpty()) {
                made.add(make.get());
            }
            return made.get(0);
        };
    }

    private record Looked(String version, int applied, List<String> pending) {}
}
