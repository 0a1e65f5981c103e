package dev.slipway.ledger;

import dev.slipway.record.State;
import java.util.Optional;

/** The record of another environment of the same service, to read only. */
public interface OtherRecord {

    /**
     * What is true there now; empty where nothing was ever released.
     *
     * @throws RecordRefused where it can't be believed
     * @throws StoreUnavailable where it can't be read now
     */
    Optional<State> state();

    /**
     * A text that is kept beside it, checked against its hash.
     *
     * @throws StoreUnavailable where it can't be read now
     */
    Optional<String> kept(String hash);
}
