package dev.slipway.release;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.plan.ReleasePlan;
import dev.slipway.release.ReleaseActivities.Opening;
import dev.slipway.trust.Kind;
import dev.slipway.trust.SignedStatement;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What a release waits for before it changes anything: approval, window, turn, and the worker's yes. */
class WaitingTest {

    private final Rehearsal rehearsal = new Rehearsal();

    @AfterEach
    void close() {
        rehearsal.close();
    }

    @Test
    void waitsForTheApprovalAndExpiresAfterItsTime() {
        Rehearsal.Release release =
                rehearsal.start(rehearsal.plan().approvedBy(1, "ana").told().plan());
        ReleaseReport waiting = release.awaitsWaitingFor("approval");
        Waiting what = waiting.waiting().get(0);

        assertThat(what.who()).containsExactly("ana");
        assertThat(what.command()).isEqualTo("slipway approve shop/production@1.4.0");
        assertThat(what.until())
                .isBetween(
                        Rehearsal.MONDAY_NOON.plus(Duration.ofHours(24)),
                        rehearsal.now().plus(Duration.ofHours(24)));

        ReleaseReport report = release.ended();

        assertThat(report.outcome()).isEqualTo("EXPIRED");
        assertThat(report.headline()).isEqualTo("nobody approved within 24h; start the release again");
        assertThat(report.waiting()).isEmpty();
        assertThat(Duration.between(report.started(), report.ended())).isGreaterThanOrEqualTo(Duration.ofHours(24));
        assertThat(rehearsal.worker.calls())
                .containsExactly(
                        "preflight", "review", "notify waiting", "notify reminder", "close EXPIRED", "notify expired");
    }

    @Test
    void reviewsAgainWhenTheBaseHasChangedAndTheOldApprovalIsVoid() {
        rehearsal.worker.opens(Opening.BASE_CHANGED, "1.3.1 went live in between");
        Rehearsal.Release release =
                rehearsal.start(rehearsal.plan().approvedBy(1, "ana").plan());
        release.awaitsWaitingFor("approval");
        SignedStatement old = release.approval(rehearsal.ana);
        release.workflow().approve(old);

        release.awaits(report -> rehearsal.worker.times("review") == 2
                && report.waiting().stream().anyMatch(waiting -> waiting.what().startsWith("approval")));
        assertThat(refusalOf(() -> release.workflow().approve(old))).contains("about another review");
        release.workflow().approve(release.approval(rehearsal.ana));
        ReleaseReport report = release.ended();

        assertThat(report.outcome()).isEqualTo("SUCCEEDED");
        assertThat(report.journal())
                .extracting(JournalEntry::text)
                .containsSubsequence(
                        "1.3.1 went live in between",
                        "it is reviewed again, and the yes of ana counts no more: ana has to type `slipway approve "
                                + "shop/production@1.4.0`");
        assertThat(rehearsal.worker.opened()).hasSize(2);
        assertThat(rehearsal.worker.opened().get(1).approvals()).hasSize(1).doesNotContain(old);
    }

    @Test
    void handsTheTurnBackAndAsksAgainWhereTheWorkerSaysLater() {
        rehearsal.worker.opens(Opening.LATER, "locked by hand").opens(Opening.LATER, "still locked by hand");
        Rehearsal.Release release =
                rehearsal.start(rehearsal.plan().approvedBy(1, "ana").plan());
        ReleaseReport report = release.approved().ended();

        assertThat(report.outcome()).isEqualTo("SUCCEEDED");
        assertThat(rehearsal.worker.times("review")).as("the approval stands").isEqualTo(1);
        assertThat(rehearsal.worker.times("askForTurn")).isEqualTo(3);
        assertThat(rehearsal.worker.times("open")).isEqualTo(3);
        assertThat(rehearsal.worker.opened())
                .allSatisfy(request -> assertThat(request.approvals()).hasSize(1));
        assertThat(Duration.between(report.started(), report.ended())).isGreaterThan(Duration.ofMinutes(1));
    }

    @Test
    void asksAgainAsSoonAsWhatMayStillActIsOver() {
        for (int time = 0; time < 5; time++) {
            rehearsal.worker.opens(Opening.LATER, "locked by hand");
        }
        rehearsal.worker.opensLater("may still be acting", rehearsal.now().plus(Duration.ofSeconds(15 * 60 + 40)));

        ReleaseReport report = rehearsal.start(rehearsal.plan().plan()).ended();

        assertThat(report.outcome()).isEqualTo("SUCCEEDED");
        assertThat(Duration.between(report.started(), report.ended()))
                .as("30 s + 1 + 2 + 4 + 8 min, and then not 16 more")
                .isBetween(Duration.ofMinutes(15), Duration.ofMinutes(17));
    }

    @Test
    void doesNotFloodItsJournalWhileTheWorkerSaysLaterForTheSameReason() {
        for (int time = 0; time < 20; time++) {
            rehearsal.worker.opens(Opening.LATER, "locked by hand");
        }

        ReleaseReport report = rehearsal.start(rehearsal.plan().plan()).ended();

        assertThat(report.outcome()).isEqualTo("SUCCEEDED");
        assertThat(report.journal())
                .extracting(JournalEntry::text)
                .filteredOn("locked by hand"::equals)
                .hasSize(1);
    }

    @Test
    void endsWhereTheWorkerRefusesToOpen() {
        rehearsal.worker.opens(Opening.REFUSED, "the request was spent before");

        ReleaseReport report = rehearsal.start(rehearsal.plan().plan()).ended();

        assertThat(report.outcome()).isEqualTo("FAILED");
        assertThat(report.headline()).isEqualTo("the request was spent before");
        assertThat(report.phase()).isEqualTo(Phase.DONE);
        assertThat(report.safe()).isTrue();
        assertThat(rehearsal.worker.deeds()).containsExactly("preflight", "review", "open", "close FAILED");
    }

    @Test
    void endsWhereTheApprovalIsTooOldWhenTheWorkerJudgesIt() {
        rehearsal.worker.opens(Opening.EXPIRED, "the approval of 'ana' is older than 24h");

        ReleaseReport report = rehearsal.start(rehearsal.plan().plan()).ended();

        assertThat(report.outcome()).isEqualTo("EXPIRED");
        assertThat(rehearsal.worker.deeds()).endsWith("open", "close EXPIRED");
    }

    @Test
    void waitsForWeeksUntilTheWindowOpens() {
        Rehearsal.Release release = rehearsal.start(rehearsal
                .plan()
                .window(List.of("tue 09:00-10:00"), List.of("2026-10-06..2026-10-25"))
                .plan());
        ReleaseReport waiting = release.awaitsWaitingFor("the release window");

        assertThat(waiting.phase()).isEqualTo(Phase.WINDOW);
        assertThat(waiting.waiting().get(0).until()).isEqualTo(Instant.parse("2026-10-27T09:00:00Z"));
        ReleaseReport report = release.ended();

        assertThat(report.outcome()).isEqualTo("SUCCEEDED");
        assertThat(report.ended()).isAfterOrEqualTo(Instant.parse("2026-10-27T09:00:00Z"));
        assertThat(release.events()).isLessThan(80);
    }

    @Test
    void holdsNoTurnWhileItWaitsForTheWindow() {
        rehearsal
                .start(rehearsal
                        .plan()
                        .window(List.of("tue 09:00-10:00"), List.of())
                        .plan())
                .awaitsWaitingFor("the release window");

        assertThat(rehearsal.worker.calls()).doesNotContain("askForTurn");
    }

    @Test
    void namesWhatEndsALock() {
        rehearsal.worker.locked("rolled back");

        ReleaseReport waiting =
                rehearsal.start(rehearsal.plan().version("1.5.0").plan()).awaitsWaitingFor("the turn");

        assertThat(waiting.waiting().get(0).what()).contains("locked since");
        assertThat(waiting.waiting().get(0).command()).isEqualTo("slipway unlock shop/production --reason …");
    }

    @Test
    void namesWhatEndsAFreeze() {
        rehearsal.worker.frozen(Instant.parse("2100-01-01T00:00:00Z"), "a holiday");

        ReleaseReport waiting =
                rehearsal.start(rehearsal.plan().version("1.5.0").plan()).awaitsWaitingFor("the turn");

        assertThat(waiting.waiting().get(0).command()).isEqualTo("slipway unfreeze shop/production --reason …");
    }

    @Test
    void waitsForTheReleaseThatHasTheTurn() {
        rehearsal.worker.watchesUntilTheWindowIsOver("PASS", "all quiet");
        Rehearsal.Release first =
                rehearsal.start(rehearsal.plan().watched(Duration.ofHours(2)).plan());
        first.awaits(report -> report.phase() == Phase.WATCH);
        Rehearsal.Release second =
                rehearsal.start(rehearsal.plan().version("1.5.0").plan());

        ReleaseReport waiting = second.awaitsWaitingFor("the turn");

        assertThat(waiting.waiting().get(0).what()).contains("release:shop:production:1.4.0 has the turn");
        assertThat(waiting.waiting().get(0).command()).isEqualTo("slipway status shop/production");
        first.workflow().finish(first.finish(rehearsal.ana));
        assertThat(first.ended().outcome()).isEqualTo("SUCCEEDED");
        assertThat(second.ended().outcome()).isEqualTo("SUCCEEDED");
        assertThat(rehearsal.worker.deeds()).containsSubsequence("close SUCCEEDED", "open", "close SUCCEEDED");
    }

    @Test
    void theNextHearsOfItsTurnFromTheWorkerThatClosesTheOneBefore() {
        rehearsal.worker.handsOverAtTheClose().watchesUntilTheWindowIsOver("PASS", "all quiet");
        Rehearsal.Release first =
                rehearsal.start(rehearsal.plan().watched(Duration.ofHours(2)).plan());
        first.awaits(report -> report.phase() == Phase.WATCH);
        Rehearsal.Release second =
                rehearsal.start(rehearsal.plan().version("1.5.0").plan());
        second.awaitsWaitingFor("the turn");

        first.workflow().finish(first.finish(rehearsal.ana));
        first.ended();
        ReleaseReport report = second.ended();

        assertThat(report.outcome()).isEqualTo("SUCCEEDED");
        assertThat(first.signalled("handOver")).as("told once, by the worker").isZero();
        assertThat(rehearsal.worker.deeds()).containsSubsequence("close SUCCEEDED", "open", "close SUCCEEDED");
        Rehearsal.await(
                "a free turn",
                () -> rehearsal.queue("production").view().holder().isEmpty());
    }

    @Test
    void isReviewedAgainWithoutATurnWhereWhatWasApprovedIsNoLongerWhatWouldHappen() {
        rehearsal.worker.handsOverAtTheClose().outdatesWhoWaits().watchesUntilTheWindowIsOver("PASS", "all quiet");
        Rehearsal.Release first =
                rehearsal.start(rehearsal.plan().watched(Duration.ofHours(2)).plan());
        first.awaits(report -> report.phase() == Phase.WATCH);
        Rehearsal.Release second =
                rehearsal.start(rehearsal.plan().version("1.5.0").plan());
        second.awaitsWaitingFor("the turn");

        first.workflow().finish(first.finish(rehearsal.ana));
        first.ended();
        ReleaseReport report = second.ended();

        assertThat(report.outcome()).isEqualTo("SUCCEEDED");
        assertThat(report.journal())
                .extracting(JournalEntry::text)
                .contains("what is live has changed while it waited for its turn; it is reviewed again; no approval is"
                        + " asked for");
        assertThat(rehearsal.worker.times("review")).isEqualTo(3);
        assertThat(rehearsal.worker.times("open"))
                .as("only with a review that holds")
                .isEqualTo(2);
        assertThat(second.signalled("handOver")).isZero();
    }

    @Test
    void saysWhoseYesIsNeededAgainWhereWhatIsLiveHasChanged() {
        rehearsal.worker.handsOverAtTheClose().outdatesWhoWaits().watchesUntilTheWindowIsOver("PASS", "all quiet");
        Rehearsal.Release first =
                rehearsal.start(rehearsal.plan().watched(Duration.ofHours(2)).plan());
        first.awaits(report -> report.phase() == Phase.WATCH);
        Rehearsal.Release second = rehearsal.start(rehearsal
                .plan()
                .version("1.5.0")
                .approvedBy(2, "ana", "ben", "cleo")
                .plan());
        second.awaitsWaitingFor("approval");
        second.workflow().approve(second.approval(rehearsal.ana));
        second.workflow().approve(second.approval(rehearsal.cleo));
        second.awaitsWaitingFor("the turn");

        first.workflow().finish(first.finish(rehearsal.ana));
        first.ended();
        ReleaseReport waits = second.awaitsWaitingFor("approval");

        assertThat(waits.journal())
                .extracting(JournalEntry::text)
                .contains("what is live has changed while it waited for its turn; it is reviewed again, and the yes of"
                        + " ana and cleo counts no more: ana and cleo have to type `slipway approve"
                        + " shop/production@1.5.0`");
    }

    @Test
    void leavesTheQueueForCertainWhereItIsOutdatedWhileItAsksAgain() {
        // a person is waited for, not an activity: while one runs, the test server skips no time
        rehearsal
                .worker
                .handsOverAtTheClose()
                .outdatesWhoAsksAgain()
                .watches("INCONCLUSIVE", "too few requests")
                .watches("INCONCLUSIVE", "still too few");
        Rehearsal.Release first =
                rehearsal.start(rehearsal.plan().watched(Duration.ofHours(2)).plan());
        first.awaitsWaitingFor("a person's word");
        Rehearsal.Release second =
                rehearsal.start(rehearsal.plan().version("1.5.0").plan());
        second.awaitsWaitingFor("the turn");

        rehearsal.temporal.sleep(Duration.ofMinutes(1));
        Rehearsal.await("reviewed again", () -> rehearsal.worker.times("review") == 3);
        second.awaitsWaitingFor("the turn");
        assertThat(second.signalled("handOver")).isEqualTo(1);
        first.workflow().finish(first.finish(rehearsal.ana));
        first.ended();

        assertThat(second.ended().outcome()).isEqualTo("SUCCEEDED");
    }

    @Test
    void handsItsTurnOverItselfWhereTheWorkerThatClosedDidNot() {
        Rehearsal.Release release = rehearsal.start(rehearsal.plan().plan());

        release.ended();

        assertThat(release.signalled("handOver")).isEqualTo(1);
        Rehearsal.await(
                "a free turn",
                () -> rehearsal.queue("production").view().holder().isEmpty());
    }

    @Test
    void isRejectedWhileItWaitsForItsApproval() {
        Rehearsal.Release release = rehearsal.start(
                rehearsal.plan().approvedBy(2, "ana", "cleo").told().plan());
        release.awaitsWaitingFor("approval by 2");

        rejectedByCleo(release);
    }

    @Test
    void isRejectedWhileItWaitsForTheWindow() {
        Rehearsal.Release release = rehearsal.start(rehearsal
                .plan()
                .approvedBy(1, "ana", "cleo")
                .window(List.of("tue 09:00-10:00"), List.of())
                .told()
                .plan());
        release.approved().awaitsWaitingFor("the release window");

        rejectedByCleo(release);
    }

    @Test
    void isRejectedWhileItWaitsForTheTurn() {
        rehearsal.worker.watchesUntilTheWindowIsOver("PASS", "all quiet");
        ReleasePlan watched = rehearsal.plan().watched(Duration.ofHours(2)).plan();
        Rehearsal.Release first = rehearsal.start(watched);
        first.awaits(report -> report.phase() == Phase.WATCH);
        Rehearsal.Release second = rehearsal.start(rehearsal
                .plan()
                .version("1.5.0")
                .approvedBy(1, "ana", "cleo")
                .told()
                .plan());
        second.approved().awaitsWaitingFor("the turn");

        rejectedByCleo(second);
        assertThat(rehearsal.queue("production").view().waiting()).isEmpty();
    }

    @Test
    void isRejectedWhileItAsksAgain() {
        rehearsal.worker.opens(Opening.LATER, "locked by hand");
        Rehearsal.Release release = rehearsal.start(
                rehearsal.plan().approvedBy(1, "ana", "cleo").told().plan());
        release.approved().awaitsWaitingFor("locked by hand");

        rejectedByCleo(release);
    }

    private void rejectedByCleo(Rehearsal.Release release) {
        SignedStatement no =
                release.draft(Kind.REJECT).reason("not on a Monday").by(rehearsal.cleo);

        Decision decision = release.workflow().reject(no);

        assertThat(decision.text())
                .isEqualTo("rejected; shop/production@" + release.report().version() + " ends");
        ReleaseReport report = release.ended();
        assertThat(report.outcome()).isEqualTo("REJECTED");
        assertThat(report.headline()).isEqualTo("rejected by cleo: not on a Monday");
        assertThat(report.waiting()).isEmpty();
        assertThat(rehearsal.worker.closedWith())
                .filteredOn(close -> close.outcome().equals("REJECTED"))
                .singleElement()
                .satisfies(close -> assertThat(close.decisions()).containsExactly(no));
        assertThat(rehearsal.worker.calls()).contains("notify rejected");
        assertThat(rehearsal.worker.deeds())
                .filteredOn(call -> call.startsWith("deploy"))
                .hasSizeLessThan(2);
    }

    static String refusalOf(Runnable update) {
        return DecisionsTest.refusalOf(update);
    }
}
