package dev.slipway.release;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** When a release is measured before it changes anything, and what becomes of it. */
class BaselineTest {

    private final Rehearsal rehearsal = new Rehearsal();

    @AfterEach
    void close() {
        rehearsal.close();
    }

    private Rehearsal.Release comparing() {
        return rehearsal.start(rehearsal
                .plan()
                .watched(Duration.ofMinutes(15))
                .comparing(Duration.ofSeconds(30))
                .plan());
    }

    @Test
    void isMeasuredBeforeTheFirstChangeAndHandedToEveryWatch() {
        rehearsal.worker.watches("INCONCLUSIVE", "too few requests").watches("PASS", "enough requests");

        ReleaseReport report = comparing().ended();

        assertThat(report.outcome()).isEqualTo("SUCCEEDED");
        assertThat(rehearsal.worker.deeds()).containsSubsequence("open", "measureBaseline", "deploy web", "watch");
        assertThat(rehearsal.worker.watched()).hasSize(2).allSatisfy(watch -> assertThat(watch.baseline())
                .singleElement()
                .satisfies(signed -> assertThat(signed.text()).isEqualTo("baseline of " + watch.grant())));
        assertThat(report.journal())
                .extracting(JournalEntry::text)
                .contains(
                        "baseline of error-rate: 0.02 (median of 4 measurements)",
                        "no baseline of requests (nothing was measured)");
    }

    @Test
    void stopsNoReleaseWhereItCannotBeMeasured() {
        rehearsal.worker.fails("measureBaseline", "the metrics are gone").watches("PASS", "fine");

        ReleaseReport report = comparing().ended();

        assertThat(report.outcome()).isEqualTo("SUCCEEDED");
        assertThat(rehearsal.worker.watched().get(0).baseline()).isEmpty();
        assertThat(report.journal())
                .extracting(JournalEntry::text)
                .anyMatch(text -> text.startsWith("no baseline, so the watch will ask a person: ")
                        && text.contains("the metrics are gone"));
    }

    @Test
    void isNotMeasuredWhereNothingIsCompared() {
        rehearsal.worker.watches("PASS", "fine");

        rehearsal.start(rehearsal.plan().watched(Duration.ofMinutes(15)).plan()).ended();

        assertThat(rehearsal.worker.deeds()).doesNotContain("measureBaseline");
    }
}
