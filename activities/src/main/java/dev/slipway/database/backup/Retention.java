package dev.slipway.database.backup;

import dev.slipway.database.DatabaseUnavailable;
import dev.slipway.plan.Durations;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Which backups of one database of one environment are no longer kept. It goes by manifests alone: what has one
 * of another database is nobody's to delete, and what has none is a leftover where it has the name of a release's dump and
 * the record does not know it.
 *
 * @param keep how long each is kept
 * @param atLeast how many are kept however old they are
 */
record Retention(Duration keep, int atLeast) {

    /** A leftover that is younger may be of a dump that is slow. */
    private static final Duration LEFTOVER = Duration.ofDays(1);

    /**
     * Deletes what is not kept, and sweeps what dead attempts have left.
     *
     * @param origin of the backup that was made just now
     * @param releases of each of which the newest backup is kept however old it is: the last one that succeeded
     * @param recorded addresses of the backups that the record knows
     * @return what was done, in sentences; also what could not be done, which is no reason to fail
     */
    List<String> apply(
            BackupStore store, Manifest.Origin origin, Set<String> releases, Set<String> recorded, Instant now) {
        List<String> said = new ArrayList<>();
        try {
            List<String> deleted = new ArrayList<>();
            for (BackupStore.Kept old : old(store.all(), origin, releases, now)) {
                store.delete(old.dump());
                deleted.add(old.dump());
            }
            if (!deleted.isEmpty()) {
                said.add("deleted " + (deleted.size() == 1 ? "one backup" : deleted.size() + " backups")
                        + " older than " + Durations.text(keep) + ": " + String.join(", ", deleted));
            }
            List<String> swept = new ArrayList<>(store.sweep(beginning(origin), now.minus(LEFTOVER)));
            for (String orphan : store.orphans(beginning(origin), now.minus(LEFTOVER))) {
                // a backup that was whole once and lost its manifest may be all that somebody has
                if (!recorded.contains(store.address(orphan))) {
                    store.delete(orphan);
                    swept.add(orphan);
                }
            }
            if (!swept.isEmpty()) {
                said.add("removed leftovers of dumps that ended too early: " + String.join(", ", swept));
            }
        } catch (BackupFailed | DatabaseUnavailable e) {
            said.add("warning: old backups were not deleted: " + e.getMessage());
        }
        return said;
    }

    /** Those that go, the oldest first. */
    List<BackupStore.Kept> old(List<BackupStore.Kept> all, Manifest.Origin origin, Set<String> releases, Instant now) {
        List<BackupStore.Kept> newestFirst = all.stream()
                .filter(kept -> isOf(kept.manifest().origin(), origin))
                .sorted(Comparator.comparing(Retention::time).reversed())
                .toList();
        Set<String> stay = releases.stream()
                .flatMap(release -> newestFirst.stream()
                        .filter(kept -> kept.manifest().origin().release().equals(release))
                        .limit(1))
                .map(BackupStore.Kept::dump)
                .collect(Collectors.toSet());
        return newestFirst.stream()
                // the newest of all, which is verified as each of them is, is among these
                .skip(Math.max(1, atLeast))
                .filter(kept -> time(kept).isBefore(now.minus(keep)))
                .filter(kept -> !stay.contains(kept.dump()))
                .sorted(Comparator.comparing(Retention::time))
                .toList();
    }

    private static boolean isOf(Manifest.Origin one, Manifest.Origin other) {
        return !one.service().isEmpty()
                && one.service().equals(other.service())
                && one.environment().equals(other.environment())
                && one.database().equals(other.database());
    }

    private static Instant time(BackupStore.Kept kept) {
        return Instant.parse(kept.manifest().time());
    }

    private static String beginning(Manifest.Origin origin) {
        return String.join("-", origin.service(), origin.environment(), origin.database(), "");
    }
}
