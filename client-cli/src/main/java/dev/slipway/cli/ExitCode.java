package dev.slipway.cli;

import dev.slipway.release.Outcome;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;

/** What the shell is told. The numbers are a contract: pipelines branch on them. */
enum ExitCode {
    SUCCEEDED(0, "succeeded, and the environment's key says so"),
    INTERNAL_ERROR(1, "internal error of slipway"),
    USAGE(2, "wrong usage, or a broken plan"),
    FAILED_NOTHING_CHANGED(10, "failed, nothing was changed"),
    FAILED_SOMETHING_CHANGED(11, "failed, and something was changed"),
    ROLLED_BACK(12, "rolled back"),
    ROLLBACK_FAILED(13, "the rollback failed: look at it now"),
    REJECTED_OR_EXPIRED(14, "rejected or expired"),
    CANCELLED(15, "cancelled"),
    STILL_WAITING(16, "goes on without this command (detached, or waited for as far as asked)"),
    NOT_ALLOWED(17, "not allowed: key, person or refused decision"),
    UNREACHABLE(18, "Temporal or a worker does not answer"),
    UNCONFIRMED(19, "said to have succeeded, but not confirmed by the environment's pinned key");

    private final int number;
    private final String words;

    ExitCode(int number, String words) {
        this.number = number;
        this.words = words;
    }

    int number() {
        return number;
    }

    String words() {
        return words;
    }

    /** The code of an end that nobody has to confirm; a success has to be confirmed first. */
    static ExitCode of(Outcome outcome, boolean somethingChanged) {
        return switch (outcome) {
            case SUCCEEDED -> UNCONFIRMED;
            case ROLLED_BACK -> ROLLED_BACK;
            case ROLLBACK_FAILED -> ROLLBACK_FAILED;
            case REJECTED, EXPIRED -> REJECTED_OR_EXPIRED;
            case CANCELLED -> CANCELLED;
            case FAILED -> somethingChanged ? FAILED_SOMETHING_CHANGED : FAILED_NOTHING_CHANGED;
        };
    }

    /** For the help: number to words. */
    static Map<String, String> table() {
        Map<String, String> table = new LinkedHashMap<>();
        Arrays.stream(values()).forEach(code -> table.put(String.valueOf(code.number), code.words));
        return table;
    }
}
