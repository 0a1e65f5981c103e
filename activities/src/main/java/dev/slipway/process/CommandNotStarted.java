package dev.slipway.process;

/** A command that did not even start: no such program, no such directory. Trying again changes nothing by itself. */
public final class CommandNotStarted extends RuntimeException {

    CommandNotStarted(String message) {
        super(message);
    }

    CommandNotStarted(String message, Throwable cause) {
        super(message, cause);
    }
}
