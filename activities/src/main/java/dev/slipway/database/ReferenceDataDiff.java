package dev.slipway.database;

import java.util.List;

/**
 * What bringing reference data over would change, or has changed.
 *
 * @param tables parents before children
 * @param hash SHA-256 over every row that changes, before and after: who approved it approved exactly these rows
 */
public record ReferenceDataDiff(List<TableDiff> tables, String hash) {

    public ReferenceDataDiff {
        tables = List.copyOf(tables);
    }

    public boolean isEmpty() {
        return tables.stream().allMatch(table -> table.inserts() + table.updates() + table.deletes() == 0);
    }

    /** The changes of one table, in rows. */
    public record TableDiff(String table, long inserts, long updates, long deletes) {}
}
