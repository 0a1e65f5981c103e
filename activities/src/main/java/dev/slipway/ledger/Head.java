package dev.slipway.ledger;

import dev.slipway.environment.Mirror;
import dev.slipway.record.Entry;
import dev.slipway.record.SignedText;
import dev.slipway.record.State;

/**
 * The newest entry of a record, read and found genuine.
 *
 * @param hash of the entry
 */
public record Head(Entry entry, String hash, SignedText signed) {

    public State state() {
        return entry.state();
    }

    public Mirror mirror() {
        return Mirror.of(entry.number(), hash, entry.time(), entry.state());
    }
}
