package dev.slipway.ledger;

/** A record that can't be trusted: gone back, forked, altered, or of another environment. Nothing runs on it. */
public class RecordRefused extends RuntimeException {
    public RecordRefused(String message) {
        super(message);
    }
}
