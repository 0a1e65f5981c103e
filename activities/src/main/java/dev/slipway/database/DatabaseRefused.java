package dev.slipway.database;

/** A database, or its URL, that will say no however often it is asked: a person has to change something first. */
public class DatabaseRefused extends RuntimeException {

    public DatabaseRefused(String message) {
        super(message);
    }

    public DatabaseRefused(String message, Throwable cause) {
        super(message, cause);
    }
}
