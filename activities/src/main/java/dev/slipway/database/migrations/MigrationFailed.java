package dev.slipway.database.migrations;

/** Migrations that were refused or failed, and would again: a person has to change a file or the database first. */
public final class MigrationFailed extends RuntimeException {

    private final Left left;

    public MigrationFailed(String message, boolean unchanged) {
        this(message, unchanged ? Left.NOTHING : Left.UNKNOWN);
    }

    public MigrationFailed(String message, boolean unchanged, Throwable cause) {
        this(message, unchanged ? Left.NOTHING : Left.UNKNOWN, cause);
    }

    public MigrationFailed(String message, Left left) {
        super(message);
        this.left = left;
    }

    public MigrationFailed(String message, Left left, Throwable cause) {
        super(message, cause);
        this.left = left;
    }

    /** Whether it was seen afterwards that the schema is as it was before. */
    public boolean unchanged() {
        return left == Left.NOTHING;
    }

    public Left left() {
        return left;
    }
}
