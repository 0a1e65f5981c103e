package dev.slipway.ledger;

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
    private final SeenRecord seen;

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
        RecordKeys keys = new RecordKeys(key, retired, "is not signed by the key that this worker knows");
        // nobody here can adopt it, and its own people may have seen another entry last than this worker
        String remedy = "where its approvers have adopted it so, remove '" + mark.file(service, environment) + "'";
        this.seen = new SeenRecord(
                service,
                environment,
                new RecordEntries(service, environment, store, keys),
                keys,
                mark,
                new SeenRecord.Remedy(remedy, remedy));
    }

    /**
     * What is true there now; empty where nothing was ever released.
     *
     * @throws RecordRefused where an entry is not signed by that environment's key, the record has gone back, or is not the
     *     one that this worker has seen
     */
    @Override
    public synchronized Optional<State> state() {
        return seen.newest(0).map(Head::state);
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
