package dev.slipway.database.reference;

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
        return tables.stream().allMatch(TableDiff::isEmpty);
    }

    /**
     * The changes of one table, in rows.
     *
     * @param samples a few of them in words, with every value masked that could tell of a person
     */
    public record TableDiff(String table, long inserts, long updates, long deletes, List<String> samples) {
        public TableDiff {
            samples = List.copyOf(samples);
        }

        public boolean isEmpty() {
            return inserts + updates + deletes == 0;
        }
    }
}
