package dev.slipway.record;

/** What a step of a grant does. The words stand in the record for years: constants are added, never renamed. */
public enum StepKind {
    BACKUP("back up"),
    MIGRATE("migrate"),
    REFERENCE_DATA("promote reference data"),
    DEPLOY("deploy"),
    VERIFY("verify"),
    WATCH("watch"),
    ROLL_BACK("roll back"),
    RESTORE("restore"),
    SWITCH("switch");

    private final String words;

    StepKind(String words) {
        this.words = words;
    }

    public String words() {
        return words;
    }

    /** Whether the world is another one after this step. A dump adds a file, but nothing that anybody serves from. */
    public boolean changesSomething() {
        return switch (this) {
            case MIGRATE, REFERENCE_DATA, DEPLOY, ROLL_BACK, SWITCH -> true;
            // a new database stands beside the one that is served from
            case BACKUP, VERIFY, WATCH, RESTORE -> false;
        };
    }
}
