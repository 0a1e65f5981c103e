package dev.slipway.opening;

import dev.slipway.database.DatabaseRefused;
import dev.slipway.database.reference.FileSyntax;
import dev.slipway.database.reference.PlannedReferenceData;
import dev.slipway.database.reference.ReferenceData;
import dev.slipway.database.reference.ReferenceDataDiff;
import dev.slipway.database.reference.ReferenceDataRequest;
import dev.slipway.database.reference.ReferenceSource;
import dev.slipway.plan.Database;
import dev.slipway.plan.ReleasePlan;
import dev.slipway.process.Pulse;
import dev.slipway.served.Served;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/** What promoting reference data would change. Reads only. */
final class ReferenceDataLook {

    private final ReferenceData promotion;

    ReferenceDataLook(ReferenceData promotion) {
        this.promotion = promotion;
    }

    /**
     * What was seen.
     *
     * @param words for people, a line each
     * @param hash of the rows that change: other rows, another hash
     * @param bound whether the step has to find exactly these rows
     * @param problem what would stop it; empty where nothing is known to
     */
    record Seen(List<String> words, String hash, boolean bound, String problem) {}

    /**
     * Looks.
     *
     * @param migrates whether migrations come first: then the tables may not be there yet
     * @param files lays out the plan's files
     */
    Optional<Seen> look(
            Served served,
            ReleasePlan plan,
            String name,
            Database database,
            boolean migrates,
            Supplier<Path> files,
            Pulse pulse) {
        return database.referenceDataIfAny().map(wanted -> {
            String what = name + " from " + wanted.origin() + ": ";
            Optional<String> missing = PlannedReferenceData.missing(plan, wanted, served.secrets());
            if (missing.isPresent()) {
                return new Seen(
                        List.of(what + "skipped, the optional secret " + missing.get() + " is not set"),
                        "skipped",
                        false,
                        "");
            }
            ReferenceDataRequest request = PlannedReferenceData.request(database, served.secrets(), files);
            try {
                ReferenceDataDiff diff = promotion.diff(request, pulse);
                List<String> words = new ArrayList<>();
                words.add(what + PlannedReferenceData.words(diff) + (diff.isEmpty() ? " (nothing changes)" : ""));
                words.addAll(PlannedReferenceData.samples(diff));
                // a row may hold what a secret holds
                return new Seen(words.stream().map(served.secrets()::redact).toList(), diff.hash(), true, "");
            } catch (DatabaseRefused e) {
                List<String> broken = migrates && request.source() instanceof ReferenceSource.OfFiles ofFiles
                        ? FileSyntax.problems(ofFiles, wanted.tables())
                        : List.of();
                if (!broken.isEmpty()) {
                    return new Seen(List.of(), "", false, "reference data: " + String.join("; ", broken));
                }
                return migrates
                        ? new Seen(
                                List.of(what + String.join(", ", wanted.tables())
                                        + "; what changes is known only after the migrations (now: "
                                        + served.secrets().redact(e.getMessage())
                                        + ")"),
                                "after the migrations",
                                false,
                                "")
                        : new Seen(List.of(), "", false, "reference data: " + e.getMessage());
            }
        });
    }
}
