package dev.slipway.database.rehearsal;

import dev.slipway.database.migrations.MigrationFile;
import java.time.Duration;
import java.util.List;
import java.util.Set;

/**
 * What one file did.
 *
 * @param touched tables that were there before and whose old rows were changed or written anew, with their schemas
 */
record Act(
        MigrationFile file,
        List<HeldLock> locks,
        List<String> rewritten,
        Set<String> touched,
        Duration took,
        long rows,
        Set<String> why) {}
