package dev.slipway.opening;

import dev.slipway.database.DatabaseRefused;
import dev.slipway.database.PlannedReferenceData;
import dev.slipway.database.ReferenceData;
import dev.slipway.database.ReferenceDataDiff;
import dev.slipway.plan.ReleasePlan;
import dev.slipway.plan.ReleasePlan.Database;
import dev.slipway.process.Pulse;
import dev.slipway.served.Served;
import java.util.Optional;

/** What promoting reference data would change. Reads only. */
final class ReferenceDataLook {

    private final ReferenceData promotion;

    ReferenceDataLook(ReferenceData promotion) {
        this.promotion = promotion;
    }

    /**
     * What was seen.
     *
     * @param words for people
     * @param hash of the rows that change: other rows, another hash
     * @param problem what would stop it; empty where nothing is known to
     */
    record Seen(String words, String hash, String problem) {}

    /** @param migrates whether migrations come first: then the tables may not be there yet */
    Optional<Seen> look(
            Served served, ReleasePlan plan, String name, Database database, boolean migrates, Pulse pulse) {
        return database.referenceDataIfAny().map(wanted -> {
            String what = name + " from " + wanted.from() + ": ";
            if (PlannedReferenceData.skipped(plan, wanted.from(), served.secrets())) {
                return new Seen(what + "skipped, the optional secret is not set", "skipped", "");
            }
            try {
                ReferenceDataDiff diff =
                        promotion.diff(PlannedReferenceData.request(database, served.secrets()), pulse);
                return new Seen(
                        what + PlannedReferenceData.words(diff) + (diff.isEmpty() ? " (nothing changes)" : ""),
                        diff.hash(),
                        "");
            } catch (DatabaseRefused e) {
                return migrates
                        ? new Seen(
                                what + String.join(", ", wanted.tables())
                                        + "; what changes is known only after the migrations",
                                "after the migrations",
                                "")
                        : new Seen("", "", "reference data: " + e.getMessage());
            }
        });
    }
}
