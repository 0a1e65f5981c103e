package dev.slipway.ledger;

/** A store that did not answer, or a disk that is full: worth another try. */
public final class StoreUnavailable extends RuntimeException {
    public StoreUnavailable(String message, Throwable cause) {
        super(message, cause);
    }
}
