package dev.slipway.watching;

import dev.slipway.watch.Measurement;
import dev.slipway.watch.Measurement.NoData;
import dev.slipway.watch.Measurement.Outcome;
import dev.slipway.watching.SourceState.Counters;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;

/**
 * The share of requests that went wrong, from counters that only ever grow: increase by increase, never the counters
 * themselves, which would weigh the last minute against the whole life of the process.
 *
 * <p>It looks no further back than it takes to see enough requests. A busy service is so judged by its last interval, and
 * a quiet one by its last few.
 *
 * @param minimum so many requests have to be seen: one error among two requests is no rate of 50 %
 */
record ErrorRatio(int minimum) {
    /** More than that, and several processes answer in turn behind one address. */
    private static final int RESTARTS = 2;

    Outcome of(List<Counters> scrapes) {
        if (scrapes.size() < 2) {
            return new NoData("the first scrape, and an increase needs two");
        }
        long restarts = IntStream.range(1, scrapes.size())
                .filter(i -> restarted(scrapes.get(i - 1), scrapes.get(i)))
                .count();
        if (restarts > RESTARTS) {
            return new NoData("the counters went back " + restarts + " times in " + scrapes.size()
                    + " scrapes: if several processes answer behind this address in turn, ask Prometheus instead");
        }
        double errors = 0;
        double requests = 0;
        for (int i = scrapes.size() - 1; i > 0; i--) {
            Counters before = scrapes.get(i - 1);
            Counters after = scrapes.get(i);
            // a process that started anew counts from zero, so all that it has counted is new
            boolean restarted = restarted(before, after);
            requests += restarted ? after.requests() : after.requests() - before.requests();
            errors += restarted ? after.errors() : after.errors() - before.errors();
            if (requests <= 0) {
                return new NoData("no requests since the scrape before");
            }
            if (requests >= minimum) {
                // both are not counted at the very same moment, so there may be an error more than requests
                return Measurement.number(Math.min(1, errors / requests));
            }
        }
        Duration seen = Duration.between(
                scrapes.get(0).time(), scrapes.get(scrapes.size() - 1).time());
        return new NoData("%.0f requests in the last %s, fewer than the %d that it takes"
                .formatted(requests, HttpCall.written(seen), minimum));
    }

    private static boolean restarted(Counters before, Counters after) {
        return after.requests() < before.requests()
                || after.errors() < before.errors()
                || before.started() > 0 && after.started() > 0 && before.started() != after.started();
    }
}
