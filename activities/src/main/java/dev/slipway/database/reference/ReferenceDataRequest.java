package dev.slipway.database.reference;

import dev.slipway.database.PostgresUrl;
import dev.slipway.plan.Condition;
import java.time.Duration;
import java.util.List;

/**
 * Tables whose rows a release brings into a database.
 *
 * @param source where the rows are right
 * @param target where they are to be
 * @param lockTimeout how long to wait for the target's tables before giving way to the application
 * @param role whom the target's session acts as; empty for the login itself
 */
public record ReferenceDataRequest(
        ReferenceSource source, PostgresUrl target, List<Wanted> tables, Duration lockTimeout, String role) {

    public ReferenceDataRequest(ReferenceSource source, PostgresUrl target, List<Wanted> tables, Duration lockTimeout) {
        this(source, target, tables, lockTimeout, "");
    }

    /**
     * What of a table is brought.
     *
     * @param name with or without a schema, as it stands in the catalogue (no quotes)
     * @param where a condition that the rows have to meet; empty for all
     * @param without columns that are neither compared nor written
     * @param deleteExtra whether rows that only the target has are deleted; else they are left alone
     * @param show columns whose values samples may show
     */
    public record Wanted(String name, String where, List<String> without, boolean deleteExtra, List<String> show) {

        /** One whose values are all masked. */
        public Wanted(String name, String where, List<String> without, boolean deleteExtra) {
            this(name, where, without, deleteExtra, List.of());
        }

        public Wanted {
            show = List.copyOf(show);
            without = List.copyOf(without);
            if (!where.isEmpty()) {
                Condition.problem(where).ifPresent(problem -> {
                    throw new IllegalArgumentException("reference data: the condition of " + name + " " + problem);
                });
            }
        }

        public static Wanted whole(String name) {
            return new Wanted(name, "", List.of(), false);
        }
    }

    /** The same into a copy, as whoever logs in there. */
    public ReferenceDataRequest on(PostgresUrl copy) {
        return new ReferenceDataRequest(source, copy, tables, lockTimeout, "");
    }

    public ReferenceDataRequest {
        tables = List.copyOf(tables);
        if (tables.isEmpty()) {
            throw new IllegalArgumentException("reference data: name at least one table");
        }
        if (tables.stream().map(Wanted::name).distinct().count() < tables.size()) {
            throw new IllegalArgumentException("reference data: a table is named twice in "
                    + tables.stream().map(Wanted::name).toList());
        }
    }
}
