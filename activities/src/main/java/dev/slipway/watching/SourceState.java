package dev.slipway.watching;

import java.time.Instant;
import java.util.List;

/**
 * What a source has to know of its earlier readings. Small: it travels with every heartbeat.
 *
 * @param counters the newest scrapes, oldest first
 * @param newest by the source's own clock, when the newest answer was made; the epoch if it does not matter
 */
public record SourceState(List<Counters> counters, Instant newest) {
    public SourceState(List<Counters> counters) {
        this(counters, Instant.EPOCH);
    }

    public SourceState {
        newest = newest == null ? Instant.EPOCH : newest;
        counters = counters == null ? List.of() : List.copyOf(counters);
    }

    /** Before the first reading. */
    public static SourceState start() {
        return new SourceState(List.of());
    }

    /**
     * The counters of one scrape.
     *
     * @param started when the process started, in seconds since the epoch; 0 if its page does not say
     */
    public record Counters(Instant time, double started, double errors, double requests) {}
}
