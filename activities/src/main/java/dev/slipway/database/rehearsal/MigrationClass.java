package dev.slipway.database.rehearsal;

import java.util.Arrays;

/** How far back there is from a migration; the later, the worse. */
public enum MigrationClass {
    /** It has a down file, and up and down again left schema and rows as they had been. */
    REVERSIBLE("reversible"),
    /** The old code may run on the new schema. */
    COMPATIBLE("compatible"),
    /** Neither is known: what is gone or refused is missed by the old code, and nothing brings it back. */
    ONE_WAY("one-way");

    private final String word;

    MigrationClass(String word) {
        this.word = word;
    }

    public String word() {
        return word;
    }

    public static MigrationClass of(String word) {
        return Arrays.stream(values())
                .filter(each -> each.word.equals(word))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("'" + word + "' is no class of migrations"));
    }

    MigrationClass or(MigrationClass other) {
        return compareTo(other) >= 0 ? this : other;
    }
}
