package dev.slipway.release;

/** Where a release is. The order of the constants is the order of the phases. */
public enum Phase {
    PREFLIGHT("preflight"),
    GATES("gates"),
    REVIEW("review"),
    APPROVAL("approval"),
    WINDOW("window"),
    TURN("turn"),
    OPEN("open"),
    PREPARE("prepare"),
    BACKUP("backup"),
    MIGRATE("migrate"),
    REFERENCE_DATA("reference data"),
    DEPLOY("deploy"),
    VERIFY("verify"),
    WATCH("watch"),
    ROLLBACK("rollback"),
    RESTORE("restore"),
    DONE("done");

    private final String words;

    Phase(String words) {
        this.words = words;
    }

    public String words() {
        return words;
    }

    /** As a plan names it: {@code reference-data}. */
    public String key() {
        return words.replace(' ', '-');
    }
}
