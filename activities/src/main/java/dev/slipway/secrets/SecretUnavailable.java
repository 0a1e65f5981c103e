package dev.slipway.secrets;

/** A place for a secret that can't be looked into. */
public final class SecretUnavailable extends RuntimeException {
    public SecretUnavailable(String message) {
        super(message);
    }
}
