package dev.slipway.steps;

import dev.slipway.record.Clocks;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.Deque;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * How far this worker's clock is from Temporal's, by the times at which Temporal gave it its newest tasks. The way of a task
 * only adds to that, so the least difference of some is the truest. It is for people to see, and decides nothing: who reaches
 * Temporal may be able to have it say any time.
 */
public final class TemporalClock {

    private static final int TASKS = 5;

    private final Clock clock;
    private final Consumer<String> say;
    private final Deque<Duration> newest = new ArrayDeque<>();
    private boolean said;

    /** @param say is told once when the clocks do not agree, and once when they do again */
    public TemporalClock(Clock clock, Consumer<String> say) {
        this.clock = clock;
        this.say = say;
    }

    /** A task has come here. @param given when Temporal gave it, by its own clock */
    synchronized void came(Instant given) {
        newest.addLast(Duration.between(given, clock.instant()));
        if (newest.size() > TASKS) {
            newest.removeFirst();
        }
        Optional<String> trouble = trouble();
        if (trouble.isPresent() != said) {
            said = trouble.isPresent();
            say.accept(trouble.orElse("this worker's clock agrees with Temporal's again"));
        }
    }

    /** How far this worker's clock is ahead, negative where it is behind; zero before the first task. */
    public synchronized Duration ahead() {
        return newest.stream().min(Comparator.naturalOrder()).orElse(Duration.ZERO);
    }

    /** Empty where they agree, as far as is known. */
    public Optional<String> trouble() {
        Duration ahead = ahead();
        return ahead.abs().compareTo(Clocks.MOST_APART) > 0
                ? Optional.of("this worker's clock is " + ahead.abs().toSeconds() + " s "
                        + (ahead.isNegative() ? "behind" : "ahead of")
                        + " Temporal's: approvals, windows and grants end by a wrong time; keep both by NTP")
                : Optional.empty();
    }
}
