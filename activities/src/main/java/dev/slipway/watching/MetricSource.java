package dev.slipway.watching;

import dev.slipway.watch.Measurement;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * Where a metric of a watch comes from. A source remembers nothing itself: what it needs of earlier readings is handed to
 * it, so that another worker can go on with it.
 */
public interface MetricSource {
    /** The name under which the rules know the metric. */
    String metric();

    /**
     * Measures once. Whatever happens is an outcome; nothing is thrown.
     *
     * @param before what the reading before left, or {@link SourceState#start()}
     * @param timeout by then there has to be an answer
     */
    Reading read(SourceState before, Instant now, Duration timeout);

    /** What is wrong with asking this source, found out before anything is changed; empty if nothing is. */
    Optional<String> check(Instant now, Duration timeout);

    /** How long an answer may take by the plan; zero if the plan says nothing. */
    default Duration patience() {
        return Duration.ZERO;
    }

    /** Whom it asks, where others may ask the same; empty where that makes no difference. */
    default String place() {
        return "";
    }

    /** A measurement, and what the next reading has to know. */
    record Reading(Measurement measurement, SourceState state) {}
}
