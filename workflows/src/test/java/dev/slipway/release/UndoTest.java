package dev.slipway.release;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.temporal.client.WorkflowFailedException;
import io.temporal.failure.ApplicationErrorCategory;
import io.temporal.failure.ApplicationFailure;
import io.temporal.failure.CanceledFailure;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What happens when a release can't go on: what is undone, in which order, and what is told. */
class UndoTest {

    private final Rehearsal rehearsal = new Rehearsal();

    @AfterEach
    void close() {
        rehearsal.close();
    }

    @Test
    void rollsBackTheSecondTargetFirstWhenItsDeploymentFails() {
        rehearsal.worker.fails("deploy web", "web does not start");

        ReleaseReport report =
                rehearsal.start(rehearsal.plan().targets("api", "web").plan()).ended();

        assertThat(rehearsal.worker.deeds())
                .endsWith(
                        "deploy api",
                        "deploy web",
                        "rollBack web",
                        "rollBack api",
                        "verifyRolledBack",
                        "close ROLLED_BACK");
        assertThat(report.outcome()).isEqualTo("ROLLED_BACK");
        assertThat(report.headline()).isEqualTo("web does not start; back on 1.3.0");
        assertThat(report.undo()).isEmpty();
        assertThat(report.journal())
                .filteredOn(entry -> entry.level() == JournalEntry.Level.ERROR)
                .singleElement()
                .satisfies(entry -> {
                    assertThat(entry.phase()).isEqualTo(Phase.DEPLOY);
                    assertThat(entry.text()).isEqualTo("web does not start");
                    assertThat(entry.lines()).containsExactly("the last line of deploy web");
                });
    }

    @Test
    void rollsBackNothingWhenAMigrationFails() {
        rehearsal.worker.fails("migrate main", "relation 'orders' exists already");

        ReleaseReport report = rehearsal
                .start(rehearsal.plan().everything().approvedBy(0).plan())
                .ended();

        assertThat(report.outcome()).isEqualTo("FAILED");
        assertThat(report.headline()).isEqualTo("relation 'orders' exists already");
        assertThat(rehearsal.worker.deeds())
                .containsExactly("preflight", "review", "open", "backUp main", "migrate main", "close FAILED");
        assertThat(rehearsal.worker.calls()).contains("notify failed");
    }

    @Test
    void rollsBackWhenTheVerificationFails() {
        rehearsal.worker.fails("verify", "http://shop.example.com/health answers 500");

        ReleaseReport report =
                rehearsal.start(rehearsal.plan().verified().plan()).ended();

        assertThat(report.outcome()).isEqualTo("ROLLED_BACK");
        assertThat(rehearsal.worker.deeds()).endsWith("rollBack web", "verifyRolledBack", "close ROLLED_BACK");
    }

    @Test
    void leavesItAsItIsWhereThePlanStopsAfterAFailure() {
        rehearsal.worker.fails("verify", "http://shop.example.com/health answers 500");

        ReleaseReport report = rehearsal
                .start(rehearsal.plan().verified().onFailure("verify", "stop").plan())
                .ended();

        assertThat(report.outcome()).isEqualTo("FAILED");
        assertThat(rehearsal.worker.deeds()).endsWith("deploy web", "verify", "close FAILED");
    }

    @Test
    void waitsOutAnOutageInsteadOfRollingBack() {
        for (int time = 0; time < 4; time++) {
            rehearsal.worker.when("verify", () -> {
                throw ApplicationFailure.newFailure("connection refused", FailureDetail.UNAVAILABLE);
            });
        }

        assertThat(rehearsal.start(rehearsal.plan().verified().plan()).ended().outcome())
                .isEqualTo("SUCCEEDED");
        assertThat(rehearsal.worker.times("verify")).isEqualTo(5);
    }

    @Test
    void endsRollbackFailedWhereACompensationFails() {
        rehearsal.worker.fails("verify", "answers 500").fails("rollBack web", "the vendor says no");
        Rehearsal.Release release = rehearsal.start(
                rehearsal.plan().targets("api", "web").verified().told().plan());

        WorkflowFailedException failed = catchThrowableOfType(
                WorkflowFailedException.class, () -> release.stub().getResult(ReleaseReport.class));

        ApplicationFailure failure = (ApplicationFailure) failed.getCause();
        assertThat(failure.getType()).isEqualTo("ROLLBACK_FAILED");
        assertThat(failure.getCategory()).isEqualTo(ApplicationErrorCategory.UNSPECIFIED);
        ReleaseReport report = failure.getDetails().get(ReleaseReport.class);
        assertThat(report.headline()).isEqualTo("after: answers 500; the rollback stopped: the vendor says no");
        assertThat(rehearsal.worker.deeds())
                .as("what can go back goes back")
                .endsWith("verify", "rollBack web", "rollBack api", "survey", "close ROLLBACK_FAILED")
                .doesNotContain("verifyRolledBack");
        assertThat(rehearsal.worker.calls()).contains("notify rollback-failed");
    }

    @Test
    void failsTheWorkflowWithTheReportAndAsExpected() {
        rehearsal.worker.fails("verify", "answers 500");
        Rehearsal.Release release = rehearsal.start(rehearsal.plan().verified().plan());

        WorkflowFailedException failed = catchThrowableOfType(
                WorkflowFailedException.class, () -> release.stub().getResult(ReleaseReport.class));

        ApplicationFailure failure = (ApplicationFailure) failed.getCause();
        assertThat(failure.getType()).isEqualTo("ROLLED_BACK");
        assertThat(failure.getOriginalMessage()).isEqualTo("rolled back: answers 500; back on 1.3.0");
        assertThat(failure.getCategory()).isEqualTo(ApplicationErrorCategory.BENIGN);
        assertThat(failure.getDetails().get(ReleaseReport.class)).isEqualTo(release.report());
    }

    @Test
    void isCancelledBeforeItHasChangedAnything() {
        Rehearsal.Release release =
                rehearsal.start(rehearsal.plan().approvedBy(1, "ana").told().plan());
        release.awaitsWaitingFor("approval");

        release.stub().cancel();

        WorkflowFailedException failed = catchThrowableOfType(
                WorkflowFailedException.class, () -> release.stub().getResult(ReleaseReport.class));
        assertThat(failed.getCause()).isInstanceOf(CanceledFailure.class);
        assertThat(release.report().outcome()).isEqualTo("CANCELLED");
        assertThat(release.report().headline()).isEqualTo("cancelled in phase approval");
        assertThat(release.report().waiting()).isEmpty();
        assertThat(release.report().safe()).isTrue();
        assertThat(rehearsal.worker.calls())
                .containsExactly("preflight", "review", "notify waiting", "close CANCELLED", "notify cancelled");
    }

    @Test
    void isUndoneWhenItIsCancelledDuringADeployment() {
        rehearsal.worker.hangs("deploy web");
        Rehearsal.Release release =
                rehearsal.start(rehearsal.plan().targets("api", "web").told().plan());
        release.awaits(report -> rehearsal.worker.times("deploy web") == 1);

        release.stub().cancel();
        ReleaseReport report = release.ended();

        assertThat(report.outcome()).isEqualTo("CANCELLED");
        assertThat(report.headline()).isEqualTo("cancelled in phase deploy; back on 1.3.0");
        assertThat(rehearsal.worker.calls())
                .containsSubsequence(
                        "deploy web",
                        "rollBack web",
                        "rollBack api",
                        "verifyRolledBack",
                        "close CANCELLED",
                        "notify cancelled");
    }

    @Test
    void isUndoneWhenItIsCancelledEvenWhereThePlanStopsAfterAFailure() {
        rehearsal.worker.hangs("deploy web");
        Rehearsal.Release release =
                rehearsal.start(rehearsal.plan().onFailure("deploy", "stop").plan());
        release.awaits(report -> rehearsal.worker.times("deploy web") == 1);

        release.stub().cancel();

        assertThat(release.ended().headline()).isEqualTo("cancelled in phase deploy; back on 1.3.0");
    }

    @Test
    void isRolledBackInDetachedPeaceWhenItIsCancelledMeanwhile() {
        rehearsal.worker.fails("verify", "answers 500");
        Rehearsal.Release release = rehearsal.start(rehearsal.plan().verified().plan());
        rehearsal.worker.when("rollBack web", () -> release.stub().cancel());

        assertThat(release.ended().outcome()).isEqualTo("ROLLED_BACK");
        assertThat(rehearsal.worker.deeds()).endsWith("rollBack web", "verifyRolledBack", "close ROLLED_BACK");
    }

    @Test
    void believesTheRecordRatherThanItself() {
        rehearsal.worker.recordSays("ROLLBACK_FAILED");
        Rehearsal.Release release = rehearsal.start(rehearsal.plan().told().plan());

        ReleaseReport report = release.ended();

        assertThat(report.outcome()).isEqualTo("ROLLBACK_FAILED");
        assertThat(report.journal())
                .extracting(JournalEntry::text)
                .contains("the worker's record says ROLLBACK_FAILED, and that counts");
        assertThat(rehearsal.worker.calls()).contains("notify rollback-failed");
        assertThat(release.report().outcome()).isEqualTo("ROLLBACK_FAILED");
    }

    @Test
    void handsTheTurnOverWhereTheRecordCannotBeClosed() {
        rehearsal.worker.when("close SUCCEEDED", () -> {
            throw ApplicationFailure.newNonRetryableFailure("the record has gone back", FailureDetail.REFUSED);
        });

        ReleaseReport report = rehearsal.start(rehearsal.plan().plan()).ended();

        assertThat(report.outcome()).isEqualTo("ROLLBACK_FAILED");
        assertThat(report.headline()).isEqualTo("1.4.0 is live; the record has gone back");
        Rehearsal.await(
                "a free turn",
                () -> rehearsal.queue("production").view().holder().isEmpty());
    }

    @Test
    void endsAsItShouldWhereTheQueueIsGone() {
        rehearsal.worker.when("deploy web", () -> rehearsal
                .temporal
                .getWorkflowClient()
                .newUntypedWorkflowStub("environment:shop:production")
                .terminate("by a careless hand"));

        assertThat(rehearsal.start(rehearsal.plan().plan()).ended().outcome()).isEqualTo("SUCCEEDED");
    }

    @Test
    void tellsPeopleInTheWordsOfEachEnd() {
        rehearsal.worker.fails("deploy web", "does not start");

        rehearsal.start(rehearsal.plan().told().plan()).ended();

        assertThat(rehearsal.worker.calls()).containsSubsequence("close ROLLED_BACK", "notify rolled-back");
    }

    @Test
    void endsAsItShouldWhenNobodyCanBeTold() {
        rehearsal.worker.whenever("notify succeeded", () -> {
            throw ApplicationFailure.newNonRetryableFailure("the channel is gone", FailureDetail.REFUSED);
        });

        ReleaseReport report = rehearsal.start(rehearsal.plan().told().plan()).ended();

        assertThat(report.outcome()).isEqualTo("SUCCEEDED");
        assertThat(report.journal())
                .filteredOn(entry -> entry.level() == JournalEntry.Level.WARN)
                .extracting(JournalEntry::text)
                .containsExactly("the channel is gone");
    }

    @Test
    void tellsAgainWhenTellingHangs() {
        rehearsal.worker.when("notify succeeded", rehearsal.worker::silent);

        ReleaseReport report = rehearsal.start(rehearsal.plan().told().plan()).ended();

        assertThat(report.outcome()).isEqualTo("SUCCEEDED");
        assertThat(rehearsal.worker.times("notify succeeded")).isEqualTo(2);
        assertThat(report.journal()).noneMatch(entry -> entry.level() == JournalEntry.Level.WARN);
    }

    @Test
    void endsAsItShouldWhenTellingNeverWorks() {
        rehearsal.worker.whenever("notify succeeded", () -> {
            throw ApplicationFailure.newFailure("the channel does not answer", FailureDetail.UNAVAILABLE);
        });

        ReleaseReport report = rehearsal.start(rehearsal.plan().told().plan()).ended();

        assertThat(report.outcome()).isEqualTo("SUCCEEDED");
        assertThat(rehearsal.worker.times("notify succeeded")).isEqualTo(10);
        assertThat(report.journal())
                .filteredOn(entry -> entry.level() == JournalEntry.Level.WARN)
                .extracting(JournalEntry::text)
                .containsExactly("the channel does not answer");
    }

    @Test
    void letsTheNextReleaseGoOnAfterAFailedOne() {
        rehearsal.worker.fails("deploy web", "does not start");
        rehearsal.start(rehearsal.plan().plan()).ended();

        ReleaseReport next =
                rehearsal.start(rehearsal.plan().version("1.4.1").plan()).ended();

        assertThat(next.outcome()).isEqualTo("SUCCEEDED");
        assertThat(List.of(Duration.between(next.started(), next.ended()))).allMatch(took -> took.toMinutes() < 5);
    }
}
