package dev.slipway.release;

import java.util.Arrays;
import java.util.Optional;

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

    /** The one of this name; nothing where it is no outcome, or one of a newer version. */
    public static Optional<Outcome> named(String name) {
        return Arrays.stream(values()).filter(each -> each.name().equals(name)).findFirst();
    }

    public String words() {
        return words;
    }

    /** With the sentence that says why: {@code rolled back: error-rate …}, {@code cancelled in phase gates}. */
    public String because(String sentence) {
        return sentence.startsWith(words + " ") ? sentence : words + ": " + sentence;
    }

    /** Of a rollback by hand, which has the version that it goes back to: it is not that version that has failed. */
    public String ofRollbackTo(String version) {
        return switch (this) {
            case SUCCEEDED, ROLLED_BACK -> "back to " + version;
            case ROLLBACK_FAILED, FAILED -> "rollback to " + version + " failed";
            case REJECTED, EXPIRED, CANCELLED -> "rollback to " + version + " " + words;
        };
    }

    /** The event that notification channels know it by. */
    public String event() {
        return words.replace(' ', '-');
    }
}
