package dev.slipway.database.migrations;

import dev.slipway.database.DatabaseRefused;
import dev.slipway.database.DatabaseUnavailable;
import dev.slipway.record.Review;
import dev.slipway.steps.StepContext;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * How far the migrations of a release are, all attempts together: what was pending when it was opened against what the
 * history says now.
 *
 * @param version the newest applied version now, or "none"
 * @param applied how many of those that were pending are applied
 * @param pending how many were pending
 * @param whole whether the history would tell of a file of which an attempt that was cut off did a part
 */
record SinceOpening(String version, int applied, int pending, boolean whole) {

    /** The files that were pending when the release was opened; empty where the record does not tell. */
    static Optional<List<String>> pending(StepContext context) {
        String database = context.step().name();
        return Optional.of(context.grant().review())
                .filter(hash -> !hash.isEmpty())
                .flatMap(hash -> context.served().record().kept(hash))
                .map(Review::parse)
                .map(review -> review.migrations().stream()
                        .filter(one -> one.database().equals(database))
                        .map(Review.Migration::file)
                        .toList());
    }

    /** Empty where nobody can tell. */
    static Optional<SinceOpening> look(StepContext context, MigrationTool tool, MigrationRequest request) {
        try {
            return pending(context).map(files -> {
                MigrationStatus status = tool.status(request);
                Set<String> still =
                        status.pending().stream().map(Migration::file).collect(Collectors.toSet());
                Set<String> done =
                        status.applied().stream().map(Migration::file).collect(Collectors.toSet());
                done.removeAll(still);
                long applied = files.stream().filter(done::contains).count();
                return new SinceOpening(
                        status.version(),
                        (int) applied,
                        files.size(),
                        status.problems().isEmpty() && tool.notesParts(request));
            });
        } catch (DatabaseRefused | DatabaseUnavailable | MigrationFailed | IllegalArgumentException unseen) {
            // what is told is why the migration failed, and not why nobody could look afterwards
            return Optional.empty();
        }
    }

    /** What the record keeps of it, of a failure that left that. */
    Map<String, String> facts(Left left) {
        Map<String, String> facts = new LinkedHashMap<>();
        facts.put("to", version);
        facts.put("applied", Integer.toString(applied));
        facts.put("pending", Integer.toString(pending));
        facts.put("left", left.name());
        return facts;
    }
}
