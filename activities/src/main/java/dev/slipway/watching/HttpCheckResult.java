package dev.slipway.watching;

/**
 * How a service answered a check.
 *
 * @param status 0 when there was no answer
 * @param millis how long it took
 * @param sentence what was as expected, or all that differs
 */
public record HttpCheckResult(Answer answer, int status, long millis, String sentence) {

    /** How the answer compares with what was expected. */
    public enum Answer {
        AS_EXPECTED,
        DIFFERENT,
        /** Refused, too slow, or broken off. */
        NONE,
        /** The worker could not even find the way to the service. */
        NOT_ASKED
    }

    public boolean ok() {
        return answer == Answer.AS_EXPECTED;
    }
}
