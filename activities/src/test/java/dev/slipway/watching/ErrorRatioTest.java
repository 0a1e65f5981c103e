package dev.slipway.watching;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.watch.Measurement;
import dev.slipway.watching.SourceState.Counters;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ErrorRatioTest {
    private static final Instant START = Instant.parse("2026-11-03T09:00:00Z");

    /** Errors and requests of each scrape in turn, ten seconds apart. */
    private static Measurement.Outcome ratio(double... counters) {
        List<Counters> scrapes = new ArrayList<>();
        for (int i = 0; i < counters.length; i += 2) {
            scrapes.add(new Counters(START.plusSeconds(5L * i), 0, counters[i], counters[i + 1]));
        }
        return new ErrorRatio(10).of(scrapes);
    }

    private static Measurement.Value value(double value) {
        return new Measurement.Value(value);
    }

    private static String why(Measurement.Outcome outcome) {
        return ((Measurement.NoData) outcome).why();
    }

    @Test
    void weighsWhatWasAddedAndNotTheCountersThemselves() {
        assertThat(ratio(5, 100_000, 55, 100_100)).isEqualTo(value(0.5));
        assertThat(ratio(5, 100_000, 55, 100_100, 55, 100_200)).isEqualTo(value(0));
    }

    @Test
    void seesErrorsOfASeriesThatWasBornWithThem() {
        assertThat(ratio(0, 100, 50, 200)).isEqualTo(value(0.5));
    }

    @Test
    void takesARestartForNoSpike() {
        assertThat(ratio(500, 1000, 1, 20)).isEqualTo(value(0.05));
        assertThat(ratio(0, 1000, 0, 20)).isEqualTo(value(0));
    }

    @Test
    void seesARestartThatOutgrewTheOldCountersByItsStartTime() {
        List<Counters> scrapes =
                List.of(new Counters(START, 1000, 10, 100), new Counters(START.plusSeconds(10), 2000, 60, 200));
        assertThat(new ErrorRatio(10).of(scrapes)).isEqualTo(value(0.3));
    }

    @Test
    void looksBackOnlyAsFarAsItTakesToSeeEnough() {
        assertThat(ratio(0, 0, 4, 4, 4, 8, 4, 12, 4, 16)).isEqualTo(value(0));
        assertThat(ratio(0, 0, 4, 4, 4, 8, 4, 12)).isEqualTo(value(4 / 12.0));
    }

    @Test
    void doesNotJudgeByTooFewRequests() {
        assertThat(why(ratio(0, 0, 1, 1, 2, 2)))
                .isEqualTo("2 requests in the last 20 s, fewer than the 10 that it takes");
        assertThat(why(ratio(0, 0))).contains("first scrape");
    }

    @Test
    void doesNotRepeatOldEvidenceWhenNobodyCalls() {
        assertThat(why(ratio(0, 0, 50, 100, 50, 100))).isEqualTo("no requests since the scrape before");
    }

    @Test
    void isNeverMoreThanAll() {
        assertThat(ratio(0, 0, 21, 20)).isEqualTo(value(1));
    }

    @Test
    void noticesSeveralProcessesBehindOneAddress() {
        assertThat(why(ratio(5, 500, 1, 100, 6, 600, 2, 200, 7, 700, 3, 300))).contains("went back 3 times");
    }
}
