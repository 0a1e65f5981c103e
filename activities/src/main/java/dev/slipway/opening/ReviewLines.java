package dev.slipway.opening;

import dev.slipway.database.rehearsal.MigrationClass;
import dev.slipway.plan.Database;
import dev.slipway.plan.Durations;
import dev.slipway.plan.ReleasePlan;
import dev.slipway.plan.Sizes;
import dev.slipway.plan.Target;
import dev.slipway.record.State;
import dev.slipway.watch.Rule;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** What a release would change, and what it would not undo, in the sentences of a review. */
final class ReviewLines {

    private ReviewLines() {}

    static List<String> backups(ReleasePlan plan) {
        List<String> lines = new ArrayList<>();
        plan.databases().forEach((name, database) -> database.backupIfAny()
                .ifPresentOrElse(
                        backup -> lines.add(name + " to " + backup.store() + ", " + proof(backup)),
                        () -> lines.add(name + ": no backup")));
        return lines;
    }

    private static String proof(Database.Backup backup) {
        if (!backup.verify().equals("restore")) {
            return "read back whole";
        }
        return "restored and compared"
                + backup.unless().stream()
                        .findFirst()
                        .map(unless -> "; only read back whole where it is "
                                + (unless.largerThan() > 0 ? "larger than " + Sizes.text(unless.largerThan()) : "")
                                + (unless.largerThan() > 0
                                                && !unless.longerThan().isZero()
                                        ? " or "
                                        : "")
                                + (unless.longerThan().isZero()
                                        ? ""
                                        : "slower than " + Durations.text(unless.longerThan())))
                        .orElse("");
    }

    static List<String> targets(ReleasePlan plan, State state) {
        return plan.deploy().stream()
                .map(target -> {
                    String live = Optional.of(state.live().targets().getOrDefault(target.name(), ""))
                            .filter(id -> !id.isEmpty())
                            .or(() -> state.servedBefore(target.name()))
                            .orElse("");
                    return target.name() + " to " + plan.version()
                            + (live.isEmpty()
                                    ? ", the record knows of nothing to go back to"
                                    : ", back to " + live + " if it goes wrong");
                })
                .toList();
    }

    /** Where a change before this release was cut off, or failed: what is not known, and what can be done first. */
    static List<String> unknown(ReleasePlan plan, State state) {
        String name = plan.service() + "/" + plan.environment();
        return plan.deploy().stream()
                .map(Target::name)
                .filter(state::servesUnknown)
                .map(target -> "nobody knows what " + target
                        + " serves: its last change was cut off, or failed. `slipway reconcile " + name
                        + "` says what serves there"
                        + state.servedBefore(target)
                                .map(id ->
                                        ", `slipway rollback " + name + " --resume` brings it back to " + id + " first")
                                .orElse("; the record has no id to go back to, so a rollback would have only what the"
                                        + " target itself says"))
                .toList();
    }

    /** Where a rollback before this release did not get to its end: what this one would go back to is not what was good. */
    static List<String> halfBack(ReleasePlan plan, State state) {
        String name = plan.service() + "/" + plan.environment();
        return plan.deploy().stream()
                .map(Target::name)
                .filter(target -> state.halfBack().containsKey(target) && !state.servesUnknown(target))
                .map(target -> {
                    String serves = state.live().targets().get(target);
                    return target + " serves " + serves + " and did not go back to "
                            + state.halfBack().get(target) + ": where this release goes wrong, it goes back to "
                            + serves
                            + ". `slipway rollback " + name + " --resume` goes on with it first";
                })
                .toList();
    }

    /** Names, with what is different from what serves now; never a value. */
    static List<String> config(ReleasePlan plan, Optional<ReleasePlan> live) {
        Map<String, String> now = named(plan);
        List<String> lines = new ArrayList<>();
        if (live.isEmpty()) {
            return List.copyOf(now.keySet());
        }
        Map<String, String> before = named(live.get());
        now.forEach((name, value) -> lines.add(
                name + (!before.containsKey(name) ? " (new)" : before.get(name).equals(value) ? "" : " (changed)")));
        before.keySet().stream().filter(name -> !now.containsKey(name)).forEach(name -> lines.add(name + " (removed)"));
        return lines;
    }

    private static Map<String, String> named(ReleasePlan plan) {
        Map<String, String> named = new TreeMap<>();
        plan.deploy().forEach(target -> target.config()
                .forEach((name, value) -> named.put(target.name() + ": " + name, value)));
        return named;
    }

    static List<String> watch(ReleasePlan plan) {
        return plan.watch().rollbackWhen().stream()
                .map(rule -> Rule.parse(rule).words())
                .toList();
    }

    static List<String> notUndone(ReleasePlan plan, Rehearsing.Told told) {
        List<String> lines = new ArrayList<>();
        if (!told.migrations().isEmpty()) {
            lines.add("migrations stay applied when the deployment is rolled back");
        }
        told.rehearsals().stream()
                .filter(rehearsal -> rehearsal.kind().equals(MigrationClass.ONE_WAY.word()))
                .forEach(rehearsal -> lines.add("the migrations of " + rehearsal.database()
                        + " are one-way: the version that is live now may not run on the new schema"));
        if (plan.databases().values().stream()
                .anyMatch(database -> database.referenceDataIfAny().isPresent())) {
            lines.add("reference data stays promoted");
        }
        return lines;
    }
}
