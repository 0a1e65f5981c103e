package dev.slipway.ledger;

import dev.slipway.record.Entry;
import dev.slipway.record.State;
import dev.slipway.trust.Namespace;
import dev.slipway.trust.Sha256;
import dev.slipway.trust.SshPublicKey;
import dev.slipway.trust.Sshsig;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * The record of an environment that this worker does not serve, to read only: it has the environment's public key, and none
 * of its secrets.
 */
public final class ForeignRecord implements OtherRecord {

    private final String service;
    private final String environment;
    private final RecordStore store;
    private final SshPublicKey key;
    private final LocalMark mark;

    public ForeignRecord(String service, String environment, RecordStore store, SshPublicKey key, LocalMark mark) {
        this.service = service;
        this.environment = environment;
        this.store = store;
        this.key = key;
        this.mark = mark;
    }

    /**
     * What is true there now; empty where nothing was ever released.
     *
     * @throws RecordRefused where the newest entry is not signed by that environment's key, or the record has gone back
     */
    @Override
    public synchronized Optional<State> state() {
        long number = store.newest(service, environment, 0);
        Optional<LocalMark.Seen> seen = mark.read(service, environment);
        if (seen.isPresent() && number < seen.get().number()) {
            throw new RecordRefused(service + "/" + environment + ": the record has gone back to entry " + number
                    + ", but this worker has seen entry " + seen.get().number());
        }
        if (number == 0) {
            return Optional.empty();
        }
        String all = store.read(service, environment, number)
                .map(bytes -> new String(bytes, StandardCharsets.UTF_8))
                .orElseThrow(() -> new RecordRefused("entry " + number + " is missing"));
        int end = all.indexOf('\n') + 1;
        String text = all.substring(0, end);
        boolean genuine =
                Sshsig.verifyBy(key, all.substring(end), Namespace.WORKER, text.getBytes(StandardCharsets.UTF_8))
                        instanceof Sshsig.Check.Signed;
        if (!genuine) {
            throw new RecordRefused(service + "/" + environment + ": entry " + number
                    + " is not signed by the key that this worker knows");
        }
        Entry entry = EnvironmentRecord.entry(service, environment, number, text);
        if (seen.isEmpty() || seen.get().number() < number) {
            mark.write(service, environment, number, Sha256.hex(text));
        }
        return Optional.of(entry.state());
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
