package dev.slipway.database.migrations;

/** Migrations that were refused or failed, and would again: a person has to change a file or the database first. */
public final class MigrationFailed extends RuntimeException {

    private final boolean unchanged;

    public MigrationFailed(String message, boolean unchanged) {
        super(message);
        this.unchanged = unchanged;
    }

    public MigrationFailed(String message, boolean unchanged, Throwable cause) {
        super(message, cause);
        this.unchanged = unchanged;
    }

    /** Whether it was seen afterwards that the schema is as it was before. */
    public boolean unchanged() {
        return unchanged;
    }
}
