package dev.slipway.process;

/**
 * The sign of life that long work gives to whoever asked for it, and the way in which it learns that nobody wants it any
 * more. Long work beats at least once a second.
 */
@FunctionalInterface
public interface Pulse {

    /**
     * Says how far the work is.
     *
     * @param progress one short line without secrets
     * @throws WorkInterrupted when the caller was cancelled; the work stops, cleans up and lets it pass
     */
    void beat(String progress);

    /** A pulse that nobody listens to, and that never stops the work. */
    static Pulse unheard() {
        return progress -> {};
    }
}
