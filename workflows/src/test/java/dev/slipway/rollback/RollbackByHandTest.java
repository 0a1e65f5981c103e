package dev.slipway.rollback;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.slipway.release.Draft;
import dev.slipway.release.FailureDetail;
import dev.slipway.release.JournalEntry;
import dev.slipway.release.Queues;
import dev.slipway.release.Rehearsal;
import dev.slipway.release.ReleaseActivities.Opening;
import dev.slipway.release.ReleaseName;
import dev.slipway.release.ReleaseReport;
import dev.slipway.rollback.RollbackWorkflow.RollbackInput;
import dev.slipway.trust.Kind;
import dev.slipway.trust.SignedStatement;
import io.temporal.client.WorkflowClient;
import io.temporal.client.WorkflowFailedException;
import io.temporal.client.WorkflowOptions;
import io.temporal.client.WorkflowStub;
import io.temporal.failure.ApplicationFailure;
import io.temporal.failure.CanceledFailure;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A rollback by a person's hand, when no release is running. */
class RollbackByHandTest {

    private final Rehearsal rehearsal = new Rehearsal();

    @AfterEach
    void close() {
        rehearsal.close();
    }

    private RollbackWorkflow start() {
        SignedStatement asked = new Draft(Kind.ROLLBACK, rehearsal.plan().plan(), rehearsal.now())
                .version("1.2.0")
                .about("a".repeat(64))
                .by(rehearsal.ana);
        RollbackWorkflow rollback = rehearsal
                .temporal
                .getWorkflowClient()
                .newWorkflowStub(
                        RollbackWorkflow.class,
                        WorkflowOptions.newBuilder()
                                .setWorkflowId(ReleaseName.rollbackWorkflowId("shop", "production"))
                                .setTaskQueue(Queues.WORKFLOWS)
                                .build());
        WorkflowClient.start(rollback::run, new RollbackInput("shop", "production", asked));
        return rollback;
    }

    private static ReleaseReport result(RollbackWorkflow rollback) {
        return WorkflowStub.fromTyped(rollback).getResult(ReleaseReport.class);
    }

    private static ApplicationFailure failureOf(RollbackWorkflow rollback) {
        return (ApplicationFailure) catchThrowableOfType(WorkflowFailedException.class, () -> result(rollback))
                .getCause();
    }

    private void awaitFreeTurn() {
        Rehearsal.await(
                "a free turn",
                () -> rehearsal.queue("production").view().holder().isEmpty());
    }

    @Test
    void rollsBackItsTargetsInOrderVerifiesClosesAndTells() {
        ReleaseReport report = result(start());

        assertThat(rehearsal.worker.calls())
                .filteredOn(call -> !call.equals("readRecord"))
                .containsExactly(
                        "askForTurn",
                        "openRollback",
                        "rollBack web",
                        "rollBack api",
                        "verifyRolledBack",
                        "close ROLLED_BACK",
                        "notify rolled-back");
        assertThat(report.outcome()).isEqualTo("ROLLED_BACK");
        assertThat(report.headline()).isEqualTo("by ana: because of the test; back on 1.2.0");
        assertThat(report.version()).isEqualTo("1.2.0");
        assertThat(report.requestedBy()).isEqualTo("ana");
        assertThat(report.journal()).extracting(JournalEntry::text).contains("from 1.3.0 back to 1.2.0");
        awaitFreeTurn();
    }

    @Test
    void failsWithTheReasonWhereTheWorkerRefuses() {
        rehearsal.worker.opens(Opening.REFUSED, "'ben' is not among those who may: [ana]");

        ApplicationFailure failure = failureOf(start());

        assertThat(failure.getType()).isEqualTo("FAILED");
        assertThat(failure.getOriginalMessage()).isEqualTo("failed: 'ben' is not among those who may: [ana]");
        assertThat(rehearsal.worker.deeds()).containsExactly("openRollback");
        awaitFreeTurn();
    }

    @Test
    void waitsUntilWhatMayStillActIsOver() {
        String acting = "'deploy web' of shop/production@1.4.0 may still be acting";
        rehearsal.worker.opensLater(acting, rehearsal.now().plus(Duration.ofMinutes(8)));

        ReleaseReport report = result(start());

        assertThat(report.outcome()).isEqualTo("ROLLED_BACK");
        assertThat(report.journal()).extracting(JournalEntry::text).contains("waits: " + acting);
        assertThat(rehearsal.worker.times("openRollback")).isEqualTo(2);
        assertThat(Duration.between(report.started(), report.ended()))
                .isBetween(Duration.ofMinutes(7), Duration.ofMinutes(9));
        awaitFreeTurn();
    }

    @Test
    void isCancelledWhileItWaitsAndHasChangedNothing() {
        rehearsal.worker.opensLater(
                "'deploy web' may still be acting", rehearsal.now().plus(Duration.ofDays(900)));
        RollbackWorkflow rollback = start();
        Rehearsal.await("the wait", () -> rollback.report().headline().startsWith("waits: "));

        WorkflowStub.fromTyped(rollback).cancel();
        catchThrowableOfType(WorkflowFailedException.class, () -> result(rollback));

        assertThat(rollback.report().outcome()).isEqualTo("CANCELLED");
        assertThat(rehearsal.worker.deeds()).containsExactly("openRollback");
        awaitFreeTurn();
    }

    @Test
    void endsRollbackFailedWhereATargetDoesNotGoBack() {
        rehearsal.worker.fails("rollBack web", "the vendor says no");

        ApplicationFailure failure = failureOf(start());

        assertThat(failure.getType()).isEqualTo("ROLLBACK_FAILED");
        assertThat(failure.getDetails().get(ReleaseReport.class).headline()).isEqualTo("the vendor says no");
        assertThat(rehearsal.worker.calls())
                .endsWith("rollBack web", "survey", "close ROLLBACK_FAILED", "notify rollback-failed");
        awaitFreeTurn();
    }

    @Test
    void handsTheTurnOverWhereTheRecordCannotBeClosed() {
        rehearsal.worker.when("close ROLLED_BACK", () -> {
            throw ApplicationFailure.newNonRetryableFailure("the record has gone back", FailureDetail.REFUSED);
        });

        ApplicationFailure failure = failureOf(start());

        assertThat(failure.getType()).isEqualTo("ROLLBACK_FAILED");
        assertThat(failure.getOriginalMessage())
                .isEqualTo("rollback failed: by ana: because of the test; back on 1.2.0; the record has gone back");
        awaitFreeTurn();
    }

    @Test
    void leavesTheQueueWhenItIsCancelledWhileItWaits() {
        rehearsal.worker.when("openRollback", rehearsal.worker::untilCancelled);
        RollbackWorkflow rollback = start();
        Rehearsal.await("open", () -> rehearsal.worker.times("openRollback") == 1);

        WorkflowStub.fromTyped(rollback).cancel();

        WorkflowFailedException failed = catchThrowableOfType(WorkflowFailedException.class, () -> result(rollback));
        assertThat(failed.getCause()).isInstanceOf(CanceledFailure.class);
        assertThat(rollback.report().outcome()).isEqualTo("CANCELLED");
        assertThat(rehearsal.worker.deeds()).containsExactly("openRollback");
        awaitFreeTurn();
    }

    @Test
    void isNotDoneHalfWhenItIsCancelledOnTheWay() {
        rehearsal.worker.when("rollBack web", rehearsal.worker::untilCancelled);
        RollbackWorkflow rollback = start();
        Rehearsal.await("a rollback", () -> rehearsal.worker.times("rollBack web") == 1);

        WorkflowStub.fromTyped(rollback).cancel();
        catchThrowableOfType(WorkflowFailedException.class, () -> result(rollback));

        // the SDK shows every end after a cancellation as Canceled; the report and the record say what it really is
        assertThat(rollback.report().outcome()).as("somebody has to look").isEqualTo("ROLLBACK_FAILED");
        assertThat(rollback.report().headline()).isEqualTo("cancelled in phase rollback");
        assertThat(rehearsal.worker.deeds()).endsWith("rollBack web", "close ROLLBACK_FAILED");
        awaitFreeTurn();
    }
}
