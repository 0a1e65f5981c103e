package dev.slipway.release;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.trust.Kind;
import dev.slipway.trust.Lane;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What a release waits for before people are asked. */
class GatesTest {

    private final Rehearsal rehearsal = new Rehearsal();

    @AfterEach
    void close() {
        rehearsal.close();
    }

    @Test
    void asksPeopleOnlyWhenTheGatesArePassed() {
        Rehearsal.Release release = rehearsal.start(
                rehearsal.plan().approvedBy(1, "ana", "cleo").gated().plan());
        release.awaitsWaitingFor("approval");

        assertThat(rehearsal.worker.deeds()).containsExactly("preflight", "judgeGates", "review");
        assertThat(release.report().journal()).extracting(JournalEntry::text).contains("tests: passed");
    }

    @Test
    void waitsDurablyAndSaysForWhat() {
        rehearsal.worker.gatesWaitFor(List.of("tests: 'lint' is running"), List.of("tests: 'e2e' is queued"));
        Rehearsal.Release release = rehearsal.start(rehearsal.plan().gated().plan());

        ReleaseReport waiting = release.awaitsWaitingFor("its gates: tests: 'lint' is running");

        assertThat(waiting.phase()).isEqualTo(Phase.GATES);
        assertThat(release.ended().outcome()).isEqualTo("SUCCEEDED");
    }

    @Test
    void endsWhenItIsRejectedWhileItWaits() {
        rehearsal.worker.gatesWaitFor(List.of("tests: 'lint' is running"));
        Rehearsal.Release release =
                rehearsal.start(rehearsal.plan().approvedBy(1, "ana").gated().plan());
        release.awaitsWaitingFor("its gates");

        release.workflow().reject(release.draft(Kind.REJECT).by(rehearsal.ana));

        assertThat(release.ended().outcome()).isEqualTo("REJECTED");
    }

    @Test
    void recordsWhatAHotfixDoesNotWaitFor() {
        Rehearsal.Release release = rehearsal.hotfix(
                rehearsal.plan().gated().hotfixSkips("tests", "window").plan());

        ReleaseReport report = release.ended();

        assertThat(report.outcome()).isEqualTo("SUCCEEDED");
        assertThat(report.lane()).isEqualTo(Lane.HOTFIX.word());
        assertThat(report.journal())
                .extracting(JournalEntry::text)
                .contains("in the hotfix lane: does not wait for tests, window");
        assertThat(rehearsal.worker.calls()).doesNotContain("judgeGates");
    }

    @Test
    void aHotfixGoesThroughAClosedWindowWhereItsPlanSaysSo() {
        Rehearsal.Release release = rehearsal.hotfix(rehearsal
                .plan()
                .window(List.of("sat 00:00-01:00"), List.of())
                .hotfixSkips("window")
                .plan());

        ReleaseReport report = release.ended();

        assertThat(report.outcome()).isEqualTo("SUCCEEDED");
        assertThat(Duration.between(report.started(), report.ended())).isLessThan(Duration.ofHours(1));
    }

    @Test
    void aHotfixWaitsForTheWindowWhereItsPlanDoesNotSaySo() {
        Rehearsal.Release release = rehearsal.hotfix(rehearsal
                .plan()
                .window(List.of("sat 00:00-01:00"), List.of())
                .hotfixSkips("freeze")
                .plan());

        ReleaseReport report = release.ended();

        assertThat(Duration.between(report.started(), report.ended())).isGreaterThan(Duration.ofDays(3));
    }
}
