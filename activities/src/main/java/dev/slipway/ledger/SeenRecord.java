package dev.slipway.ledger;

import dev.slipway.record.Entry;
import dev.slipway.record.Event;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * A record beside what this worker has seen of it last, so that one that was cut back, emptied or forked is noticed and not
 * believed, unless people have adopted it past just that.
 */
final class SeenRecord {

    /** How many entries are looked through for an adoption. */
    private static final int LOOK_BACK = 500;

    /** Of an adoption: what the worker that wrote it had seen last. */
    private static final String PASSED = "passed";

    private final String service;
    private final String environment;
    private final RecordEntries entries;
    private final RecordKeys keys;
    private final LocalMark mark;
    private final Remedy remedy;

    /**
     * What a person can do.
     *
     * @param back where entries are gone that were seen
     * @param forked where another one has the place of the one that was seen
     */
    record Remedy(String back, String forked) {

        /** For the record of an environment that this worker serves. */
        static final Remedy OWN =
                new Remedy("bring the store back (nothing runs until then)", "nothing runs until a person has looked");
    }

    SeenRecord(
            String service, String environment, RecordEntries entries, RecordKeys keys, LocalMark mark, Remedy remedy) {
        this.service = service;
        this.environment = environment;
        this.entries = entries;
        this.keys = keys;
        this.mark = mark;
        this.remedy = remedy;
    }

    /** Whether nothing lies there, nor was ever seen, nor is named by the worker's file. */
    boolean neverWas(long atLeast) {
        return entries.newest(atLeast) == 0 && mark.read(service, environment).isEmpty() && keys.named() == 0;
    }

    /**
     * The newest entry, which is what this worker has seen from now on; none where the record never was.
     *
     * @param atLeast a number that is taken, 0 where nobody knows
     * @throws RecordRefused where it has gone back, is forked, or is not signed by the environment's key
     */
    Optional<Head> newest(long atLeast) {
        Optional<LocalMark.Seen> seen = mark.read(service, environment);
        long number = entries.newest(atLeast);
        if (number == 0) {
            if (seen.isPresent()) {
                throw new RecordRefused(entries.name() + ": the record is gone, but this worker has seen entry "
                        + seen.get().number() + " of it; " + remedy.back());
            }
            keys.reached(entries.name(), number);
            return Optional.empty();
        }
        boolean less = seen.isPresent() && number < seen.get().number();
        if (less && !wasLetGo(number, seen.get())) {
            throw new RecordRefused(entries.name() + ": the record has gone back to entry " + number
                    + ", but this worker has seen entry " + seen.get().number() + "; " + remedy.back());
        }
        keys.reached(entries.name(), number);
        Head head = entries.read(number);
        if (!less && seen.isPresent() && !isThere(head, seen.get()) && !wasLetGo(number, seen.get())) {
            throw new RecordRefused(entries.name() + ": entry " + seen.get().number()
                    + " of the record is not the one that this worker has seen: two records, or a forged one; "
                    + remedy.forked());
        }
        entries.before(head);
        if (seen.isEmpty() || !seen.get().equals(new LocalMark.Seen(number, head.hash()))) {
            saw(head);
        }
        return Optional.of(head);
    }

    private boolean isThere(Head newest, LocalMark.Seen seen) {
        Head there = newest.entry().number() == seen.number() ? newest : entries.read(seen.number());
        return there.hash().equals(seen.hash());
    }

    /**
     * Whether people have adopted the record past the very entry that this worker has seen last. That another worker had seen
     * another one is no proof: whoever cuts the record back to an old adoption would be believed.
     */
    private boolean wasLetGo(long number, LocalMark.Seen seen) {
        Optional<Head> head = Optional.of(entries.read(number));
        for (int looked = 0; looked < LOOK_BACK && head.isPresent(); looked++) {
            Entry entry = head.get().entry();
            if (RecordEntries.adopts(entry)
                    && seen.text().equals(entry.event().facts().get(PASSED))) {
                return true;
            }
            head = entries.before(head.get());
        }
        return false;
    }

    /** Remembers an entry as the newest one. */
    void saw(Head head) {
        mark.write(service, environment, head.entry().number(), head.hash());
    }

    /** An adoption that names what this worker has seen, for others that have seen the same. */
    Change passing(Change adoption) {
        Event event = adoption.event();
        return mark.read(service, environment)
                .map(seen -> {
                    Map<String, String> facts = new HashMap<>(event.facts());
                    facts.put(PASSED, seen.text());
                    return new Change(new Event(event.kind(), event.release(), event.text(), facts), adoption.state());
                })
                .orElse(adoption);
    }
}
