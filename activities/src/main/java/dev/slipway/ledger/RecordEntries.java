package dev.slipway.ledger;

import dev.slipway.record.Entry;
import dev.slipway.record.Event;
import dev.slipway.record.SignedText;
import dev.slipway.trust.Sha256;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** The entries of one record as they lie in its store. None is believed that the environment's key of its time did not sign. */
final class RecordEntries {

    private static final int REMEMBERED = 8;

    private final String service;
    private final String environment;
    private final RecordStore store;
    private final RecordKeys keys;

    /** The last entries, byte by byte as they were judged: the same bytes need no second judgement. */
    private final Map<Long, Judged> judged = Collections.synchronizedMap(new LinkedHashMap<>() {
        @Override
        protected boolean removeEldestEntry(Map.Entry<Long, Judged> eldest) {
            return size() > REMEMBERED;
        }
    });

    private record Judged(byte[] content, Head head) {}

    RecordEntries(String service, String environment, RecordStore store, RecordKeys keys) {
        this.service = service;
        this.environment = environment;
        this.store = store;
        this.keys = keys;
    }

    /** For instance {@code shop/production}. */
    String name() {
        return service + "/" + environment;
    }

    /** The highest number that is taken, by whatever lies there; 0 for none. @param atLeast where to begin to look */
    long newest(long atLeast) {
        return store.newest(service, environment, atLeast);
    }

    /** @throws RecordRefused where it is missing, or not to be believed */
    Head read(long number) {
        byte[] content = store.read(service, environment, number)
                .orElseThrow(() -> new RecordRefused(name() + ": entry " + number + " of the record is missing"));
        Judged before = judged.get(number);
        if (before != null && Arrays.equals(before.content(), content)) {
            return before.head();
        }
        Head head = judge(number, new String(content, StandardCharsets.UTF_8));
        judged.put(number, new Judged(content, head));
        return head;
    }

    private Head judge(long number, String content) {
        int end = content.indexOf('\n') + 1;
        String text = content.substring(0, end);
        String signature = content.substring(end);
        keys.judge(name(), number, text, signature);
        return new Head(parse(number, text), Sha256.hex(text), new SignedText(text, signature));
    }

    /**
     * What the key of the environment signed, as the entry that it is said to be.
     *
     * @throws RecordRefused where it is another one's, or none
     * @throws NewerEntry where it is in a later format, or holds a value that came later, such as a kind of event
     */
    private Entry parse(long number, String text) {
        Entry.Label label;
        try {
            label = Entry.label(text);
        } catch (IllegalArgumentException none) {
            throw new RecordRefused(name() + ": entry " + number + " of the record: " + none.getMessage());
        }
        if (label.number() != number
                || !label.service().equals(service)
                || !label.environment().equals(environment)
                || label.format() < Entry.FORMAT) {
            throw new RecordRefused(name() + ": entry " + number + " of the record belongs to " + label.service() + "/"
                    + label.environment() + " " + label.number());
        }
        if (label.format() > Entry.FORMAT) {
            throw new NewerEntry(name(), number, "format " + label.format());
        }
        try {
            return Entry.parse(text);
        } catch (IllegalArgumentException later) {
            throw new NewerEntry(name(), number, later.getMessage());
        }
    }

    /** Writes an entry. @return false where its number is taken: then nothing is written */
    boolean create(Head head) {
        long number = head.entry().number();
        byte[] content = (head.signed().text() + head.signed().signature()).getBytes(StandardCharsets.UTF_8);
        boolean created = store.create(service, environment, number, content);
        if (created) {
            judged.put(number, new Judged(content, head));
        }
        return created;
    }

    /**
     * The entry that one goes on from: the one before it, or the one that people have named; none where it begins.
     *
     * @throws RecordRefused where that is missing, not to be believed, or another one
     */
    Optional<Head> before(Head head) {
        Entry entry = head.entry();
        long number =
                adopts(entry) ? Long.parseLong(entry.event().facts().getOrDefault("number", "0")) : entry.number() - 1;
        if (number == 0) {
            return Optional.empty();
        }
        Head before = read(number);
        if (!before.hash().equals(entry.previous())) {
            throw new RecordRefused(
                    name() + ": entry " + entry.number() + " of the record does not follow entry " + number);
        }
        return Optional.of(before);
    }

    /** Whether people have said in it from where the record goes on. */
    static boolean adopts(Entry entry) {
        return entry.event().kind() == Event.Kind.ADOPTED;
    }
}
