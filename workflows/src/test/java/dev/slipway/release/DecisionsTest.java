package dev.slipway.release;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.slipway.plan.Approval;
import dev.slipway.trust.Kind;
import dev.slipway.trust.SignedStatement;
import io.temporal.client.WorkflowUpdateException;
import io.temporal.failure.ApplicationFailure;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What people say to a running release, by update and by signal. */
class DecisionsTest {

    private final Rehearsal rehearsal = new Rehearsal();

    @AfterEach
    void close() {
        rehearsal.close();
    }

    static String refusalOf(Runnable update) {
        try {
            update.run();
        } catch (WorkflowUpdateException refused) {
            ApplicationFailure cause = (ApplicationFailure) refused.getCause();
            return cause.getOriginalMessage();
        }
        throw new AssertionError("was not refused");
    }

    private Rehearsal.Release waiting(int quorum) {
        Rehearsal.Release release = rehearsal.start(
                rehearsal.plan().approvedBy(quorum, "ana", "cleo").plan());
        release.awaitsWaitingFor("approval");
        return release;
    }

    @Test
    void tellsTheApproverThatItGoesOn() {
        Rehearsal.Release release = waiting(1);
        SignedStatement yes = release.approval(rehearsal.ana);

        Decision decision = release.workflow().approve(yes);

        assertThat(decision).isEqualTo(new Decision("approved; shop/production@1.4.0 goes on", yes.id()));
        assertThat(release.ended().outcome()).isEqualTo("SUCCEEDED");
        assertThat(rehearsal.worker.opened().get(0).approvals()).containsExactly(yes);
    }

    @Test
    void needsTwoPeopleForAQuorumOfTwo() {
        Rehearsal.Release release = waiting(2);

        Decision first = release.workflow().approve(release.approval(rehearsal.ana));
        Decision second = release.workflow().approve(release.approval(rehearsal.cleo));

        assertThat(first.text()).isEqualTo("taken; 1 more needed");
        assertThat(second.text()).isEqualTo("approved; shop/production@1.4.0 goes on");
        assertThat(release.ended().outcome()).isEqualTo("SUCCEEDED");
        assertThat(rehearsal.worker.opened().get(0).approvals()).hasSize(2);
    }

    @Test
    void whoHasSaidYesIsWaitedForNoMore() {
        Rehearsal.Release release = waiting(2);
        Waiting before = release.report().waiting().get(0);
        assertThat(before.what()).isEqualTo("approval by 2");
        assertThat(before.who()).containsExactly("ana", "cleo");

        release.workflow().approve(release.approval(rehearsal.ana));

        Waiting after = release.awaitsWaitingFor("approval").waiting().get(0);
        assertThat(after.what()).isEqualTo("approval");
        assertThat(after.who()).containsExactly("cleo");
        assertThat(after.until()).isEqualTo(before.until());
    }

    @Test
    void countsOnePersonWithTwoKeysOnce() {
        Rehearsal.Release release = waiting(2);
        Draft draft = release.draft(Kind.APPROVE).about(release.reviewHash());

        release.workflow().approve(draft.by(rehearsal.ana, 0));
        Decision again = release.workflow().approve(draft.by(rehearsal.ana, 1));

        assertThat(again.text())
                .startsWith("you have already said yes at 20")
                .endsWith(" UTC, and this one counts in its place; taken; 1 more needed");
        ReleaseReport report = release.ended();
        assertThat(report.outcome()).isEqualTo("EXPIRED");
        assertThat(report.journal())
                .extracting(JournalEntry::text)
                .filteredOn(text -> text.startsWith("approved by ana"))
                .hasSize(1);
    }

    @Test
    void takesAnApprovalBySignal() {
        Rehearsal.Release release = waiting(1);

        release.workflow().approveBySignal(release.approval(rehearsal.ana));

        assertThat(release.ended().outcome()).isEqualTo("SUCCEEDED");
    }

    @Test
    void tellsTheCallerEverythingThatIsWrong() {
        Rehearsal.Release release = waiting(1);

        String refusal = refusalOf(() -> release.workflow()
                .approve(release.draft(Kind.APPROVE)
                        .about("a".repeat(64))
                        .version("1.3.9")
                        .by(rehearsal.ben)));

        assertThat(refusal)
                .contains("version is '1.3.9', not '1.4.0'")
                .contains("about another review")
                .contains("'ben' is not among the approvers [ana, cleo]")
                .contains("'ben' asked for this release, so somebody else has to approve it");
        assertThat(release.report().phase()).isEqualTo(Phase.APPROVAL);
    }

    @Test
    void tellsTheTypeOfARefusalSoThatAClientKnowsIt() {
        Rehearsal.Release release = waiting(1);
        try {
            release.workflow().approve(new SignedStatement("yes", "please"));
        } catch (WorkflowUpdateException refused) {
            assertThat(((ApplicationFailure) refused.getCause()).getType()).isEqualTo(DecisionRefused.class.getName());
            return;
        }
        throw new AssertionError("was not refused");
    }

    @Test
    void replacesTheEarlierWordOfTheSamePerson() {
        Rehearsal.Release release = waiting(2);
        SignedStatement yes = release.approval(rehearsal.ana);

        SignedStatement other = release.draft(Kind.APPROVE)
                .about(release.reviewHash())
                .reason("looked again")
                .by(rehearsal.ana);

        release.workflow().approve(yes);
        release.workflow().approve(yes);
        release.workflow().approve(release.approval(rehearsal.ana));
        release.workflow().approve(other);

        assertThat(release.report().journal())
                .extracting(JournalEntry::text)
                .filteredOn(text -> text.startsWith("approved by ana"))
                .as("a person says yes once, however often")
                .containsExactly("approved by ana: because of the test");
        assertThat(release.report().approvals()).as("the newest counts").containsExactly(other);
        assertThat(release.ended().outcome()).isEqualTo("EXPIRED");
    }

    @Test
    void writesDownTheFirstRefusedSignalsAndCountsTheRest() {
        Rehearsal.Release release = waiting(1);
        SignedStatement wrong =
                release.draft(Kind.APPROVE).about("a".repeat(64)).by(rehearsal.ana);

        for (int time = 0; time < 8; time++) {
            release.workflow().approveBySignal(wrong);
        }
        ReleaseReport report = release.awaits(
                now -> now.journal().stream().anyMatch(entry -> entry.text().startsWith("8 signals were refused")));

        assertThat(report.journal())
                .extracting(JournalEntry::text)
                .filteredOn(text -> text.startsWith("refused a signal 'approve'"))
                .hasSize(5);
        assertThat(report.journal())
                .extracting(JournalEntry::text)
                .contains("8 signals were refused, 5 of them are written above");
        Rehearsal.await(
                "eight refused signals are counted",
                () -> rehearsal.counters.of("slipway_refused_words", "approve", "signal") == 8);
        assertThatThrownBy(() -> release.workflow().approve(wrong)).isInstanceOf(WorkflowUpdateException.class);
        Rehearsal.await(
                "a refused update is counted",
                () -> rehearsal.counters.of("slipway_refused_words", "approve", "update") == 1);
    }

    @Test
    void refusesToRollBackOrFinishWhatHasChangedNothing() {
        Rehearsal.Release release = waiting(1);

        assertThat(refusalOf(() -> release.workflow()
                        .rollback(release.draft(Kind.ROLLBACK)
                                .about("a".repeat(64))
                                .by(rehearsal.ana))))
                .isEqualTo(
                        "shop/production@1.4.0 has changed nothing yet (phase approval); `slipway reject` or `slipway"
                                + " cancel` ends it");
        assertThat(refusalOf(() -> release.workflow()
                        .finish(release.draft(Kind.FINISH).about("a".repeat(64)).by(rehearsal.ana))))
                .isEqualTo("shop/production@1.4.0 is not being watched; it is in phase approval");
    }

    @Test
    void refusesAnApprovalOrARejectionOfWhatHasBegun() {
        rehearsal.worker.watchesUntilTheWindowIsOver("PASS", "all quiet");
        Rehearsal.Release release = rehearsal.start(rehearsal
                .plan()
                .approvedBy(1, "ana")
                .watched(Duration.ofHours(1))
                .plan());
        release.approved().awaits(report -> report.phase() == Phase.WATCH);

        assertThat(refusalOf(() -> release.workflow().approve(release.approval(rehearsal.ana))))
                .isEqualTo("shop/production@1.4.0 does not wait for an approval; it is in phase watch");
        assertThat(refusalOf(() ->
                        release.workflow().reject(release.draft(Kind.REJECT).by(rehearsal.ana))))
                .contains("can't be rejected any more: `slipway rollback shop/production` takes it back");
    }

    @Test
    void goesOnWhereTheWorkerDoesNotTakeTheRejection() {
        rehearsal.worker.refusesRejections("the release has begun already");
        Rehearsal.Release release = waiting(1);

        assertThat(refusalOf(() ->
                        release.workflow().reject(release.draft(Kind.REJECT).by(rehearsal.ana))))
                .isEqualTo("the release has begun already");
        release.workflow().approve(release.approval(rehearsal.ana));

        assertThat(release.ended().outcome()).isEqualTo("SUCCEEDED");
    }

    @Test
    void saysInTheJournalThatTheWorkerDidNotTakeARejectionBySignal() {
        rehearsal.worker.refusesRejections("the release has begun already");
        Rehearsal.Release release = waiting(1);

        release.workflow().rejectBySignal(release.draft(Kind.REJECT).by(rehearsal.ana));

        release.awaits(report -> report.journal().stream()
                .anyMatch(entry -> entry.text().equals("refused a signal 'reject': the release has begun already")));
    }

    @Test
    void isRolledBackByAPersonDuringTheWatch() {
        rehearsal.worker.watchesUntilTheWindowIsOver("PASS", "all quiet");
        Rehearsal.Release release =
                rehearsal.start(rehearsal.plan().watched(Duration.ofHours(1)).plan());
        release.awaits(report -> report.phase() == Phase.WATCH);
        SignedStatement back = release.rollback(rehearsal.ana);

        Decision decision = release.workflow().rollback(back);

        assertThat(decision.statement()).isEqualTo(back.id());
        ReleaseReport report = release.ended();
        assertThat(report.outcome()).isEqualTo("ROLLED_BACK");
        assertThat(report.headline()).isEqualTo("rolled back by ana: because of the test; back on 1.3.0");
        assertThat(rehearsal.worker.deeds()).endsWith("watch", "rollBack web", "verifyRolledBack", "close ROLLED_BACK");
        assertThat(rehearsal.worker.closedWith().get(0).decisions()).containsExactly(back);
    }

    @Test
    void isRolledBackByAPersonWhereThePlanStopsAfterAFailure() {
        rehearsal.worker.hangs("deploy web");
        Rehearsal.Release release =
                rehearsal.start(rehearsal.plan().onFailure("deploy", "stop").plan());
        release.awaits(report -> rehearsal.worker.times("deploy web") == 1);

        release.workflow().rollback(release.rollback(rehearsal.ana));

        assertThat(release.ended().outcome()).isEqualTo("ROLLED_BACK");
        assertThat(rehearsal.worker.deeds()).contains("rollBack web");
    }

    @Test
    void isRolledBackByASignal() {
        rehearsal.worker.watchesUntilTheWindowIsOver("PASS", "all quiet");
        Rehearsal.Release release =
                rehearsal.start(rehearsal.plan().watched(Duration.ofHours(1)).plan());
        release.awaits(report -> report.phase() == Phase.WATCH);

        release.workflow().rollbackBySignal(release.rollback(rehearsal.ana));

        assertThat(release.ended().outcome()).isEqualTo("ROLLED_BACK");
    }

    @Test
    void isRolledBackOnlyByThoseWhoMay() {
        rehearsal.worker.watchesUntilTheWindowIsOver("PASS", "all quiet");
        Rehearsal.Release release =
                rehearsal.start(rehearsal.plan().watched(Duration.ofHours(1)).plan());
        release.awaits(report -> report.phase() == Phase.WATCH);

        assertThat(refusalOf(() -> release.workflow().rollback(release.rollback(rehearsal.cleo))))
                .isEqualTo("'cleo' is not among those who may: [ana]");
        release.workflow().finish(release.finish(rehearsal.ana));
        assertThat(release.ended().outcome()).isEqualTo("SUCCEEDED");
    }

    @Test
    void refusesASecondRollback() {
        rehearsal.worker.watchesUntilTheWindowIsOver("PASS", "all quiet").hangs("rollBack web");
        Rehearsal.Release release =
                rehearsal.start(rehearsal.plan().watched(Duration.ofHours(1)).plan());
        release.awaits(report -> report.phase() == Phase.WATCH);
        release.workflow().rollback(release.rollback(rehearsal.ana));

        assertThat(refusalOf(() -> release.workflow().rollback(release.rollback(rehearsal.ana))))
                .startsWith("shop/production@1.4.0 is ending already: rolled back by ana");
    }

    @Test
    void finishesTheWatchEarlyAndSaysWho() {
        rehearsal.worker.watchesUntilTheWindowIsOver("INCONCLUSIVE", "stopped early");
        Rehearsal.Release release =
                rehearsal.start(rehearsal.plan().watched(Duration.ofHours(1)).plan());
        release.awaits(report -> report.phase() == Phase.WATCH);
        SignedStatement finish = release.finish(rehearsal.ana);

        Decision decision = release.workflow().finish(finish);

        assertThat(decision.text()).isEqualTo("finished; shop/production@1.4.0 stays");
        ReleaseReport report = release.ended();
        assertThat(report.outcome()).isEqualTo("SUCCEEDED");
        assertThat(report.journal())
                .extracting(JournalEntry::text)
                .contains("finished by ana: because of the test", "finished by a person; stopped early");
        assertThat(rehearsal.worker.closedWith().get(0).decisions()).isEqualTo(List.of(finish));
    }

    @Test
    void isNotStoppedByMessagesWithoutAPayload() {
        Rehearsal.Release release = waiting(1);

        for (String signal : List.of("approve", "reject", "rollback", "finish", "turn")) {
            release.stub().signal(signal);
        }
        release.awaits(report -> report.journal().stream()
                        .filter(entry -> entry.text().startsWith("refused a signal"))
                        .count()
                == 4);
        release.workflow().approve(release.approval(rehearsal.ana));

        assertThat(release.ended().outcome()).isEqualTo("SUCCEEDED");
    }

    @Test
    void waitsForAnotherYesWhenOneIsTakenBack() {
        Rehearsal.Release release = waiting(2);
        SignedStatement yes = release.approval(rehearsal.ana);
        release.workflow().approve(yes);

        Decision revoked = release.workflow().revoke(release.revocation(yes, rehearsal.cleo));

        assertThat(revoked.text()).isEqualTo("revoked; 2 more approvals needed");
        assertThat(revoked.receipt()).hasSize(1);
        assertThat(release.report().approvals()).isEmpty();
        assertThat(release.report().journal())
                .extracting(JournalEntry::text)
                .contains("the approval of ana was revoked by cleo: because of the test");
        release.workflow().approve(release.approval(rehearsal.ana));
        release.workflow().approve(release.approval(rehearsal.cleo));
        assertThat(release.ended().outcome()).isEqualTo("SUCCEEDED");
    }

    @Test
    void asksAgainWhenAYesIsTakenBackWhileTheWindowIsClosed() {
        Rehearsal.Release release = rehearsal.start(rehearsal
                .plan()
                .approvedBy(1, "ana", "cleo")
                .window(List.of("sat 00:00-01:00"), List.of())
                .plan());
        release.awaitsWaitingFor("approval");
        SignedStatement yes = release.approval(rehearsal.ana);
        release.workflow().approve(yes);
        release.awaitsWaitingFor("the release window");

        release.workflow().revoke(release.revocation(yes, rehearsal.ana));

        release.awaitsWaitingFor("approval");
        assertThat(rehearsal.worker.times("review"))
                .as("what is asked for is still the same")
                .isEqualTo(1);
        assertThat(rehearsal.worker.opened()).isEmpty();
    }

    @Test
    void endsWhenAYesIsTakenBackBeforeTheFirstChange() {
        rehearsal.worker.isOpen().hangs("deploy web");
        Rehearsal.Release release = waiting(1);
        SignedStatement yes = release.approval(rehearsal.ana);
        release.workflow().approve(yes);
        release.awaits(report -> report.phase() == Phase.DEPLOY);

        Decision revoked = release.workflow().revoke(release.revocation(yes, rehearsal.ana));

        assertThat(revoked.text()).isEqualTo("revoked; shop/production@1.4.0 ends, nothing was changed");
        ReleaseReport report = release.ended();
        assertThat(report.outcome()).isEqualTo("REJECTED");
        assertThat(report.headline()).isEqualTo("the approval of ana was revoked by ana: because of the test");
    }

    @Test
    void saysWhatToDoInsteadWhenItIsTooLateToTakeAYesBack() {
        rehearsal.worker.watchesUntilItIsStopped("PASS", "quiet");
        Rehearsal.Release release = rehearsal.start(rehearsal
                .plan()
                .approvedBy(1, "ana", "cleo")
                .watched(Duration.ofHours(1))
                .plan());
        release.awaitsWaitingFor("approval");
        SignedStatement yes = release.approval(rehearsal.ana);
        release.workflow().approve(yes);
        release.awaits(report -> report.phase() == Phase.WATCH);

        assertThat(refusalOf(() -> release.workflow().revoke(release.revocation(yes, rehearsal.ana))))
                .isEqualTo(
                        "shop/production@1.4.0 has begun to change things (phase watch); an approval can't be revoked"
                                + " any more: `slipway rollback shop/production` takes it back");
    }

    @Test
    void refusesToTakeBackWhatNobodySaid() {
        Rehearsal.Release release = waiting(1);

        assertThat(refusalOf(() -> release.workflow()
                        .revoke(release.draft(Kind.REVOKE).about("a".repeat(64)).by(rehearsal.ana))))
                .isEqualTo("the revocation is about no approval of shop/production@1.4.0 that counts now");
    }

    @Test
    void countsAClaimOnlyWhereThePlanAllowsIt() {
        Rehearsal.Release signedOnly = waiting(1);
        assertThat(refusalOf(
                        () -> signedOnly.workflow().claim(new Claim("ana", "", "", List.of(), "", rehearsal.now()))))
                .startsWith("an approval has to be signed");

        Rehearsal.Release release = rehearsal.start(rehearsal
                .plan()
                .version("1.5.0")
                .approval(new Approval(
                        List.of("ana"),
                        1,
                        List.of("requester"),
                        Duration.ofHours(24),
                        "",
                        false,
                        List.of("support told"),
                        Duration.ZERO,
                        true))
                .plan());
        release.awaitsWaitingFor("approval");

        Decision claimed = release.workflow()
                .claim(new Claim("ana", "", "looks good", List.of("support told"), "", rehearsal.now()));

        assertThat(claimed.text()).isEqualTo("claimed, not signed; shop/production@1.5.0 goes on");
        ReleaseReport report = release.ended();
        assertThat(report.journal()).anySatisfy(entry -> {
            assertThat(entry.text()).isEqualTo("claimed, without a signature, to be approved by ana: looks good");
            assertThat(entry.lines()).containsExactly("ticked: support told");
        });
        assertThat(rehearsal.worker.opened().get(0).claims()).singleElement().satisfies(claim -> {
            assertThat(claim.by()).isEqualTo("ana");
            assertThat(claim.review()).isNotEmpty();
        });
    }

    @Test
    void doesNotAskWhoWroteWhatIsNew() {
        rehearsal.worker.writtenBy("ana");
        Rehearsal.Release release = rehearsal.start(rehearsal
                .plan()
                .approval(new Approval(
                        List.of("ana", "cleo"),
                        1,
                        List.of("authors"),
                        Duration.ofHours(24),
                        "",
                        false,
                        List.of(),
                        Duration.ZERO,
                        false))
                .plan());
        ReleaseReport waiting = release.awaitsWaitingFor("approval");

        assertThat(waiting.waiting().get(0).who()).containsExactly("cleo");
        assertThat(refusalOf(() -> release.workflow().approve(release.approval(rehearsal.ana))))
                .isEqualTo("'ana' wrote some of what is new in this release, so somebody else has to approve it");
    }

    @Test
    void remindsPeopleBeforeTheApprovalExpires() {
        Rehearsal.Release release =
                rehearsal.start(rehearsal.plan().approvedBy(1, "ana").told().plan());

        ReleaseReport report = release.ended();

        assertThat(report.outcome()).isEqualTo("EXPIRED");
        assertThat(rehearsal.worker.times("notify waiting")).isEqualTo(1);
        assertThat(rehearsal.worker.times("notify reminder")).isEqualTo(1);
    }
}
