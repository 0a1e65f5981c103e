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

    /** With the sentence that says why: {@code rolled back: error-rate …}, {@code cancelled in phase gates}. */
    public String because(String sentence) {
        return sentence.startsWith(words + " ") ? sentence : words + ": " + sentence;
    }

    /** The event that notification channels know it by. */
    public String event() {
        return words.replace(' ', '-');
    }
}
