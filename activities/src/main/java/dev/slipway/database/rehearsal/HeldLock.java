package dev.slipway.database.rehearsal;

import java.time.Duration;
import java.util.Locale;

/**
 * A lock on a table that was there before, from the statement that took it to the end of its transaction.
 *
 * @param table with its schema
 * @param mode as PostgreSQL's documentation writes it, such as ACCESS EXCLUSIVE
 * @param blocks what has to wait for its end
 */
public record HeldLock(String table, String mode, Blocks blocks, Duration held) {

    /** What an application does meanwhile. */
    public enum Blocks {
        NOTHING,
        WRITES,
        READS_AND_WRITES
    }

    /** @param mode as {@code pg_locks} writes it, such as {@code AccessExclusiveLock} */
    static HeldLock of(String table, String mode, Duration held) {
        Blocks blocks =
                switch (mode) {
                    case "AccessExclusiveLock" -> Blocks.READS_AND_WRITES;
                    case "ShareLock", "ShareRowExclusiveLock", "ExclusiveLock" -> Blocks.WRITES;
                    default -> Blocks.NOTHING;
                };
        return new HeldLock(
                table,
                mode.replaceAll("Lock$", "")
                        .replaceAll("(?<=[a-z])(?=[A-Z])", " ")
                        .toUpperCase(Locale.ROOT),
                blocks,
                held);
    }

    public String words() {
        String what =
                switch (blocks) {
                    case NOTHING -> "locks " + table + " and blocks nobody but other migrations";
                    case WRITES -> "blocks writes to " + table;
                    case READS_AND_WRITES -> "blocks reads and writes of " + table;
                };
        return what + " for " + Spans.words(held) + " (" + mode + ")";
    }

    public boolean blocksAnybody() {
        return blocks != Blocks.NOTHING;
    }
}
