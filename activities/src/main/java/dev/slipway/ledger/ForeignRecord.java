package dev.slipway.ledger;

import dev.slipway.record.Entry;
import dev.slipway.record.State;
import dev.slipway.trust.Sha256;
import dev.slipway.trust.SshPublicKey;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;

/**
 * The record of an environment that this worker does not serve, to read only: it has the environment's public key, and none
 * of its secrets.
 */
public final class ForeignRecord implements OtherRecord {

    private final String service;
    private final String environment;
    private final RecordStore store;
    private final RecordKeys keys;
    private final LocalMark mark;

    /** @param retired former keys of that environment, which signed the beginning of its record */
    public ForeignRecord(
            String service,
            String environment,
            RecordStore store,
            SshPublicKey key,
            List<RetiredKey> retired,
            LocalMark mark) {
        this.service = service;
        this.environment = environment;
        this.store = store;
        this.keys = new RecordKeys(key, retired);
        this.mark = mark;
    }

    /** An entry that was found genuine. */
    private record Genuine(Entry entry, String hash) {}

    /**
     * What is true there now; empty where nothing was ever released.
     *
     * @throws RecordRefused where an entry is not signed by that environment's key, the record has gone back, or is not the
     *     one that this worker has seen
     */
    @Override
    public synchronized Optional<State> state() {
        long number = store.newest(service, environment, 0);
        Optional<LocalMark.Seen> seen = mark.read(service, environment);
        if (seen.isPresent() && number < seen.get().number()) {
            throw new RecordRefused(name() + ": the record has gone back to entry " + number
                    + ", but this worker has seen entry " + seen.get().number() + letGo());
        }
        keys.reached(name(), number);
        if (number == 0) {
            return Optional.empty();
        }
        Genuine newest = read(number);
        if (seen.isPresent()) {
            String known = number == seen.get().number()
                    ? newest.hash()
                    : read(seen.get().number()).hash();
            if (!known.equals(seen.get().hash())) {
                throw new RecordRefused(name() + ": entry " + seen.get().number()
                        + " of the record is not the one that this worker has seen: two records, or a forged one"
                        + letGo());
            }
        }
        follows(newest);
        if (seen.isEmpty() || seen.get().number() < number) {
            mark.write(service, environment, number, newest.hash());
        }
        return Optional.of(newest.entry().state());
    }

    /** Nobody here can adopt another environment's record; once its own people have, this worker has to be told. */
    private String letGo() {
        return "; where its approvers have adopted it so, remove '" + mark.file(service, environment) + "'";
    }

    /** The entry that it goes on from is the one before it, or the one that people have named. */
    private void follows(Genuine newest) {
        long before = EnvironmentRecord.before(newest.entry());
        if (before > 0 && !read(before).hash().equals(newest.entry().previous())) {
            throw new RecordRefused(
                    name() + ": entry " + newest.entry().number() + " of the record does not follow entry " + before);
        }
    }

    private Genuine read(long number) {
        String all = store.read(service, environment, number)
                .map(bytes -> new String(bytes, StandardCharsets.UTF_8))
                .orElseThrow(() -> new RecordRefused(name() + ": entry " + number + " of the record is missing"));
        int end = all.indexOf('\n') + 1;
        String text = all.substring(0, end);
        keys.judge(
                name(),
                number,
                text,
                all.substring(end),
                name() + ": entry " + number + " is not signed by the key that this worker knows");
        return new Genuine(EnvironmentRecord.entry(service, environment, number, text), Sha256.hex(text));
    }

    private String name() {
        return service + "/" + environment;
    }

    @Override
    public Optional<String> kept(String hash) {
        return Sha256.isHex(hash)
                ? store.kept(service, environment, hash)
                        .map(bytes -> new String(bytes, StandardCharsets.UTF_8))
                        .filter(text -> Sha256.hex(text).equals(hash))
                : Optional.empty();
    }
}
