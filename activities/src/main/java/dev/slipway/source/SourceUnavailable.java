package dev.slipway.source;

/** A repository that can't be reached now: worth another try. */
public final class SourceUnavailable extends RuntimeException {
    public SourceUnavailable(String message) {
        super(message);
    }
}
