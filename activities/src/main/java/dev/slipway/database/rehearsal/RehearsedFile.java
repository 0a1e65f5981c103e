package dev.slipway.database.rehearsal;

import dev.slipway.database.migrations.Migration;
import java.time.Duration;
import java.util.List;

/**
 * One migration as it ran on the copy.
 *
 * @param kind how far back there is
 * @param why what the old code would miss, and what a down file does not bring back
 * @param locks on tables that were there before, the strongest of each, the longest first
 * @param rewritten tables that were written anew as a whole, with their schemas
 * @param took all of it
 * @param rows inserted, updated and deleted
 */
public record RehearsedFile(
        Migration migration,
        MigrationClass kind,
        List<String> why,
        List<HeldLock> locks,
        List<String> rewritten,
        Duration took,
        long rows) {

    public RehearsedFile {
        why = List.copyOf(why);
        locks = List.copyOf(locks);
        rewritten = List.copyOf(rewritten);
    }
}
