package dev.slipway.watching;

import java.time.Instant;
import java.util.List;

/**
 * What a source has to know of its earlier readings. Small: it travels with every heartbeat.
 *
 * @param counters the newest scrapes, oldest first
 */
public record SourceState(List<Counters> counters) {
    public SourceState {
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
