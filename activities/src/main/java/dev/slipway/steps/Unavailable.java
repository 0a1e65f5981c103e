package dev.slipway.steps;

/** Something was not there for a moment: worth another try. */
public final class Unavailable extends RuntimeException {
    public Unavailable(String message) {
        super(message);
    }
}
