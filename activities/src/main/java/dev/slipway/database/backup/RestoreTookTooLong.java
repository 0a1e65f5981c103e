package dev.slipway.database.backup;

/** A restore that was stopped because its time was over; nothing is wrong with the backup. */
final class RestoreTookTooLong extends BackupFailed {

    RestoreTookTooLong(String message) {
        super(message);
    }
}
