package dev.slipway.release;

import java.util.List;

/**
 * What an activity's failure carries beside its sentence.
 *
 * @param lines the last lines of a child process, redacted
 */
public record FailureDetail(List<String> lines) {

    /** Final: the worker will not do this, whoever asks; the message says why. */
    public static final String REFUSED = "Refused";

    /** Final: a step was tried and did not work. */
    public static final String STEP_FAILED = "StepFailed";

    /** Worth another try: a database, a service or a disk was not there for a moment. */
    public static final String UNAVAILABLE = "Unavailable";

    /** Worth another try by another worker. */
    public static final String NOT_SERVED_HERE = "NotServedHere";

    public FailureDetail {
        lines = lines == null ? List.of() : List.copyOf(lines);
    }
}
