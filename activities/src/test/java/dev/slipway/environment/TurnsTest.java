package dev.slipway.environment;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.environment.Customers.CustomerImpl;
import dev.slipway.environment.Customers.Standing;
import dev.slipway.environment.EnvironmentActivities.TurnRequest;
import dev.slipway.environment.EnvironmentWorkflow.Place;
import dev.slipway.environment.EnvironmentWorkflow.View;
import dev.slipway.release.Converter;
import dev.slipway.release.Dock;
import dev.slipway.release.Queues;
import dev.slipway.release.ReleaseName;
import dev.slipway.steps.ClockInterceptor;
import dev.slipway.steps.TemporalClock;
import io.temporal.activity.Activity;
import io.temporal.activity.ActivityInterface;
import io.temporal.activity.ActivityOptions;
import io.temporal.api.enums.v1.EventType;
import io.temporal.client.WorkflowClientOptions;
import io.temporal.client.WorkflowStub;
import io.temporal.testing.TestEnvironmentOptions;
import io.temporal.testing.TestWorkflowEnvironment;
import io.temporal.worker.WorkerFactoryOptions;
import io.temporal.workflow.Workflow;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The turn of an environment as its worker hands it on, and takes it from whoever is gone: the queue itself is real. */
class TurnsTest {

    private static final String QUEUE = ReleaseName.environmentWorkflowId("shop", "production");

    private Dock dock;
    private TestWorkflowEnvironment temporal;
    private EnvironmentActivitiesImpl worker;

    /** Of a worker whose clock is wrong. */
    private final TemporalClock clock =
            new TemporalClock(Clock.offset(Clock.systemUTC(), Duration.ofMinutes(5)), line -> {});

    /** It hands over as its last act. */
    public static final class ClosingCustomer extends CustomerImpl {
        @Override
        public void run() {
            super.run();
            Workflow.newActivityStub(
                            Closing.class,
                            ActivityOptions.newBuilder()
                                    .setTaskQueue(Queues.activities("production"))
                                    .setStartToCloseTimeout(Duration.ofSeconds(60))
                                    .build())
                    .handOver();
        }
    }

    /** What closes a grant. */
    @ActivityInterface
    public interface Closing {
        void handOver();
    }

    /** Its first answer is lost where its workflow's name says so. */
    private record ClosingImpl(Turns turns, Dock dock) implements Closing {
        @Override
        public void handOver() {
            turns.handOver("shop", "production", dock.served().record().head().mirror());
            var caller = Activity.getExecutionContext().getInfo();
            if (caller.getWorkflowId().startsWith("cut-off") && caller.getAttempt() == 1) {
                throw new IllegalStateException("the answer is lost");
            }
        }
    }

    @BeforeEach
    void start(@TempDir Path home) throws Exception {
        dock = new Dock(home);
        dock.files();
        temporal = TestWorkflowEnvironment.newInstance(TestEnvironmentOptions.newBuilder()
                .setUseTimeskipping(false)
                .setWorkflowClientOptions(WorkflowClientOptions.newBuilder()
                        .setDataConverter(Converter.dataConverter())
                        .build())
                .setWorkerFactoryOptions(WorkerFactoryOptions.newBuilder()
                        .setWorkerInterceptors(new ClockInterceptor(clock))
                        .build())
                .build());
        worker = new EnvironmentActivitiesImpl(dock.environments(), temporal.getWorkflowClient());
        temporal.newWorker(Queues.WORKFLOWS)
                .registerWorkflowImplementationTypes(EnvironmentWorkflowImpl.class, ClosingCustomer.class);
        temporal.newWorker(Queues.activities("production"))
                .registerActivitiesImplementations(
                        worker, new ClosingImpl(new QueueTurns(temporal.getWorkflowClient()), dock));
        temporal.start();
    }

    @AfterEach
    void stop() {
        temporal.close();
        dock.close();
    }

    private Standing customer(String name) {
        return new Customers(temporal.getWorkflowClient()).start(name, false, Instant.EPOCH);
    }

    private Place ask(Standing standing) {
        return worker.askForTurn(new TurnRequest("shop", "production", standing.holder()));
    }

    private View queue() {
        return temporal.getWorkflowClient()
                .newWorkflowStub(EnvironmentWorkflow.class, QUEUE)
                .view();
    }

    private static void await(String what, BooleanSupplier condition) {
        long end = System.nanoTime() + Duration.ofSeconds(60).toNanos();
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime()).as("never came: " + what).isLessThan(end);
            LockSupport.parkNanos(20_000_000);
        }
    }

    private void terminate(Standing standing) {
        temporal.getWorkflowClient()
                .newUntypedWorkflowStub(standing.holder().workflow())
                .terminate("somebody had enough");
    }

    private void look() {
        new AbandonedTurns(dock.environments(), temporal.getWorkflowClient()).look();
    }

    @Test
    void theNextIsToldByTheWorkerAndNotByTheQueue() {
        Standing first = customer("first");
        Standing second = customer("second");
        assertThat(ask(first).yours()).isTrue();
        assertThat(ask(second).yours()).isFalse();

        first.customer().leave();

        await("the turn of the second", second::hasTheTurn);
        assertThat(queue().holder())
                .extracting(Holder::workflow)
                .containsExactly(second.holder().workflow());
        assertThat(temporal.getWorkflowClient().fetchHistory(QUEUE).getEvents())
                .noneMatch(event ->
                        event.getEventType() == EventType.EVENT_TYPE_SIGNAL_EXTERNAL_WORKFLOW_EXECUTION_INITIATED);
    }

    @Test
    void isHandedOnToTheOneAfterWhoEndedWhileItWaited() {
        Standing first = customer("first");
        Standing ended = customer("ended");
        Standing third = customer("third");
        ask(first);
        ask(ended);
        ask(third);
        terminate(ended);

        first.customer().leave();

        await("the turn of the third", third::hasTheTurn);
        assertThat(queue().holder())
                .extracting(Holder::workflow)
                .containsExactly(third.holder().workflow());
        assertThat(queue().waiting()).isEmpty();
    }

    @Test
    void whoWasApprovedForWhatIsNoLongerTrueIsToldSoInsteadOfBeingGivenTheTurn() throws Exception {
        dock.released("1.0.0");
        String base = dock.state().base();
        Standing first = customer("first");
        Standing second = reviewed(customer("second"), base);
        Standing third = reviewed(customer("third"), "");
        ask(first);
        ask(second);
        ask(third);
        dock.released("1.1.0");

        first.customer().leave();

        await("told", () -> second.customer().outdated() == 1);
        await("the turn of the third", third::hasTheTurn);
        assertThat(second.hasTheTurn()).isFalse();
        assertThat(queue().waiting()).isEmpty();
    }

    @Test
    void whoWasApprovedForWhatIsStillTrueIsGivenTheTurn() throws Exception {
        dock.released("1.0.0");
        Standing first = customer("first");
        Standing second = reviewed(customer("second"), dock.state().base());
        ask(first);
        ask(second);

        first.customer().leave();

        await("the turn of the second", second::hasTheTurn);
    }

    private static Standing reviewed(Standing standing, String base) {
        return standing.asking(standing.holder().reviewed(base, 0));
    }

    @Test
    void theNextIsToldAgainWhereTheAnswerOfTheCloseWasLost() {
        Standing first = customer("cut-off");
        Standing second = customer("second");
        Standing third = customer("third");
        ask(first);
        ask(second);
        ask(third);

        first.customer().leave();
        WorkflowStub.fromTyped(first.customer()).getResult(Void.class);

        await("told twice", () -> second.customer().turns() == 2);
        assertThat(queue().holder())
                .extracting(Holder::workflow)
                .containsExactly(second.holder().workflow());
        assertThat(queue().waiting())
                .extracting(Holder::workflow)
                .containsExactly(third.holder().workflow());
        assertThat(third.hasTheTurn()).isFalse();
    }

    @Test
    void whoeverAsksPutsOutAHolderThatIsGone() {
        Standing gone = customer("gone");
        ask(gone);
        terminate(gone);

        Standing next = customer("next");
        Place place = ask(next);

        await("the turn of the next", () -> place.yours() || next.hasTheTurn());
        assertThat(queue().holder())
                .extracting(Holder::workflow)
                .containsExactly(next.holder().workflow());
    }

    @Test
    void whoeverWaitsIsGivenTheTurnOfAHolderThatIsGone() {
        Standing gone = customer("gone");
        Standing next = customer("next");
        ask(gone);
        ask(next);
        look();
        assertThat(queue().holder())
                .as("it still runs")
                .extracting(Holder::workflow)
                .containsExactly(gone.holder().workflow());
        terminate(gone);

        look();

        await("the turn of the next", next::hasTheTurn);
        assertThat(queue().holder())
                .extracting(Holder::workflow)
                .containsExactly(next.holder().workflow());
    }

    @Test
    void whatAHolderThatIsGoneLeftOpenLocksTheEnvironment() throws Exception {
        Standing gone =
                new Standing(null, new Holder("release:shop:production:1.0.0", "run", "1.0.0", false, Instant.EPOCH));
        ask(gone);
        Standing next = customer("next");
        dock.opened("1.0.0");

        Place place = ask(next);

        assertThat(place.why()).startsWith("locked since").contains("left its grant open");
        assertThat(dock.state().locked()).isPresent();
        await("a free turn", () -> queue().holder().isEmpty());
        assertThat(queue().waiting())
                .extracting(Holder::workflow)
                .containsExactly(next.holder().workflow());
    }

    @Test
    void whatAnotherRunOfTheSameReleaseHasOpenIsNotLocked() throws Exception {
        Standing gone = customer("release:shop:production:1.0.0");
        Standing next = customer("next");
        ask(gone);
        ask(next);
        terminate(gone);
        dock.opened("1.0.0");

        look();

        await("the turn of the next", next::hasTheTurn);
        assertThat(dock.state().locked()).isEmpty();
    }

    @Test
    void aTaskThatComesSaysHowFarTheClocksAreApart() {
        Standing first = customer("first");
        ask(first);
        first.customer().leave();
        WorkflowStub.fromTyped(first.customer()).getResult(Void.class);

        assertThat(clock.ahead()).isBetween(Duration.ofMinutes(5).minusSeconds(1), Duration.ofMinutes(6));
        assertThat(clock.trouble()).isPresent();
    }
}
