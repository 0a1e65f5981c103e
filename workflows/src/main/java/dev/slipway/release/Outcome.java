package dev.slipway.release;

/** How a release ended. The words are part of the contract: exit codes, notifications and records use them. */
public enum Outcome {
    SUCCEEDED("succeeded"),
    ROLLED_BACK("rolled back"),
    ROLLBACK_FAILED("rollback failed"),
    REJECTED("rejected"),
    EXPIRED("expired"),
    CANCELLED("cancelled"),
    FAILED("failed");

    private final String words;

    Outcome(String words) {
        this.words = words;
    }

    public String words() {
        return words;
    }

    /** The event that notification channels know it by. */
    public String event() {
        return words.replace(' ', '-');
    }

    /** The words, and how it came to that; once, where the one begins with the other ("rolled back by ana"). */
    public String words(String how) {
        return how.startsWith(words + " ") ? how : words + ": " + how;
    }
}
