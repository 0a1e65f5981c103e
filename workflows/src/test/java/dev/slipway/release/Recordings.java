package dev.slipway.release;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.slipway.environment.EnvironmentWorkflow;
import dev.slipway.evidence.EvidenceActivities.BackupsRequest;
import dev.slipway.evidence.EvidenceActivities.EventsRequest;
import dev.slipway.evidence.EvidenceActivities.FetchRequest;
import dev.slipway.evidence.LookUpWorkflow;
import dev.slipway.evidence.LookUpWorkflow.LookUp;
import dev.slipway.evidence.LookUpWorkflowImpl;
import dev.slipway.plan.Approval;
import dev.slipway.plan.ReleasePlan;
import dev.slipway.restore.RestoreWorkflow;
import dev.slipway.restore.RestoreWorkflow.RestoreInput;
import dev.slipway.restore.Wish;
import dev.slipway.rollback.RollbackWorkflow;
import dev.slipway.rollback.RollbackWorkflow.RollbackInput;
import dev.slipway.trust.Kind;
import dev.slipway.trust.SignedStatement;
import io.temporal.client.WorkflowClient;
import io.temporal.client.WorkflowFailedException;
import io.temporal.client.WorkflowOptions;
import io.temporal.client.WorkflowStub;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.List;

/** Plays what a worker may be upgraded in the middle of, and keeps the histories, each under the name of its story. */
final class Recordings {

    private static final String RELEASE = "release:shop:production:1.4.0";
    private static final String QUEUE = ReleaseName.environmentWorkflowId("shop", "production");
    private static final String ROLLBACK = ReleaseName.rollbackWorkflowId("shop", "production");
    private static final String RESTORE = ReleaseName.restoreWorkflowId("shop", "production");

    /** Enough for a release that takes the turn; what comes next finds the queue in its next run. */
    private static final Suggestion SOON = new Suggestion(12);

    /** What happens, until its histories are kept. */
    private interface Story {
        void play(Rehearsal rehearsal);
    }

    private final Path folder;

    Recordings(Path folder) {
        this.folder = folder;
    }

    void all() {
        play(this::succeeded);
        play(this::rolledBack);
        play(this::rolledBackByAPerson);
        play(this::failedMigrationAndQueue);
        play(this::migrationAlone);
        play(this::retriedMigration);
        play(this::givenUp);
        play(this::hotfix);
        play(this::waitedAtGates);
        play(this::waitedForItsTurn);
        play(this::claimed);
        play(this::rejected);
        play(this::revoked);
        play(this::extendedWatch);
        play(this::failedRollback);
        play(this::rollback);
        play(this::restored);
        play(this::restoreRejected);
        play(this::drilled);
        play(this::wordsAboutTheEnvironment);
        try (Rehearsal rehearsal = new Rehearsal(LookUpWorkflowImpl.class)) {
            lookedUp(rehearsal);
        }
        try (Rehearsal rehearsal = new Rehearsal(List.of(SOON))) {
            queueContinued(rehearsal);
        }
    }

    private static void play(Story story) {
        try (Rehearsal rehearsal = new Rehearsal()) {
            story.play(rehearsal);
        }
    }

    private void succeeded(Rehearsal rehearsal) {
        rehearsal.worker.watches("INCONCLUSIVE", "too few requests");
        rehearsal.start(rehearsal.plan().everything().plan()).approved().ended();
        keep(rehearsal, RELEASE, "succeeded");
    }

    private void rolledBack(Rehearsal rehearsal) {
        rehearsal.worker.watches("FAIL", "error-rate was 12 % for 2m");
        rehearsal.start(rehearsal.plan().everything().plan()).approved().ended();
        keep(rehearsal, RELEASE, "rolled-back");
    }

    private void rolledBackByAPerson(Rehearsal rehearsal) {
        rehearsal.worker.watchesUntilTheWindowIsOver("PASS", "all quiet");
        Rehearsal.Release release = watched(rehearsal);
        release.workflow().rollback(release.rollback(rehearsal.ana));
        release.ended();
        keep(rehearsal, RELEASE, "rolled-back-by-a-person");
    }

    /** Under way in its watch of an hour. */
    private static Rehearsal.Release watched(Rehearsal rehearsal) {
        Rehearsal.Release release =
                rehearsal.start(rehearsal.plan().watched(Duration.ofHours(1)).plan());
        release.awaits(report -> report.phase() == Phase.WATCH);
        return release;
    }

    private void failedMigrationAndQueue(Rehearsal rehearsal) {
        rehearsal.worker.fails("migrate main", "relation 'orders' exists already");
        rehearsal.start(rehearsal.plan().everything().plan()).approved().ended();
        keep(rehearsal, RELEASE, "failed-migration");
        rehearsal.start(rehearsal.plan().version("1.4.1").plan()).ended();
        keep(rehearsal, QUEUE, "queue");
    }

    private void migrationAlone(Rehearsal rehearsal) {
        ReleasePlan plan = rehearsal.plan().approvedBy(1, "ana").database().plan();
        rehearsal
                .start(
                        plan,
                        new Draft(Kind.RUN, plan, rehearsal.now())
                                .steps("migrate")
                                .by(rehearsal.ben))
                .approved()
                .ended();
        keep(rehearsal, RELEASE, "migration-alone");
    }

    private void retriedMigration(Rehearsal rehearsal) {
        rehearsal.worker.fails("migrate main", "the database went away");
        Rehearsal.Release release = rehearsal.start(
                rehearsal.plan().database().told().onFailure("migrate", "ask").plan());
        release.awaitsWaitingFor("a person's word after a failure");
        release.workflow().retry(release.answer(Kind.RETRY, rehearsal.ana));
        release.ended();
        keep(rehearsal, RELEASE, "retried-migration");
    }

    private void givenUp(Rehearsal rehearsal) {
        rehearsal.worker.fails("deploy web", "502");
        Rehearsal.Release release =
                rehearsal.start(rehearsal.plan().onFailure("deploy", "ask").plan());
        release.awaitsWaitingFor("a person's word after a failure");
        release.workflow().giveUp(release.answer(Kind.GIVE_UP, rehearsal.ana));
        release.ended();
        keep(rehearsal, RELEASE, "given-up");
    }

    private void claimed(Rehearsal rehearsal) {
        Rehearsal.Release release = rehearsal.start(rehearsal
                .plan()
                .approval(new Approval(
                        List.of("ana"), 1, List.of(), Duration.ofHours(24), "", false, List.of(), Duration.ZERO, true))
                .plan());
        release.awaitsWaitingFor("approval");
        release.workflow().claim(new Claim("ana", "", "looks good", List.of(), "", rehearsal.now()));
        release.ended();
        keep(rehearsal, RELEASE, "claimed");
    }

    private void hotfix(Rehearsal rehearsal) {
        rehearsal
                .hotfix(rehearsal
                        .plan()
                        .gated()
                        .window(List.of("sat 00:00-01:00"), List.of())
                        .hotfixSkips("tests", "window")
                        .plan())
                .ended();
        keep(rehearsal, RELEASE, "hotfix");
    }

    private void waitedAtGates(Rehearsal rehearsal) {
        rehearsal.worker.gatesWaitFor(List.of("tests: 'lint' is running"), List.of("tests: 'e2e' is queued"));
        Rehearsal.Release release = rehearsal.start(rehearsal.plan().gated().plan());
        release.awaitsWaitingFor("its gates");
        release.ended();
        keep(rehearsal, RELEASE, "waited-at-gates");
    }

    private void waitedForItsTurn(Rehearsal rehearsal) {
        rehearsal.worker.handsOverAtTheClose().watchesUntilTheWindowIsOver("PASS", "all quiet");
        Rehearsal.Release first = watched(rehearsal);
        Rehearsal.Release second =
                rehearsal.start(rehearsal.plan().version("1.5.0").plan());
        second.awaitsWaitingFor("the turn");
        first.workflow().finish(first.finish(rehearsal.ana));
        first.ended();
        second.ended();
        keep(rehearsal, RELEASE, "finished-by-a-person");
        keep(rehearsal, "release:shop:production:1.5.0", "waited-for-its-turn");
        keep(rehearsal, QUEUE, "queue-handed-on-by-a-worker");
    }

    private void revoked(Rehearsal rehearsal) {
        Rehearsal.Release release =
                rehearsal.start(rehearsal.plan().approvedBy(1, "ana", "cleo").plan());
        release.awaitsWaitingFor("approval");
        rehearsal.worker.isOpen().hangs("deploy web");
        SignedStatement yes = release.approval(rehearsal.ana);
        release.workflow().approve(yes);
        release.awaits(report -> report.phase() == Phase.DEPLOY);
        release.workflow().revoke(release.revocation(yes, rehearsal.cleo));
        release.ended();
        keep(rehearsal, RELEASE, "revoked");
    }

    private void rejected(Rehearsal rehearsal) {
        Rehearsal.Release release =
                rehearsal.start(rehearsal.plan().approvedBy(1, "ana", "cleo").plan());
        release.awaitsWaitingFor("approval");
        release.workflow().reject(release.draft(Kind.REJECT).by(rehearsal.cleo));
        release.ended();
        keep(rehearsal, RELEASE, "rejected");
    }

    private void extendedWatch(Rehearsal rehearsal) {
        rehearsal.worker.watches("INCONCLUSIVE", "no traffic").watches("INCONCLUSIVE", "still none");
        Rehearsal.Release release = rehearsal.start(rehearsal
                .plan()
                .watched(Duration.ofMinutes(15))
                .comparing(Duration.ofSeconds(30))
                .plan());
        release.awaitsWaitingFor("a person's word, because the watch can't decide");
        rehearsal.worker.watches("PASS", "all well");
        release.workflow().extend(release.extension(Duration.ofMinutes(30), rehearsal.ana));
        release.ended();
        keep(rehearsal, RELEASE, "extended-watch");
    }

    private void failedRollback(Rehearsal rehearsal) {
        rehearsal.worker.fails("deploy web", "502").fails("rollBack web", "the vendor is down");
        rehearsal.start(rehearsal.plan().plan()).ended();
        keep(rehearsal, RELEASE, "failed-rollback");
    }

    private void rollback(Rehearsal rehearsal) {
        SignedStatement asked = new Draft(Kind.ROLLBACK, rehearsal.plan().plan(), rehearsal.now())
                .version("1.2.0")
                .about("a".repeat(64))
                .by(rehearsal.ana);
        RollbackWorkflow rollback =
                rehearsal.temporal.getWorkflowClient().newWorkflowStub(RollbackWorkflow.class, options(ROLLBACK));
        WorkflowClient.start(rollback::run, new RollbackInput("shop", "production", asked));
        WorkflowStub.fromTyped(rollback).getResult(ReleaseReport.class);
        keep(rehearsal, ROLLBACK, "rollback");
    }

    private void restored(Rehearsal rehearsal) {
        RestoreWorkflow restore = restore(rehearsal, new Wish("main", "", "", List.of(), false));
        awaitQuestion(restore);
        restore.confirm(new Draft(Kind.RESTORE, rehearsal.plan().plan(), rehearsal.now())
                .version("restore-1a2b3c4d")
                .about("b".repeat(64))
                .confirm("CONFIRM")
                .by(rehearsal.ana));
        WorkflowStub.fromTyped(restore).getResult(ReleaseReport.class);
        keep(rehearsal, RESTORE, "restored");
    }

    private static void awaitQuestion(RestoreWorkflow restore) {
        Rehearsal.await("the question", () -> !restore.report().waiting().isEmpty());
    }

    private void restoreRejected(Rehearsal rehearsal) {
        RestoreWorkflow restore = restore(rehearsal, new Wish("main", "", "", List.of(), false));
        awaitQuestion(restore);
        restore.reject(new Draft(Kind.REJECT, rehearsal.plan().plan(), rehearsal.now())
                .about("c".repeat(64))
                .by(rehearsal.ana));
        assertThatThrownBy(() -> WorkflowStub.fromTyped(restore).getResult(ReleaseReport.class))
                .isInstanceOf(WorkflowFailedException.class);
        keep(rehearsal, RESTORE, "restore-rejected");
    }

    private void drilled(Rehearsal rehearsal) {
        RestoreWorkflow drill = restore(rehearsal, new Wish("", "", "", List.of(), true));
        WorkflowStub.fromTyped(drill).getResult(ReleaseReport.class);
        keep(rehearsal, RESTORE, "drilled");
    }

    private static RestoreWorkflow restore(Rehearsal rehearsal, Wish wish) {
        SignedStatement asked = new Draft(Kind.RESTORE, rehearsal.plan().plan(), rehearsal.now())
                .about("a".repeat(64))
                .what(wish.what())
                .by(rehearsal.ana);
        RestoreWorkflow restore =
                rehearsal.temporal.getWorkflowClient().newWorkflowStub(RestoreWorkflow.class, options(RESTORE));
        WorkflowClient.start(restore::run, new RestoreInput("shop", "production", asked));
        return restore;
    }

    private static WorkflowOptions options(String workflow) {
        return WorkflowOptions.newBuilder()
                .setWorkflowId(workflow)
                .setTaskQueue(Queues.WORKFLOWS)
                .build();
    }

    private void wordsAboutTheEnvironment(Rehearsal rehearsal) {
        rehearsal.worker.locked("1.3.0 was rolled back");
        Rehearsal.Release release = rehearsal.start(rehearsal.plan().plan());
        release.awaitsWaitingFor("the turn");
        EnvironmentWorkflow queue = rehearsal.queue("production");
        queue.inspect();
        queue.policy(word(Kind.POLICY, rehearsal, rehearsal.ana));
        queue.policy(word(Kind.POLICY, rehearsal, rehearsal.cleo));
        queue.freeze(word(Kind.FREEZE, rehearsal, rehearsal.ana));
        queue.unfreeze(word(Kind.UNFREEZE, rehearsal, rehearsal.ana));
        queue.suspend(word(Kind.SUSPEND, rehearsal, rehearsal.ana));
        queue.reconcile(word(Kind.RECONCILE, rehearsal, rehearsal.ana));
        queue.adopt(word(Kind.ADOPT, rehearsal, rehearsal.ana));
        queue.refresh();
        queue.unlock(word(Kind.UNLOCK, rehearsal, rehearsal.ana));
        release.ended();
        keep(rehearsal, QUEUE, "words-about-the-environment");
    }

    private static SignedStatement word(Kind kind, Rehearsal rehearsal, Person by) {
        return new Draft(kind, rehearsal.plan().plan(), rehearsal.now())
                .about("a".repeat(64))
                .by(by);
    }

    private void lookedUp(Rehearsal rehearsal) {
        LookUpWorkflow lookUp =
                rehearsal.temporal.getWorkflowClient().newWorkflowStub(LookUpWorkflow.class, options("look-up"));
        lookUp.run(new LookUp(
                List.of(new FetchRequest("shop", "production", "1.4.0", "", "", 0)),
                List.of(new EventsRequest("shop", "production", rehearsal.now())),
                List.of(new BackupsRequest("shop", "production"))));
        keep(rehearsal, "look-up", "looked-up");
    }

    private void queueContinued(Rehearsal rehearsal) {
        rehearsal.worker.watchesUntilTheWindowIsOver("PASS", "all quiet");
        Rehearsal.Release first = watched(rehearsal);
        String firstRun = rehearsal.run(QUEUE);
        Rehearsal.Release second =
                rehearsal.start(rehearsal.plan().version("1.5.0").plan());
        second.awaitsWaitingFor("the turn");
        Rehearsal.await("the next run", () -> !rehearsal.run(QUEUE).equals(firstRun));
        String secondRun = rehearsal.run(QUEUE);
        assertThat(rehearsal.queue("production").view().waiting())
                .as("carried along")
                .hasSize(1);
        first.workflow().finish(first.finish(rehearsal.ana));
        first.ended();
        second.ended();
        keep(rehearsal, QUEUE, firstRun, "queue-continued");
        keep(rehearsal, QUEUE, secondRun, "queue-that-was-carried-on");
    }

    private void keep(Rehearsal rehearsal, String workflow, String name) {
        keep(rehearsal, workflow, rehearsal.run(workflow), name);
    }

    private void keep(Rehearsal rehearsal, String workflow, String run, String name) {
        try {
            Files.writeString(
                    folder.resolve(name + ".json"),
                    rehearsal
                                    .temporal
                                    .getWorkflowClient()
                                    .fetchHistory(workflow, run)
                                    .toJson(true) + "\n",
                    StandardOpenOption.CREATE_NEW);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
