package dev.slipway.database;

/**
 * A database that could not be reached or was too busy just now: nothing is wrong with what was asked, so asking again
 * later is right.
 */
public final class DatabaseUnavailable extends RuntimeException {

    public DatabaseUnavailable(String message) {
        super(message);
    }

    public DatabaseUnavailable(String message, Throwable cause) {
        super(message, cause);
    }
}
