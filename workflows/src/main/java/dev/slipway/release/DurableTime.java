package dev.slipway.release;

import io.temporal.workflow.CancellationScope;
import io.temporal.workflow.Promise;
import io.temporal.workflow.TimerOptions;
import io.temporal.workflow.Workflow;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Locale;
import java.util.function.Supplier;

/** Time as a workflow sees it: the same in every replay. */
public final class DurableTime {

    /** How long it is waited before something is asked again for the first time. */
    public static final Duration SHORTEST_PATIENCE = Duration.ofSeconds(30);

    /** Where it is over by this clock, and not by the one that judges. */
    private static final Duration MOMENT = Duration.ofSeconds(5);

    /** A release may wait for weeks, and each question costs a dozen events of its history. */
    private static final Duration LONGEST_PATIENCE = Duration.ofMinutes(30);

    /** Length of {@code 2026-11-27}. */
    private static final int DATE = 10;

    private DurableTime() {}

    /** Twice as long, up to half an hour. */
    public static Duration longer(Duration patience) {
        Duration twice = patience.multipliedBy(2);
        return twice.compareTo(LONGEST_PATIENCE) < 0 ? twice : LONGEST_PATIENCE;
    }

    /** How long until then; a moment where that is over by this clock: the one that judges may be behind it. */
    public static Duration until(Instant then) {
        Duration left = Duration.between(now(), then);
        return left.compareTo(MOMENT) > 0 ? left : MOMENT;
    }

    public static Instant now() {
        return Instant.ofEpochMilli(Workflow.currentTimeMillis());
    }

    /**
     * Waits for a condition, at most so long.
     *
     * @param summary what the Temporal UI shows beside the timer
     * @return whether the condition was met in time
     */
    public static boolean awaitUntil(Duration most, String summary, Supplier<Boolean> condition) {
        if (condition.get()) {
            return true;
        }
        boolean[] met = {false};
        CancellationScope timed = Workflow.newCancellationScope(() -> {
            Promise<Void> timer = Workflow.newTimer(
                    most.isNegative() ? Duration.ZERO : most,
                    TimerOptions.newBuilder().setSummary(summary).build());
            Workflow.await(() -> condition.get() || timer.isCompleted());
            met[0] = condition.get();
        });
        timed.run();
        timed.cancel("no longer needed");
        return met[0];
    }

    /** For instance {@code 14:05:00 UTC}, with its date where that is not today's. */
    static String clock(Instant time) {
        String text = time.truncatedTo(ChronoUnit.SECONDS).toString();
        boolean today = text.startsWith(now().toString().substring(0, DATE));
        return (today ? "" : text.substring(0, DATE) + " ") + text.substring(DATE + 1, text.length() - 1) + " UTC";
    }

    /** For instance {@code 1h30m}, in whole seconds, none of them too few. */
    static String words(Duration duration) {
        return Duration.ofSeconds(duration.plusNanos(999_999_999).toSeconds())
                .toString()
                .substring(2)
                .toLowerCase(Locale.ROOT);
    }
}
