package dev.slipway.steps;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.slipway.database.DatabaseRefused;
import dev.slipway.database.DatabaseUnavailable;
import dev.slipway.ledger.Change;
import dev.slipway.plan.Times;
import dev.slipway.process.Pulse;
import dev.slipway.process.WorkInterrupted;
import dev.slipway.record.Event;
import dev.slipway.record.Grant;
import dev.slipway.record.State;
import dev.slipway.record.Step;
import dev.slipway.record.Step.StepState;
import dev.slipway.record.StepKind;
import dev.slipway.release.Dock;
import dev.slipway.release.ReleaseActivities.CloseResult;
import dev.slipway.release.ReleaseActivities.OpenResult;
import dev.slipway.release.ReleaseActivities.StepRequest;
import dev.slipway.release.ReleaseActivities.StepResult;
import dev.slipway.served.ServedEnvironment;
import dev.slipway.source.SourceRefused;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Steps as somebody calls them who can hand any step of any grant to any activity. */
class StepsTest {

    private Dock dock;

    @BeforeEach
    void setUp(@TempDir Path home) throws Exception {
        dock = new Dock(home);
        dock.files("    verify:\n      - {http: 'http://127.0.0.1:9/health', expect: {status: 200}, within: 1s}\n");
    }

    @AfterEach
    void tearDown() {
        dock.close();
    }

    private OpenResult opened(String version) throws Exception {
        return dock.opened(version);
    }

    private StepState state(int step) {
        return dock.state().openGrant().orElseThrow().step(step).orElseThrow().state();
    }

    /** An effect that counts how often it acts. */
    private static final class Counting implements Effect {
        final AtomicInteger acts = new AtomicInteger();
        private final Supplier<Done> deed;

        Counting(Supplier<Done> deed) {
            this.deed = deed;
        }

        @Override
        public String undoByHand(StepContext context) {
            return "";
        }

        @Override
        public Duration limit(StepContext context) {
            return Duration.ofMinutes(1);
        }

        @Override
        public Done act(StepContext context, Pulse pulse) {
            acts.incrementAndGet();
            return deed.get();
        }
    }

    private static Counting good() {
        return new Counting(() -> new Done("did it", Map.of("id", "1"), List.of()));
    }

    private final Steps steps = new Steps(StepObserver.nobody());

    @Test
    void nothingOvertakesAnEarlierStep() throws Exception {
        OpenResult opened = opened("1.0.0");

        assertThatThrownBy(() -> dock.activities().verify(dock.step(opened, 2)))
                .hasStackTraceContaining("comes after deploy web, which is not done");
        assertThat(state(2)).isEqualTo(StepState.PLANNED);
    }

    @Test
    void theSecondCallAnswersWhatWasRecordedAndDoesNothing() throws Exception {
        OpenResult opened = opened("1.0.0");
        StepResult first = dock.activities().deploy(dock.step(opened, 1));
        long entries = dock.served().record().head().entry().number();

        StepResult second = dock.activities().deploy(dock.step(opened, 1));

        assertThat(second.summary()).isEqualTo(first.summary());
        assertThat(second.facts()).isEqualTo(first.facts());
        assertThat(dock.history()).containsExactly("1.0.0");
        assertThat(dock.served().record().head().entry().number()).isEqualTo(entries);
    }

    @Test
    void nothingBeginsAfterTheGrantsTimeByTheWorkersClock() throws Exception {
        OpenResult opened = opened("1.0.0");
        dock.clock.passes(Duration.between(dock.clock.instant(), opened.until()));

        assertThatThrownBy(() -> dock.activities().deploy(dock.step(opened, 1)))
                .hasStackTraceContaining("the grant ran out");
        assertThat(dock.history()).isEmpty();
    }

    @Test
    void anUnknownOrClosedGrantMovesNothing() throws Exception {
        OpenResult opened = opened("1.0.0");
        assertThatThrownBy(() -> dock.activities().deploy(new StepRequest("shop", "production", "a".repeat(64), 1)))
                .hasStackTraceContaining("no such grant is open");
        dock.close(opened.grant(), "CANCELLED");

        assertThatThrownBy(() -> dock.activities().deploy(dock.step(opened, 1)))
                .hasStackTraceContaining("no such grant is open");
        assertThatThrownBy(() -> dock.activities().rollBack(dock.step(opened, 1)))
                .hasStackTraceContaining("no such grant is open");
        assertThat(dock.history()).isEmpty();
    }

    @Test
    void aStepIsDoneOnlyByItsOwnActivity() throws Exception {
        OpenResult opened = opened("1.0.0");

        assertThatThrownBy(() -> dock.activities().migrate(dock.step(opened, 1)))
                .hasStackTraceContaining("step 1 of the grant is 'deploy web', not migrate");
        assertThatThrownBy(() -> dock.activities().backUp(dock.step(opened, 1))).hasStackTraceContaining("not back up");
        assertThatThrownBy(() -> dock.activities().verify(dock.step(opened, 1))).hasStackTraceContaining("not verify");
        assertThatThrownBy(() -> dock.activities().deploy(dock.step(opened, 2)))
                .hasStackTraceContaining("step 2 of the grant is 'verify', not deploy");
        assertThatThrownBy(() -> dock.activities().deploy(dock.step(opened, 3)))
                .hasStackTraceContaining("the grant has no step 3");
        assertThat(state(1)).isEqualTo(StepState.PLANNED);
    }

    @Test
    void onlyDeploymentsAreUndone() throws Exception {
        OpenResult opened = opened("1.0.0");
        dock.activities().deploy(dock.step(opened, 1));

        assertThatThrownBy(() -> dock.activities().rollBack(dock.step(opened, 2)))
                .hasStackTraceContaining("only deployments are taken back");
        assertThat(state(2)).isEqualTo(StepState.PLANNED);
    }

    @Test
    void aFailedStepIsAnsweredAgainAsFailed() throws Exception {
        OpenResult opened = opened("1.0.0");
        Counting broken = new Counting(() -> {
            throw new StepFailed("the disk is on fire", List.of("line"), true);
        });
        StepRequest step = dock.step(opened, 1);
        for (int call = 0; call < 3; call++) {
            assertThatThrownBy(() -> steps.perform(dock.served(), step, StepKind.DEPLOY, broken, Pulse.unheard()))
                    .isInstanceOf(StepFailed.class)
                    .hasMessage("the disk is on fire");
        }
        assertThat(broken.acts).hasValue(1);
        assertThat(state(1)).isEqualTo(StepState.FAILED);
    }

    @Test
    void aRefusalBeforeTheDeedIsAFailedStepThatChangedNothing() throws Exception {
        opened("1.0.0");
        for (RuntimeException refusal : List.of(
                new SourceRefused("the file is another one"),
                new StepRefused("no store"),
                new IllegalArgumentException("no address"))) {
            dock.close(dock.state().openGrant().orElseThrow().id(), "FAILED");
            assertThat(dock.state().locked()).as("nothing was changed").isEmpty();
            OpenResult next = opened("1.0.0");
            Counting refused = new Counting(() -> {
                throw refusal;
            });

            assertThatThrownBy(() ->
                            steps.perform(dock.served(), dock.step(next, 1), StepKind.DEPLOY, refused, Pulse.unheard()))
                    .isSameAs(refusal);

            assertThat(state(1)).isEqualTo(StepState.FAILED);
            assertThat(dock.state()
                            .openGrant()
                            .orElseThrow()
                            .step(1)
                            .orElseThrow()
                            .summary())
                    .isEqualTo("deploy web: " + refusal.getMessage());
        }
        CloseResult closed = dock.close(dock.state().openGrant().orElseThrow().id(), "FAILED");
        assertThat(closed.changed()).isEmpty();
        assertThat(closed.safe()).isTrue();
    }

    @Test
    void aDatabaseThatRefusesMayHaveBeenChanged() throws Exception {
        OpenResult opened = opened("1.0.0");
        Counting refused = new Counting(() -> {
            throw new DatabaseRefused("half way");
        });

        assertThatThrownBy(() ->
                        steps.perform(dock.served(), dock.step(opened, 1), StepKind.DEPLOY, refused, Pulse.unheard()))
                .isInstanceOf(DatabaseRefused.class);

        assertThat(state(1)).isEqualTo(StepState.FAILED);
        assertThat(dock.close(opened.grant(), "FAILED").safe()).isFalse();
    }

    @Test
    void aSupersededAttemptCannotAppend() throws Exception {
        OpenResult opened = opened("1.0.0");
        StepRequest step = dock.step(opened, 1);
        StepContext cutOff = steps.begin(dock.served(), step, StepKind.DEPLOY, good());
        steps.perform(dock.served(), step, StepKind.DEPLOY, good(), Pulse.unheard());

        assertThatThrownBy(() -> steps.finish(cutOff, good(), new Done("late", Map.of(), List.of())))
                .isInstanceOf(StepRefused.class)
                .hasMessageContaining("another attempt has taken this step over");
        assertThatThrownBy(() -> steps.fail(cutOff, new StepFailed("late", List.of(), true)))
                .isInstanceOf(StepRefused.class);
        assertThat(state(1)).isEqualTo(StepState.DONE);
    }

    @Test
    void anEarlierAttemptCannotAppendWhileALaterOneIsUnderWay() throws Exception {
        OpenResult opened = opened("1.0.0");
        StepRequest step = dock.step(opened, 1);
        StepContext first = steps.begin(dock.served(), step, StepKind.DEPLOY, good());
        StepContext second = steps.begin(dock.served(), step, StepKind.DEPLOY, good());

        assertThatThrownBy(() -> steps.finish(first, good(), new Done("late", Map.of(), List.of())))
                .isInstanceOf(StepRefused.class);
        assertThat(steps.finish(second, good(), new Done("mine", Map.of(), List.of()))
                        .summary())
                .isEqualTo("mine");
    }

    @Test
    void aSecondAttemptWaitsUntilTheFirstHasStopped() throws Exception {
        OpenResult opened = opened("1.0.0");
        StepRequest step = dock.step(opened, 1);
        CountDownLatch acting = new CountDownLatch(1);
        CountDownLatch go = new CountDownLatch(1);
        CountDownLatch waiting = new CountDownLatch(1);
        Counting slow = new Counting(() -> {
            acting.countDown();
            await(go);
            return new Done("slowly", Map.of(), List.of());
        });
        CompletableFuture<StepResult> first = CompletableFuture.supplyAsync(
                () -> steps.perform(dock.served(), step, StepKind.DEPLOY, slow, Pulse.unheard()));
        await(acting);
        Counting other = good();
        CompletableFuture<StepResult> second = CompletableFuture.supplyAsync(
                () -> steps.perform(dock.served(), step, StepKind.DEPLOY, other, progress -> waiting.countDown()));
        await(waiting);
        assertThat(second).isNotDone();
        go.countDown();

        assertThat(first.get(20, TimeUnit.SECONDS).summary()).isEqualTo("slowly");
        assertThat(second.get(20, TimeUnit.SECONDS).summary()).isEqualTo("slowly");
        assertThat(other.acts).hasValue(0);
        assertThat(dock.state().openGrant().orElseThrow().step(1).orElseThrow().attempt())
                .isEqualTo(1);
    }

    @Test
    void whoIsStoppedGivesTheRestOfItsTimeBack() throws Exception {
        OpenResult opened = opened("1.0.0");
        Counting stopped = new Counting(() -> {
            Thread.currentThread().interrupt();
            throw new WorkInterrupted("the switch was stopped");
        });

        assertThatThrownBy(() ->
                        steps.perform(dock.served(), dock.step(opened, 1), StepKind.DEPLOY, stopped, Pulse.unheard()))
                .isInstanceOf(WorkInterrupted.class);

        assertThat(Thread.interrupted()).as("still to be heard").isTrue();
        assertThat(state(1)).isEqualTo(StepState.BEGAN);
        assertThat(dock.served().record().head().entry().event().kind()).isEqualTo(Event.Kind.STOPPED);
        dock.close(opened.grant(), "CANCELLED");
        assertThat(dock.state().leases(dock.clock.instant())).isEmpty();
    }

    @Test
    void whoLosesItsDatabaseSaysWhyAndKeepsItsTime() throws Exception {
        OpenResult opened = opened("1.0.0");
        Counting cutOff = new Counting(() -> {
            throw new DatabaseUnavailable("shop: terminating connection due to administrator command");
        });

        assertThatThrownBy(() ->
                        steps.perform(dock.served(), dock.step(opened, 1), StepKind.DEPLOY, cutOff, Pulse.unheard()))
                .isInstanceOf(DatabaseUnavailable.class);

        Event said = dock.served().record().head().entry().event();
        assertThat(said.kind()).isEqualTo(Event.Kind.STOPPED);
        assertThat(said.text())
                .endsWith(
                        ": at its other end somebody may act on: shop: terminating connection due to administrator command");
        assertThat(dock.state().openGrant().orElseThrow().step(1).orElseThrow().stoppedBy())
                .isEqualTo("shop: terminating connection due to administrator command");
        dock.close(opened.grant(), "FAILED");
        assertThat(dock.state().leases(dock.clock.instant()))
                .as("its server may still be at it")
                .hasSize(1);
        assertThat(dock.state().history().get(0).text())
                .contains("terminating connection due to administrator command");
    }

    @Test
    void whoIsStoppedAfterAnotherHasTakenOverSaysNothing() throws Exception {
        OpenResult opened = opened("1.0.0");
        Counting stopped = new Counting(() -> {
            steps.begin(dock.served(), dock.step(opened, 1), StepKind.DEPLOY, good());
            throw new WorkInterrupted("the switch was stopped");
        });

        assertThatThrownBy(() ->
                        steps.perform(dock.served(), dock.step(opened, 1), StepKind.DEPLOY, stopped, Pulse.unheard()))
                .isInstanceOf(WorkInterrupted.class);

        assertThat(dock.served().record().head().entry().event().kind()).isEqualTo(Event.Kind.BEGAN);
        assertThat(dock.state().openGrant().orElseThrow().step(1).orElseThrow().lease())
                .isAfter(dock.clock.instant());
    }

    @Test
    void whoFailsForTheMomentGivesTheRestOfItsTimeBack() throws Exception {
        OpenResult opened = opened("1.0.0");
        Counting away = new Counting(() -> {
            throw new Unavailable("the vendor is away");
        });

        assertThatThrownBy(() ->
                        steps.perform(dock.served(), dock.step(opened, 1), StepKind.DEPLOY, away, Pulse.unheard()))
                .isInstanceOf(Unavailable.class);

        assertThat(dock.served().record().head().entry().event().text())
                .isEqualTo("deploy web: nothing acts any more: the vendor is away");
        dock.close(opened.grant(), "FAILED");
        assertThat(dock.state().leases(dock.clock.instant())).isEmpty();
    }

    /** A 1.1.0 that may be deployed over a 1.0.0 that succeeded. */
    private OpenResult openedOverAnother() throws Exception {
        dock.files("");
        dock.released("1.0.0");
        return opened("1.1.0");
    }

    private OpenResult toTakeBack() throws Exception {
        OpenResult second = openedOverAnother();
        dock.activities().deploy(dock.step(second, 1));
        return second;
    }

    @Test
    void whatIsBeingTakenBackWhenItsGrantEndsMayStillBeActed() throws Exception {
        OpenResult opened = toTakeBack();
        Counting cutOff = new Counting(() -> {
            dock.close(opened.grant(), "CANCELLED");
            return new Done("back", Map.of(), List.of());
        });

        assertThatThrownBy(() -> steps.undo(dock.served(), dock.step(opened, 1), cutOff, Pulse.unheard()))
                .hasMessageContaining("no such grant is open");

        assertThat(dock.state().leases(dock.clock.instant()))
                .extracting(State.Lease::words)
                .containsExactly(
                        "'undo deploy web' of shop/production@1.1.0 may still be acting on a worker that was cut"
                                + " off, until "
                                + Times.text(
                                        State.Lease.shown(dock.clock.instant().plus(Duration.ofMinutes(1)))));
    }

    @Test
    void whoFailsToTakeBackGivesTheRestOfItsTimeBack() throws Exception {
        OpenResult opened = toTakeBack();
        Counting away = new Counting(() -> {
            throw new Unavailable("the vendor is away");
        });

        assertThatThrownBy(() -> steps.undo(dock.served(), dock.step(opened, 1), away, Pulse.unheard()))
                .isInstanceOf(Unavailable.class);

        assertThat(dock.served().record().head().entry().event().kind()).isEqualTo(Event.Kind.STOPPED);
        dock.close(opened.grant(), "CANCELLED");
        assertThat(dock.state().leases(dock.clock.instant())).isEmpty();
    }

    @Test
    void whatWasCutOffAndTakenBackMayStillBeActed() throws Exception {
        OpenResult opened = openedOverAnother();
        StepContext cutOff = steps.begin(dock.served(), dock.step(opened, 1), StepKind.DEPLOY, good());

        steps.undo(dock.served(), dock.step(opened, 1), good(), Pulse.unheard());

        assertThatThrownBy(() -> steps.finish(cutOff, good(), new Done("late", Map.of(), List.of())))
                .isInstanceOf(StepRefused.class);
        assertThat(state(1)).isEqualTo(StepState.UNDONE);
        dock.close(opened.grant(), "CANCELLED");
        assertThat(dock.state().leases(dock.clock.instant()))
                .extracting(State.Lease::title)
                .containsExactly("deploy web");
    }

    @Test
    void aCutOffAttemptCannotAppendWhileItIsTakenBack() throws Exception {
        OpenResult next = openedOverAnother();
        StepContext cutOff = steps.begin(dock.served(), dock.step(next, 1), StepKind.DEPLOY, good());
        Counting slow = new Counting(() -> {
            assertThatThrownBy(() -> steps.finish(cutOff, good(), new Done("late", Map.of(), List.of())))
                    .isInstanceOf(StepRefused.class)
                    .hasMessageContaining("another attempt has taken this step over");
            return new Done("back", Map.of(), List.of());
        });

        assertThat(steps.undo(dock.served(), dock.step(next, 1), slow, Pulse.unheard())
                        .summary())
                .isEqualTo("back");
    }

    @Test
    void whoLostADatabaseGivesNothingBack() throws Exception {
        OpenResult opened = opened("1.0.0");
        Counting lost = new Counting(() -> {
            throw new DatabaseUnavailable("the connection was cut");
        });

        assertThatThrownBy(() ->
                        steps.perform(dock.served(), dock.step(opened, 1), StepKind.DEPLOY, lost, Pulse.unheard()))
                .isInstanceOf(DatabaseUnavailable.class);

        dock.close(opened.grant(), "CANCELLED");
        assertThat(dock.state().leases(dock.clock.instant())).hasSize(1);
    }

    @Test
    void aSupersededUndoCannotAppend() throws Exception {
        OpenResult opened = toTakeBack();
        StepRequest step = dock.step(opened, 1);
        Counting slow = new Counting(() -> {
            // what another machine would do, which has no lock on this one
            dock.served().record().change(head -> {
                Grant grant = head.state().openGrant().orElseThrow();
                Step other = grant.step(1).orElseThrow().undoing(dock.clock.instant());
                return Optional.of(new Change(head.entry().event(), head.state().withGrant(grant.with(other))));
            });
            return new Done("late", Map.of(), List.of());
        });

        assertThatThrownBy(() -> steps.undo(dock.served(), step, slow, Pulse.unheard()))
                .isInstanceOf(StepRefused.class)
                .hasMessage("undo deploy web: another attempt has taken this over");

        assertThat(state(1)).isEqualTo(StepState.DONE);
        assertThat(steps.undo(dock.served(), step, good(), Pulse.unheard()).summary())
                .isEqualTo("did it");
        assertThat(state(1)).isEqualTo(StepState.UNDONE);
    }

    private static void await(CountDownLatch latch) {
        try {
            assertThat(latch.await(20, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void undoDoesNothingBeforeTheStepBegan() throws Exception {
        OpenResult opened = opened("1.0.0");

        assertThat(dock.activities().rollBack(dock.step(opened, 1)).summary()).contains("nothing to undo");

        assertThat(state(1)).isEqualTo(StepState.PLANNED);
        assertThat(dock.history()).isEmpty();
    }

    @Test
    void undoRunsNothingWhereTheStepChangedNothing() throws Exception {
        dock.files();
        dock.released("1.0.0");
        OpenResult opened = opened("1.1.0");
        Counting refused = new Counting(() -> {
            throw new StepFailed("it never began", List.of(), false);
        });
        assertThatThrownBy(() ->
                        steps.perform(dock.served(), dock.step(opened, 1), StepKind.DEPLOY, refused, Pulse.unheard()))
                .isInstanceOf(StepFailed.class);
        dock.script("#!/usr/bin/env bash\necho 'not to be run'; exit 9\n");

        assertThat(dock.activities().rollBack(dock.step(opened, 1)).summary())
                .isEqualTo("deploy web changed nothing: nothing to undo");
        assertThat(state(1)).isEqualTo(StepState.FAILED);
        assertThat(dock.live()).isEqualTo("1.0.0");
    }

    @Test
    void aLaterAttemptDoesNotSayThatNothingChanged() throws Exception {
        OpenResult opened = opened("1.0.0");
        StepRequest step = dock.step(opened, 1);
        steps.begin(dock.served(), step, StepKind.DEPLOY, good());
        Counting refused = new Counting(() -> {
            throw new StepFailed("it can't be looked at", List.of(), false);
        });

        assertThatThrownBy(() -> steps.perform(dock.served(), step, StepKind.DEPLOY, refused, Pulse.unheard()))
                .isInstanceOf(StepFailed.class);

        assertThat(dock.state().openGrant().orElseThrow().step(1).orElseThrow().leftSomething())
                .isTrue();
    }

    @Test
    void undoGoesBackOnceAndOnlyToTheGrantsOwnPreviousId() throws Exception {
        dock.files();
        dock.released("1.0.0");
        OpenResult opened = opened("1.1.0");
        dock.activities().deploy(dock.step(opened, 1));
        StepResult first = dock.activities().rollBack(dock.step(opened, 1));

        StepResult second = dock.activities().rollBack(dock.step(opened, 1));

        assertThat(second.summary()).isEqualTo(first.summary());
        assertThat(dock.history()).containsExactly("1.0.0", "1.1.0", "1.0.0");
        assertThatThrownBy(() -> dock.activities().deploy(dock.step(opened, 1)))
                .hasStackTraceContaining("was undone already");
        assertThat(dock.live()).isEqualTo("1.0.0");
    }

    @Test
    void saysHowLongAnUndoTook() throws Exception {
        dock.files();
        dock.released("1.0.0");
        OpenResult opened = opened("1.1.0");
        dock.activities().deploy(dock.step(opened, 1));
        List<Duration> told = new ArrayList<>();
        Steps observed = new Steps(new StepObserver() {
            @Override
            public void done(String release, String step, Duration took) {
                told.add(took);
            }
        });
        Counting slow = new Counting(() -> {
            dock.clock.passes(Duration.ofSeconds(42));
            return new Done("went back", Map.of(), List.of());
        });

        observed.undo(dock.served(), dock.step(opened, 1), slow, Pulse.unheard());

        assertThat(told).singleElement().satisfies(took -> assertThat(took)
                .isGreaterThanOrEqualTo(Duration.ofSeconds(42)));
    }

    @Test
    void undoIsAllowedAfterTheGrantsTimeAndDespiteTheStopFile() throws Exception {
        dock.files();
        dock.released("1.0.0");
        OpenResult opened = opened("1.1.0");
        dock.activities().deploy(dock.step(opened, 1));
        dock.clock.passes(Duration.ofDays(3));
        stop();

        dock.activities().rollBack(dock.step(opened, 1));

        assertThat(dock.live()).isEqualTo("1.0.0");
        assertThat(dock.close(opened.grant(), "ROLLED_BACK").outcome()).isEqualTo("ROLLED_BACK");
    }

    private void stop() throws Exception {
        Path state = dock.home.resolve("state");
        Files.createDirectories(state);
        Files.createFile(state.resolve("stop"));
    }

    @Test
    void theStopFileStopsEveryBeginning() throws Exception {
        OpenResult opened = opened("1.0.0");
        stop();

        assertThatThrownBy(() -> dock.activities().deploy(dock.step(opened, 1)))
                .hasStackTraceContaining("stops every change of this worker, and of no other one; remove it");
        assertThat(dock.history()).isEmpty();
        Files.delete(dock.home.resolve("state/stop"));
        dock.activities().deploy(dock.step(opened, 1));
        assertThat(dock.live()).isEqualTo("1.0.0");
    }

    @Test
    void nothingBeginsUnderALockThatCameSince() throws Exception {
        OpenResult opened = opened("1.0.0");
        dock.served()
                .record()
                .change(now -> Optional.of(new Change(
                        new Event(Event.Kind.LOCKED, "", "its workflow is gone", Map.of()),
                        now.state()
                                .withLock(new State.Lock(
                                        now.hash(), "its workflow is gone", dock.clock.instant(), "")))));

        assertThatThrownBy(() -> dock.activities().deploy(dock.step(opened, 1)))
                .hasStackTraceContaining("its workflow is gone");
        assertThat(dock.history()).isEmpty();
    }

    @Test
    void theEffectHappensOnceWhenTheWorkerDiesBetweenDeedAndEntry() throws Exception {
        dock.serve(Dock.NO_FLOOR, new ServedEnvironment.Source.Directory(dock.source), Map.of(), new StepObserver() {
            @Override
            public void acted(String release, String step) {
                throw new IllegalStateException("the power is gone");
            }
        });
        OpenResult opened = opened("1.0.0");
        assertThatThrownBy(() -> dock.activities().deploy(dock.step(opened, 1)))
                .hasStackTraceContaining("the power is gone");
        assertThat(state(1)).isEqualTo(StepState.BEGAN);
        dock.serve(Dock.NO_FLOOR);

        StepResult result = dock.activities().deploy(dock.step(opened, 1));

        assertThat(result.summary()).isEqualTo("web serves 1.0.0 already");
        assertThat(dock.history()).containsExactly("1.0.0");
    }
}
