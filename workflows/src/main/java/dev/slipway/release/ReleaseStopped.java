package dev.slipway.release;

import io.temporal.failure.ActivityFailure;
import io.temporal.failure.ApplicationFailure;
import io.temporal.failure.CanceledFailure;
import io.temporal.failure.TimeoutFailure;
import io.temporal.workflow.CancellationScope;
import java.util.List;

/** A release that can't go on, and how it is to end. Never leaves the workflow. */
public final class ReleaseStopped extends RuntimeException {

    private final transient Outcome outcome;
    private final transient Phase phase;
    private final transient List<String> lines;
    private final transient boolean told;

    public ReleaseStopped(Outcome outcome, Phase phase, String sentence, List<String> lines) {
        this(outcome, phase, sentence, lines, false);
    }

    private ReleaseStopped(Outcome outcome, Phase phase, String sentence, List<String> lines, boolean told) {
        super(sentence);
        this.outcome = outcome;
        this.phase = phase;
        this.lines = List.copyOf(lines);
        this.told = told;
    }

    /** The same, where the journal holds already, part by part, what its sentence says. */
    ReleaseStopped toldAlready() {
        return new ReleaseStopped(outcome, phase, getMessage(), lines, true);
    }

    /** From an activity that has failed for good. */
    public static ReleaseStopped by(Phase phase, String title, ActivityFailure failure) {
        if (failure.getCause() instanceof ApplicationFailure cause) {
            return new ReleaseStopped(
                    Outcome.FAILED,
                    phase,
                    cause.getOriginalMessage(),
                    detail(cause).lines());
        }
        if (failure.getCause() instanceof TimeoutFailure timeout) {
            return new ReleaseStopped(
                    Outcome.FAILED,
                    phase,
                    title + ": no answer in time (" + timeout.getTimeoutType()
                            + "); look at the worker's log, then start the release again",
                    List.of());
        }
        return new ReleaseStopped(Outcome.FAILED, phase, title + ": " + failure.getMessage(), List.of());
    }

    /**
     * Whether the activity ended because it was asked to stop, rather than that it failed.
     *
     * @param scope what it was started in
     */
    public static boolean isCancellation(ActivityFailure failure, CancellationScope scope) {
        if (failure.getCause() instanceof CanceledFailure) {
            return true;
        }
        // what is asked to stop is never tried again: a worker that dies just then leaves a time-out that says nothing
        // more
        return scope.isCancelRequested() && !isFinal(failure.getCause());
    }

    private static boolean isFinal(Throwable cause) {
        return cause instanceof ApplicationFailure said
                && (said.isNonRetryable()
                        || said.getType().equals(FailureDetail.REFUSED)
                        || said.getType().equals(FailureDetail.STEP_FAILED));
    }

    /** Whether the activity was cancelled with what it belonged to, rather than that it failed. */
    public static boolean isCancellation(ActivityFailure failure) {
        return failure.getCause() instanceof CanceledFailure;
    }

    private static FailureDetail detail(ApplicationFailure cause) {
        if (cause.getDetails().getSize() == 0) {
            return new FailureDetail(List.of());
        }
        return cause.getDetails().get(FailureDetail.class);
    }

    public Outcome outcome() {
        return outcome;
    }

    boolean isTold() {
        return told;
    }

    public Phase phase() {
        return phase;
    }

    public List<String> lines() {
        return lines;
    }
}
