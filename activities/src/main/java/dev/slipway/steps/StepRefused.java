package dev.slipway.steps;

/** A step that the record does not allow: final, whoever asks. */
public final class StepRefused extends RuntimeException {
    public StepRefused(String message) {
        super(message);
    }
}
