package dev.slipway.ledger;

import java.util.Optional;

/** How people go on with a record on which nothing runs, because it has gone back, was forked, edited or lost. */
public final class Adoption {

    /** How many entries are looked through for a genuine one. */
    private static final int LOOK_BACK = 500;

    private final EnvironmentRecord record;
    private final RecordEntries entries;
    private final RecordKeys keys;
    private final SeenRecord seen;

    Adoption(EnvironmentRecord record, RecordEntries entries, RecordKeys keys, SeenRecord seen) {
        this.record = record;
        this.entries = entries;
        this.keys = keys;
        this.seen = seen;
    }

    /**
     * What lies in the store, looked at without believing it.
     *
     * @param head the newest entry that this environment's key signed, none where there is none
     * @param number of it, 0 for none
     * @param hash of it, empty for none
     * @param taken the highest number that is taken, by whatever lies there
     * @param trouble why nothing runs on it; empty where it is sound
     */
    public record Found(Optional<Head> head, long number, String hash, long taken, String trouble) {

        private static Found of(Optional<Head> head, long taken, String trouble) {
            return new Found(
                    head,
                    head.map(found -> found.entry().number()).orElse(0L),
                    head.map(Head::hash).orElse(""),
                    taken,
                    trouble);
        }
    }

    /** For somebody who has to decide whether to go on from it. */
    public Found look() {
        String trouble;
        try {
            Head sound = record.head();
            trouble = record.trouble().orElse("");
            if (trouble.isEmpty()) {
                return Found.of(Optional.of(sound), sound.entry().number(), trouble);
            }
        } catch (RecordRefused refused) {
            trouble = refused.getMessage();
        }
        long taken = entries.newest(0);
        return Found.of(newestGenuine(taken), taken, trouble);
    }

    /**
     * What lies above it is not this environment's, and stays there for whoever wants to know why. Below the entry that the
     * worker's file names nothing is looked for: without that one, a former key alone would vouch for it.
     */
    private Optional<Head> newestGenuine(long taken) {
        long least = Math.max(Math.max(1, keys.named()), taken - LOOK_BACK + 1);
        for (long number = taken; number >= least; number--) {
            try {
                return Optional.of(entries.read(number));
            } catch (NewerEntry newer) {
                // genuine, and more than this worker can read: nobody goes on from below it
                throw newer;
            } catch (RecordRefused notGenuine) {
                // the one before, then
            }
        }
        return Optional.empty();
    }

    /**
     * Goes on from what was found, whatever this worker has seen before. The entry names what that was, for other workers that
     * have seen the same.
     *
     * @throws RecordRefused where something else lies there by now
     */
    public Head goOn(Found found, Change change) {
        Optional<Head> appended = entries.newest(0) == found.taken()
                // never under a number that belongs to a former key
                ? record.goOn(found.head(), Math.max(found.taken(), keys.named()) + 1, seen.passing(change))
                : Optional.empty();
        return appended.orElseThrow(() -> new RecordRefused(
                entries.name() + ": the record has changed while it was looked at; look again, and sign about that"));
    }
}
