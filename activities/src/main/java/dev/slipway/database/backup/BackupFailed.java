package dev.slipway.database.backup;

/** A backup that could not be made or read back, and will not be by trying again: a person has to look first. */
public class BackupFailed extends RuntimeException {

    public BackupFailed(String message) {
        super(message);
    }

    public BackupFailed(String message, Throwable cause) {
        super(message, cause);
    }
}
