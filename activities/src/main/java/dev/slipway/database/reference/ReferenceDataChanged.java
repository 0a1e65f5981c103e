package dev.slipway.database.reference;

/** The rows that would change are not those that were approved: somebody changed source or target since. */
public final class ReferenceDataChanged extends RuntimeException {

    ReferenceDataChanged(String message) {
        super(message);
    }
}
