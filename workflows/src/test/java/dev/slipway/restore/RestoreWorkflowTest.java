package dev.slipway.restore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.slipway.release.Decision;
import dev.slipway.release.Draft;
import dev.slipway.release.JournalEntry;
import dev.slipway.release.Person;
import dev.slipway.release.Queues;
import dev.slipway.release.Rehearsal;
import dev.slipway.release.ReleaseActivities.Opening;
import dev.slipway.release.ReleaseName;
import dev.slipway.release.ReleaseReport;
import dev.slipway.restore.RestoreWorkflow.RestoreInput;
import dev.slipway.trust.Kind;
import dev.slipway.trust.SignedStatement;
import io.temporal.client.WorkflowClient;
import io.temporal.client.WorkflowFailedException;
import io.temporal.client.WorkflowOptions;
import io.temporal.client.WorkflowStub;
import io.temporal.failure.ApplicationFailure;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A restore, as its workflow leads it. */
class RestoreWorkflowTest {

    private final Rehearsal rehearsal = new Rehearsal();

    @AfterEach
    void close() {
        rehearsal.close();
    }

    private RestoreWorkflow start(Wish wish) {
        SignedStatement asked = new Draft(Kind.RESTORE, rehearsal.plan().plan(), rehearsal.now())
                .about("a".repeat(64))
                .what(wish.what())
                .by(rehearsal.ana);
        RestoreWorkflow restore = rehearsal
                .temporal
                .getWorkflowClient()
                .newWorkflowStub(
                        RestoreWorkflow.class,
                        WorkflowOptions.newBuilder()
                                .setWorkflowId(ReleaseName.restoreWorkflowId("shop", "production"))
                                .setTaskQueue(Queues.WORKFLOWS)
                                .build());
        WorkflowClient.start(restore::run, new RestoreInput("shop", "production", asked));
        return restore;
    }

    private RestoreWorkflow start() {
        return start(new Wish("main", "", "", List.of(), false));
    }

    private SignedStatement yes(Person by, String confirm) {
        return new Draft(Kind.RESTORE, rehearsal.plan().plan(), rehearsal.now())
                .version("restore-1a2b3c4d")
                .about("b".repeat(64))
                .confirm(confirm)
                .by(by);
    }

    private static void awaitQuestion(RestoreWorkflow restore) {
        Rehearsal.await("the question", () -> !restore.report().waiting().isEmpty());
    }

    private static ReleaseReport result(RestoreWorkflow restore) {
        return WorkflowStub.fromTyped(restore).getResult(ReleaseReport.class);
    }

    private static ApplicationFailure failureOf(RestoreWorkflow restore) {
        return (ApplicationFailure) catchThrowableOfType(WorkflowFailedException.class, () -> result(restore))
                .getCause();
    }

    private void awaitFreeTurn() {
        Rehearsal.await(
                "a free turn",
                () -> rehearsal.queue("production").view().holder().isEmpty());
    }

    @Test
    void switchesOnlyAfterAYesToWhatItFound() {
        RestoreWorkflow restore = start();
        awaitQuestion(restore);
        assertThat(rehearsal.worker.deeds()).containsExactly("openRestore", "restore 1", "compared");
        assertThat(restore.report().waiting().get(0).command()).isEqualTo("slipway restore shop/production");
        assertThat(restore.report().review().get(0).text()).isEqualTo("comparison\n");

        Decision decision = restore.confirm(yes(rehearsal.ana, "CONFIRM"));
        ReleaseReport report = result(restore);

        assertThat(decision.receipt()).isNotEmpty();
        assertThat(report.outcome()).isEqualTo("SUCCEEDED");
        assertThat(report.version()).isEqualTo("restore-1a2b3c4d");
        assertThat(report.waiting()).isEmpty();
        assertThat(rehearsal.worker.calls())
                .containsSubsequence(
                        "askForTurn",
                        "openRestore",
                        "restore 1",
                        "compared",
                        "confirm 1",
                        "backUpPresent 2",
                        "switchOver 3",
                        "close SUCCEEDED",
                        "notify succeeded");
        awaitFreeTurn();
    }

    @Test
    void refusesAYesWithoutTheWordAndGoesOnWaiting() {
        RestoreWorkflow restore = start();
        awaitQuestion(restore);

        assertThatThrownBy(() -> restore.confirm(yes(rehearsal.ana, "")))
                .hasStackTraceContaining("the plan asks for the word 'CONFIRM', exactly so");

        assertThat(restore.report().waiting()).isNotEmpty();
        restore.confirm(yes(rehearsal.ana, "CONFIRM"));
        assertThat(result(restore).outcome()).isEqualTo("SUCCEEDED");
    }

    @Test
    void waitsForAsManyAsTheWorkerWants() {
        rehearsal.worker.confirmedBy(2);
        RestoreWorkflow restore = start();
        awaitQuestion(restore);

        assertThat(restore.confirm(yes(rehearsal.ana, "CONFIRM")).receipt()).isEmpty();
        assertThat(rehearsal.worker.calls()).doesNotContain("switchOver 3");
        restore.confirm(yes(rehearsal.ben, "CONFIRM"));

        assertThat(result(restore).outcome()).isEqualTo("SUCCEEDED");
        assertThat(rehearsal.worker.calls()).contains("confirm 1", "confirm 2");
    }

    @Test
    void countsTwoWhoSayYesAtTheSameTime() {
        rehearsal.worker.confirmedBy(2);
        // the first is still judged when the second comes
        rehearsal.worker.when(
                "confirm 1",
                () -> Rehearsal.await(
                        "the second yes",
                        () -> rehearsal.worker.times("confirm 1") + rehearsal.worker.times("confirm 2") == 2));
        RestoreWorkflow restore = start();
        awaitQuestion(restore);

        CompletableFuture<Decision> ana =
                CompletableFuture.supplyAsync(() -> restore.confirm(yes(rehearsal.ana, "CONFIRM")));
        Rehearsal.await("the first yes", () -> rehearsal.worker.times("confirm 1") == 1);
        restore.confirm(yes(rehearsal.ben, "CONFIRM"));

        assertThat(ana.join().text()).isNotEmpty();
        assertThat(result(restore).outcome()).isEqualTo("SUCCEEDED");
    }

    @Test
    void endsExpiredWhereNobodySaysYesWithinAnHour() {
        ApplicationFailure failure = failureOf(start());

        assertThat(failure.getType()).isEqualTo("EXPIRED");
        ReleaseReport report = failure.getDetails().get(ReleaseReport.class);
        assertThat(report.headline())
                .contains("the present database is as it was; `dropdb shop_restored_1` drops what is left");
        assertThat(failure.getOriginalMessage()).endsWith("; `dropdb shop_restored_1` drops what is left");
        assertThat(Duration.between(report.started(), report.ended()))
                .isBetween(Duration.ofMinutes(59), Duration.ofMinutes(62));
        assertThat(rehearsal.worker.deeds()).endsWith("compared", "close EXPIRED");
        awaitFreeTurn();
    }

    @Test
    void asksNobodyWhereThePlanHasNoWayToSwitch() {
        rehearsal.worker.restoresBeside();

        ReleaseReport report = result(start());

        assertThat(report.outcome()).isEqualTo("SUCCEEDED");
        assertThat(rehearsal.worker.deeds()).containsExactly("openRestore", "restore 1", "compared", "close SUCCEEDED");
        awaitFreeTurn();
    }

    @Test
    void failsWithTheReasonWhereTheSwitchDoesNotWork() {
        rehearsal.worker.fails("switchOver 3", "switch main: nothing was copied back");
        RestoreWorkflow restore = start();
        awaitQuestion(restore);
        restore.confirm(yes(rehearsal.ana, "CONFIRM"));

        ApplicationFailure failure = failureOf(restore);

        assertThat(failure.getType()).isEqualTo("FAILED");
        assertThat(rehearsal.worker.deeds()).endsWith("switchOver 3", "close FAILED");
        awaitFreeTurn();
    }

    @Test
    void failsWithTheReasonWhereTheWorkerRefuses() {
        rehearsal.worker.opens(Opening.REFUSED, "'ben' is not among those who may restore: [ana]");

        ApplicationFailure failure = failureOf(start());

        assertThat(failure.getOriginalMessage()).isEqualTo("failed: 'ben' is not among those who may restore: [ana]");
        assertThat(failure.getDetails().get(ReleaseReport.class).version())
                .as("a name of its own, though no grant was opened for it")
                .matches("restore-[0-9a-f]{8}");
        assertThat(rehearsal.worker.deeds()).containsExactly("openRestore");
        awaitFreeTurn();
    }

    @Test
    void isCancelledWhileItWaitsAndHasSwitchedNothing() {
        RestoreWorkflow restore = start();
        awaitQuestion(restore);

        WorkflowStub.fromTyped(restore).cancel();
        catchThrowableOfType(WorkflowFailedException.class, () -> result(restore));

        assertThat(rehearsal.worker.deeds()).endsWith("compared", "close CANCELLED");
        awaitFreeTurn();
    }

    @Test
    void endsRejectedByAWordThatTheWorkerTakes() {
        RestoreWorkflow restore = start();
        awaitQuestion(restore);
        Draft no = new Draft(Kind.REJECT, rehearsal.plan().plan(), rehearsal.now()).about("c".repeat(64));

        assertThatThrownBy(() -> restore.reject(no.reason("").by(rehearsal.ana)))
                .hasStackTraceContaining("it needs a reason");
        assertThat(restore.report().waiting()).isNotEmpty();
        Decision decision = restore.reject(no.reason("the wrong one").by(rehearsal.ana));
        ApplicationFailure failure = failureOf(restore);

        assertThat(decision.receipt()).isNotEmpty();
        assertThat(failure.getType()).isEqualTo("REJECTED");
        assertThat(failure.getOriginalMessage()).startsWith("rejected by ana; `dropdb");
        assertThat(rehearsal.worker.deeds()).endsWith("compared", "refuse", "refuse", "close REJECTED");
        assertThat(rehearsal.worker.calls()).doesNotContain("switchOver 3");
        awaitFreeTurn();
    }

    @Test
    void drillsWithoutATurn() {
        ReleaseReport report = result(start(new Wish("", "", "", List.of(), true)));

        assertThat(report.outcome()).isEqualTo("SUCCEEDED");
        assertThat(report.closed().get(0).text()).isEqualTo("drilled\n");
        assertThat(report.journal()).extracting(JournalEntry::text).contains("restored in 3 s");
        assertThat(rehearsal.worker.calls()).doesNotContain("askForTurn").contains("drill");
    }

    @Test
    void failsWhereTheDrillIsInVain() {
        rehearsal.worker.drillsInVain();

        assertThat(failureOf(start(new Wish("", "", "", List.of(), true))).getOriginalMessage())
                .isEqualTo("failed: could NOT be restored");
    }
}
