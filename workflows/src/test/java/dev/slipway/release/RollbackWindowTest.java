package dev.slipway.release;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.slipway.record.SignedText;
import io.temporal.common.converter.EncodedValues;
import io.temporal.common.converter.Values;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;

@Order(1)
class RollbackWindowTest {

    private final Rehearsal rehearsal = new Rehearsal();

    @AfterEach
    void close() {
        rehearsal.close();
    }

    private Rehearsal.Release watched() {
        return rehearsal.start(
                rehearsal.plan().watched(Duration.ofMinutes(15)).told().plan());
    }

    @Test
    void rollsBackWhenTheWatchFails() {
        rehearsal.worker.watches("FAIL", "error-rate was 12 % for 2m");

        ReleaseReport report = watched().ended();

        assertThat(report.outcome()).isEqualTo("ROLLED_BACK");
        assertThat(report.headline()).isEqualTo("error-rate was 12 % for 2m; back on 1.3.0");
        assertThat(rehearsal.worker.deeds()).endsWith("watch", "rollBack web", "verifyRolledBack", "close ROLLED_BACK");
    }

    /** Time is not skipped while an activity runs, so this window is short. */
    private Rehearsal.Release watchedFor(Duration real) {
        return rehearsal.start(rehearsal.plan().watched(real).plan());
    }

    @Test
    void succeedsWhenTheWindowIsOverAndTheWatchSawNothing() {
        rehearsal.worker.watchesUntilTheWindowIsOver("PASS", "all quiet");

        ReleaseReport report = watchedFor(Duration.ofSeconds(1)).ended();

        assertThat(report.outcome()).isEqualTo("SUCCEEDED");
        assertThat(report.journal()).extracting(JournalEntry::text).contains("all quiet");
        assertThat(Duration.between(report.started(), report.ended())).isGreaterThanOrEqualTo(Duration.ofSeconds(1));
    }

    @Test
    void extendsAnUndecidedWatchOnceWithWhatItHasSeen() {
        rehearsal.worker.watches("INCONCLUSIVE", "too few requests").watches("PASS", "enough requests");

        ReleaseReport report = watched().ended();

        assertThat(report.outcome()).isEqualTo("SUCCEEDED");
        assertThat(rehearsal.worker.watched()).hasSize(2);
        assertThat(rehearsal.worker.watched().get(0).state()).isEmpty();
        assertThat(rehearsal.worker.watched().get(0).length()).isEqualTo(Duration.ofMinutes(15));
        assertThat(rehearsal.worker.watched().get(1).state())
                .singleElement()
                .satisfies(state -> assertThat(state.text()).isEqualTo("state of too few requests\n"));
        assertThat(rehearsal.worker.watched().get(1).length()).isEqualTo(Duration.ofMinutes(10));
        assertThat(report.journal())
                .extracting(JournalEntry::text)
                .contains("undecided: too few requests; watches 10m longer", "enough requests");
    }

    @Test
    void stopsAWatchThatSaysNothingAfterTheWindowAndGoesByItsLastWord() {
        rehearsal.worker.watchesUntilItIsStopped("PASS", "quiet, and late");

        ReleaseReport report = watchedFor(Duration.ofSeconds(1)).ended();

        assertThat(report.outcome()).isEqualTo("SUCCEEDED");
        assertThat(report.journal()).extracting(JournalEntry::text).contains("quiet, and late");
        assertThat(Duration.between(report.started(), report.ended())).isGreaterThanOrEqualTo(RollbackWindow.LAST_WORD);
    }

    /** The test server lets no activity time out that was asked to stop; the crash tests do it on the real one. */
    @Test
    void findsWhatADeadWorkerHadSeenInItsLastBeat() {
        SignedText seen = new SignedText("state\n", "sig");

        assertThat(RollbackWindow.lastBeat(beat(seen))).contains(seen);
        assertThat(RollbackWindow.lastBeat(beat("between two rounds"))).isEmpty();
        assertThat(RollbackWindow.lastBeat(new EncodedValues(Optional.empty(), Converter.dataConverter())))
                .isEmpty();
    }

    private static Values beat(Object details) {
        return new EncodedValues(Converter.dataConverter().toPayloads(details), Converter.dataConverter());
    }

    @Test
    void asksAPersonAfterTheSecondUndecidedWatch() {
        rehearsal.worker.watches("INCONCLUSIVE", "too few requests").watches("ERROR", "no metrics");
        Rehearsal.Release release = watched();

        ReleaseReport asking = release.awaitsWaitingFor("a person's word");

        Waiting question = asking.waiting().get(0);
        assertThat(question.what())
                .isEqualTo("a person's word, because the watch can't decide: no metrics"
                        + " (otherwise it is rolled back to 1.3.0)");
        assertThat(question.who()).containsExactly("ana");
        assertThat(question.command())
                .isEqualTo("slipway finish shop/production@1.4.0 (or: slipway extend shop/production@1.4.0 --for 10m,"
                        + " slipway rollback shop/production)");
        Rehearsal.await("a notice", () -> rehearsal.worker.times("notify undecided") == 1);

        release.workflow().finish(release.finish(rehearsal.ana));
        ReleaseReport report = release.ended();

        assertThat(report.outcome()).isEqualTo("SUCCEEDED");
        assertThat(report.waiting()).isEmpty();
        assertThat(report.journal()).extracting(JournalEntry::text).contains("finished by a person; no metrics");
    }

    @Test
    void rollsBackWhenNobodyDecidesWithinAnHour() {
        rehearsal.worker.watches("INCONCLUSIVE", "too few requests").watches("INCONCLUSIVE", "still too few");
        Rehearsal.Release release = watched();
        release.awaitsWaitingFor("a person's word");

        ReleaseReport report = release.ended();

        assertThat(report.outcome()).isEqualTo("ROLLED_BACK");
        assertThat(report.headline())
                .isEqualTo("the watch could not decide (still too few) and nobody did within 1h; back on 1.3.0");
        assertThat(Duration.between(report.started(), report.ended())).isGreaterThanOrEqualTo(Duration.ofHours(1));
    }

    @Test
    void isRolledBackByAPersonWhoIsAsked() {
        rehearsal.worker.watches("INCONCLUSIVE", "too few requests").watches("INCONCLUSIVE", "still too few");
        Rehearsal.Release release = watched();
        release.awaitsWaitingFor("a person's word");

        release.workflow().rollback(release.rollback(rehearsal.ana));
        ReleaseReport report = release.ended();

        assertThat(report.outcome()).isEqualTo("ROLLED_BACK");
        assertThat(report.headline()).startsWith("rolled back by ana");
        assertThat(report.waiting()).isEmpty();
    }

    @Test
    void rollsBackWhenTheWatchItselfCannotGoOn() {
        rehearsal.worker.fails("watch", "the rule can't be read");

        ReleaseReport report = watched().ended();

        assertThat(report.outcome()).isEqualTo("ROLLED_BACK");
        assertThat(report.headline()).isEqualTo("the rule can't be read; back on 1.3.0");
    }

    @Test
    void hasAHistoryThatDoesNotGrowWithItsLength() {
        rehearsal.worker.watchesUntilTheWindowIsOver("PASS", "all quiet");
        rehearsal.worker.watchesUntilTheWindowIsOver("PASS", "all quiet");
        Rehearsal.Release brief = watchedFor(Duration.ofMillis(500));
        brief.ended();
        Rehearsal.Release lengthy = rehearsal.start(
                rehearsal.plan().version("1.5.0").watched(Duration.ofSeconds(5)).plan());
        lengthy.ended();

        // a turn that comes a moment later costs a timer
        assertThat(lengthy.events()).isCloseTo(brief.events(), within(4L));
    }
}
