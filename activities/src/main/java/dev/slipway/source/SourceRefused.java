package dev.slipway.source;

/** Files that are not what was approved, or not to be had from where the worker may read: final. */
public final class SourceRefused extends RuntimeException {
    public SourceRefused(String message) {
        super(message);
    }
}
