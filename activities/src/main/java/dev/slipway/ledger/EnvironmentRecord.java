package dev.slipway.ledger;

import dev.slipway.record.Clocks;
import dev.slipway.record.Entry;
import dev.slipway.record.Event;
import dev.slipway.record.SignedText;
import dev.slipway.record.State;
import dev.slipway.trust.EnvironmentKey;
import dev.slipway.trust.Namespace;
import dev.slipway.trust.Sha256;
import dev.slipway.trust.Sshsig;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import java.util.function.Predicate;

/**
 * The record of one environment: an append-only chain of entries, each signed by the environment's key and holding its
 * predecessor's hash. The ledger that every judgement reads and every change goes through.
 */
public final class EnvironmentRecord {

    /** How many entries are looked through for one that ended a release. */
    private static final int LOOK_BACK = 500;

    private static final String EVIDENCE = "evidence-";
    private static final String CLOSING = "closing-";

    private final String service;
    private final String environment;
    private final RecordStore store;
    private final EnvironmentKey key;
    private final RecordKeys keys;
    private final RecordEntries entries;
    private final SeenRecord seen;
    private final Clock clock;
    private long newest;

    /** Hash of the newest entry in which nothing was unknown; it is read once more for that. */
    private String known = "";

    private Optional<RecordRefused> broken = Optional.empty();
    private long proved;

    public EnvironmentRecord(
            String service, String environment, RecordStore store, EnvironmentKey key, LocalMark mark, Clock clock) {
        this(service, environment, store, key, List.of(), mark, clock);
    }

    /** @param retired former keys of the environment, which signed the beginning of its record */
    public EnvironmentRecord(
            String service,
            String environment,
            RecordStore store,
            EnvironmentKey key,
            List<RetiredKey> retired,
            LocalMark mark,
            Clock clock) {
        this.service = service;
        this.environment = environment;
        this.store = store;
        this.key = key;
        this.keys = new RecordKeys(
                key.publicKey(),
                retired,
                "is not signed by this environment's key; was the key changed ('retired-keys' of the worker's file"
                        + " names former ones), or the entry?");
        this.entries = new RecordEntries(service, environment, store, keys);
        this.seen = new SeenRecord(service, environment, entries, keys, mark, SeenRecord.Remedy.OWN);
        this.clock = clock;
    }

    /**
     * The newest entry. A record that never was begins here with its first entry.
     *
     * @throws RecordRefused where it has gone back, is forked, or is not signed by this environment's key
     * @throws NewerEntry where a newer version wrote it, and something in it is not known here
     */
    public synchronized Head head() {
        if (broken.isPresent()) {
            // whoever brings the entries back need not start the worker again
            broken = Optional.empty();
            proveChain(proved);
            if (broken.isPresent()) {
                throw broken.get();
            }
        }
        Optional<Head> head = seen.newest(newest);
        if (head.isEmpty()) {
            return begin();
        }
        newest = head.get().entry().number();
        return known(head.get());
    }

    /** An entry that one may judge by, and go on from. */
    private Head known(Head head) {
        if (!head.hash().equals(known)) {
            Entry.unknown(head.signed().text()).ifPresent(member -> {
                throw new NewerEntry(entries.name(), head.entry().number(), "'" + member + "'");
            });
            known = head.hash();
        }
        return head;
    }

    /** The newest entry, none where the record never was: unlike {@link #head} this begins nothing. */
    public synchronized Optional<Head> headIfAny() {
        return seen.neverWas(newest) ? Optional.empty() : Optional.of(head());
    }

    /** Why nothing could run on this record, every entry looked at; empty where it is sound, or never was. */
    public synchronized Optional<String> trouble() {
        try {
            if (!seen.neverWas(0)) {
                head();
                proveChain(Long.MAX_VALUE);
            }
            return broken.map(RecordRefused::getMessage);
        } catch (RecordRefused refused) {
            return Optional.of(refused.getMessage());
        }
    }

    /**
     * Back along the chain from its newest entry, past an adoption only as far as it is sound: the rest people have let go.
     *
     * @param most no more than these
     */
    public void walk(long most, Predicate<Head> goesOn) {
        Head head = head();
        boolean adopted = false;
        for (long looked = 0; looked < most && goesOn.test(head); looked++) {
            adopted |= RecordEntries.adopts(head.entry());
            Optional<Head> before;
            try {
                before = entries.before(head);
            } catch (RecordRefused refused) {
                if (adopted) {
                    return;
                }
                throw refused;
            }
            if (before.isEmpty()) {
                return;
            }
            head = before.get();
        }
    }

    /**
     * Goes back along the chain. Where an old entry was edited or is missing, everything refuses from now on, until people
     * have said from which entry it goes on.
     *
     * @param most how many entries to look at
     */
    public synchronized void proveChain(long most) {
        if (entries.newest(0) == 0) {
            return;
        }
        proved = most;
        try {
            // what an adoption has passed over is no trouble any more
            walk(most, head -> !RecordEntries.adopts(head.entry()));
        } catch (RecordRefused refused) {
            broken = Optional.of(refused);
        }
    }

    /** For people who have to say from where it goes on. */
    public Adoption adoption() {
        return new Adoption(this, entries, keys, seen);
    }

    /**
     * Goes on from an entry whatever this worker has seen before; none where the number is taken.
     *
     * @throws NewerEntry where a newer version wrote the entry, and something in it is not known here
     */
    synchronized Optional<Head> goOn(Optional<Head> from, long number, Change change) {
        from.ifPresent(this::known);
        Optional<Head> appended = append(from, number, change);
        if (appended.isPresent()) {
            broken = Optional.empty();
        }
        return appended;
    }

    private Head begin() {
        Optional<Head> first = append(
                Optional.empty(),
                new Change(new Event(Event.Kind.CREATED, "", "the record begins", Map.of()), State.empty()));
        return first.orElseGet(this::head);
    }

    /**
     * Judges against the newest entry and appends what the judgement says; where somebody else was faster, judges again.
     *
     * @param judge gives the change, or empty for none; may throw to refuse
     * @return the entry after it: the new one, or the newest where nothing was appended
     */
    public Head change(Function<Head, Optional<Change>> judge) {
        while (true) {
            Head head = head();
            Optional<Change> change = judge.apply(head);
            if (change.isEmpty()) {
                return head;
            }
            Optional<Head> appended = append(Optional.of(head), change.get());
            if (appended.isPresent()) {
                return appended.get();
            }
        }
    }

    private Optional<Head> append(Optional<Head> after, Change change) {
        return append(after, after.map(head -> head.entry().number()).orElse(0L) + 1, change);
    }

    private synchronized Optional<Head> append(Optional<Head> after, long number, Change change) {
        Instant time = now();
        Entry entry = new Entry(
                Entry.FORMAT,
                service,
                environment,
                number,
                after.map(Head::hash).orElse(Entry.NO_PREVIOUS),
                time,
                change.event(),
                change.state().at(time));
        String text = entry.text();
        Head head = new Head(entry, Sha256.hex(text), sign(text));
        if (!entries.create(head)) {
            return Optional.empty();
        }
        seen.saw(head);
        newest = number;
        known = head.hash();
        return Optional.of(head);
    }

    /** The newest entry that fits, looking back a bounded way. */
    public Optional<Head> find(Predicate<Entry> wanted) {
        return find(LOOK_BACK, wanted);
    }

    /** @param most how many entries are looked at */
    public Optional<Head> find(int most, Predicate<Entry> wanted) {
        AtomicReference<Head> found = new AtomicReference<>();
        walk(most, head -> {
            if (wanted.test(head.entry())) {
                found.set(head);
            }
            return found.get() == null;
        });
        return Optional.ofNullable(found.get());
    }

    /**
     * Entries from the newest back, as long as they are wanted.
     *
     * @param most no more than these
     */
    public List<Head> back(int most, Predicate<Head> wanted) {
        List<Head> found = new ArrayList<>();
        walk(most, head -> {
            boolean one = wanted.test(head);
            if (one) {
                found.add(head);
            }
            return one;
        });
        return found;
    }

    /** Whether this environment's key, the one of today, signed the text. */
    public boolean genuine(String text, String signature) {
        return Sshsig.verifyBy(key.publicKey(), signature, Namespace.WORKER, text.getBytes(StandardCharsets.UTF_8))
                instanceof Sshsig.Check.Signed;
    }

    /** Signs a review, a receipt, or a state that travels. */
    public SignedText sign(String text) {
        return new SignedText(text, key.sign(text));
    }

    /** Keeps a text beside the record. @return its hash */
    public String keep(String text) {
        String hash = Sha256.hex(text);
        store.keep(service, environment, hash, text.getBytes(StandardCharsets.UTF_8));
        return hash;
    }

    /** Keeps a text with the signature of who said it. */
    public void keep(String text, String signature) {
        String hash = keep(text);
        store.keep(service, environment, hash + ".sig", signature.getBytes(StandardCharsets.UTF_8));
    }

    /** The signature that lies beside a kept text. */
    public Optional<String> keptSignature(String hash) {
        return Sha256.isHex(hash)
                ? store.kept(service, environment, hash + ".sig")
                        .map(bytes -> new String(bytes, StandardCharsets.UTF_8))
                : Optional.empty();
    }

    /**
     * Keeps the manifest of a release's evidence; a second one changes nothing.
     *
     * @param request id of the statement that asked for the release
     */
    public void keepEvidence(String request, SignedText manifest) {
        store.keep(
                service,
                environment,
                EVIDENCE + request,
                (manifest.text() + manifest.signature()).getBytes(StandardCharsets.UTF_8));
    }

    /** The manifest that was kept, where it is this environment's: signed by its key, or by the one of the release's time. */
    public Optional<SignedText> evidence(String request) {
        if (!Sha256.isHex(request)) {
            return Optional.empty();
        }
        return store.kept(service, environment, EVIDENCE + request)
                .map(bytes -> new String(bytes, StandardCharsets.UTF_8))
                .map(all ->
                        new SignedText(all.substring(0, all.indexOf('\n') + 1), all.substring(all.indexOf('\n') + 1)))
                .filter(signed -> genuine(signed.text(), signed.signature())
                        || closing(request)
                                .filter(closed ->
                                        keys.signed(closed.entry().number(), signed.text(), signed.signature()))
                                .isPresent());
    }

    /** Keeps the entry that ended a release where it is found however long the record grows. */
    public void keepClosing(String request, Head closed) {
        store.keep(
                service,
                environment,
                CLOSING + request,
                Long.toString(closed.entry().number()).getBytes(StandardCharsets.UTF_8));
    }

    /** The entry that ended a release. */
    public Optional<Head> closing(String request) {
        return Sha256.isHex(request)
                ? store.kept(service, environment, CLOSING + request)
                        .map(bytes -> new String(bytes, StandardCharsets.UTF_8))
                        .filter(number -> number.matches("[1-9]\\d{0,9}"))
                        .map(number -> proved(Long.parseLong(number)))
                        .filter(head -> head.entry()
                                .event()
                                .facts()
                                .getOrDefault("request", "")
                                .equals(request))
                : Optional.empty();
    }

    /**
     * An entry that one comes to by its number alone. One of a former key's time is proved by the hash that the worker's file
     * has: whoever has that key, too, could have put another one in its place.
     */
    private Head proved(long number) {
        Head head = entries.read(number);
        Optional<Head> back = keys.former(number).map(former -> entries.read(former.number()));
        while (back.filter(at -> at.entry().number() > number).isPresent()) {
            back = entries.before(back.get());
        }
        if (keys.former(number).isPresent()
                && back.filter(at -> at.hash().equals(head.hash())).isEmpty()) {
            throw new RecordRefused(entries.name() + ": entry " + number
                    + " of the record does not lead to the one that" + " 'retired-keys' of the worker's file names");
        }
        return head;
    }

    /**
     * Keeps a text beside the record under a name that nobody has taken.
     *
     * @return what is kept under it: this text for who came first, the other one's for everybody else
     */
    public String keepFirst(String name, String text) {
        store.keep(service, environment, name, text.getBytes(StandardCharsets.UTF_8));
        return named(name).orElse("");
    }

    /** What is kept under a name. */
    public Optional<String> named(String name) {
        return store.kept(service, environment, name).map(bytes -> new String(bytes, StandardCharsets.UTF_8));
    }

    /** Keeps a file under its SHA-256. */
    public void keepFile(String hash, byte[] content) {
        store.keep(service, environment, hash, content);
    }

    /** A kept file, checked against its SHA-256. */
    public Optional<byte[]> keptFile(String hash) {
        return Sha256.isHex(hash)
                ? store.kept(service, environment, hash)
                        .filter(content -> Sha256.hex(content).equals(hash))
                : Optional.empty();
    }

    /** A kept text, checked against its hash. What is no hash is nothing: it would be a path of the asker's choice. */
    public Optional<String> kept(String hash) {
        if (!hash.matches("[0-9a-f]{64}")) {
            return Optional.empty();
        }
        return store.kept(service, environment, hash)
                .map(bytes -> new String(bytes, StandardCharsets.UTF_8))
                .filter(text -> Sha256.hex(text).equals(hash));
    }

    public Instant now() {
        return clock.instant();
    }

    /**
     * Why nothing that hangs on time may be decided after this entry, by this worker and for now; empty where it may. What
     * goes back, and what stops others, does not ask.
     */
    public Optional<String> clockTrouble(Head newest) {
        return Clocks.behind(
                "this worker's clock",
                now(),
                newest.entry().number(),
                newest.entry().time());
    }
}
