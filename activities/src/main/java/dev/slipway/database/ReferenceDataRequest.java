package dev.slipway.database;

import java.time.Duration;
import java.util.List;

/**
 * Tables whose rows a release brings from one database into another.
 *
 * @param source where the rows are right
 * @param target where they are to be
 * @param tables names, with or without a schema, as they stand in the catalogue (no quotes)
 * @param deleteExtra whether rows that only the target has are deleted; else they are left alone
 * @param lockTimeout how long to wait for the target's tables before giving way to the application
 */
public record ReferenceDataRequest(
        PostgresUrl source, PostgresUrl target, List<String> tables, boolean deleteExtra, Duration lockTimeout) {

    public ReferenceDataRequest {
        tables = List.copyOf(tables);
        if (tables.isEmpty()) {
            throw new IllegalArgumentException("reference data: name at least one table");
        }
        if (tables.stream().distinct().count() < tables.size()) {
            throw new IllegalArgumentException("reference data: a table is named twice in " + tables);
        }
    }
}
