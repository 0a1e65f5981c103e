package dev.slipway.database.migrations;

import java.time.Duration;
import java.util.List;

/**
 * What a run of migrations changed.
 *
 * @param applied in order; empty when nothing was pending
 * @param fromVersion before, or "none"
 * @param toVersion after, or "none"
 * @param took the whole run, the wait for its turn included
 */
public record MigrationResult(List<Applied> applied, String fromVersion, String toVersion, Duration took) {

    public MigrationResult {
        applied = List.copyOf(applied);
    }

    /** One migration and how long it ran. */
    public record Applied(Migration migration, Duration took) {}
}
