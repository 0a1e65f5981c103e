package dev.slipway.steps;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.temporal.activity.Activity;
import io.temporal.activity.ActivityCancellationType;
import io.temporal.activity.ActivityInterface;
import io.temporal.activity.ActivityOptions;
import io.temporal.client.WorkflowFailedException;
import io.temporal.client.WorkflowOptions;
import io.temporal.client.WorkflowStub;
import io.temporal.common.RetryOptions;
import io.temporal.failure.ApplicationFailure;
import io.temporal.failure.CanceledFailure;
import io.temporal.testing.TestEnvironmentOptions;
import io.temporal.testing.TestWorkflowEnvironment;
import io.temporal.worker.Worker;
import io.temporal.worker.WorkerFactoryOptions;
import io.temporal.workflow.Async;
import io.temporal.workflow.Promise;
import io.temporal.workflow.Workflow;
import io.temporal.workflow.WorkflowInterface;
import io.temporal.workflow.WorkflowMethod;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Activities that go on after their method has returned. */
final class LaterAnswerTest {

    private static final String QUEUE = "later";
    private static final Duration HEARTBEAT_TIMEOUT = Duration.ofSeconds(2);
    private static final int MANY = 60;

    private final PulseInterceptor pulses = new PulseInterceptor();
    private final TestWorkflowEnvironment environment =
            TestWorkflowEnvironment.newInstance(TestEnvironmentOptions.newBuilder()
                    .setUseTimeskipping(false)
                    .setWorkerFactoryOptions(WorkerFactoryOptions.newBuilder()
                            .setWorkerInterceptors(pulses)
                            .build())
                    .build());
    private final BlockingQueue<Begun> begun = new LinkedBlockingQueue<>();
    private final AtomicBoolean breaks = new AtomicBoolean();

    @AfterEach
    void close() {
        environment.close();
    }

    private record Begun(ActivityPulse pulse, LaterAnswer answer, int attempt, String details) {}

    @Test
    void manyHoldNoThreadAndLiveLongerThanTheirHeartbeatTimeout() throws Exception {
        WorkflowStub workflow = start(MANY);
        List<Begun> all = take(MANY);
        CountDownLatch beyond = new CountDownLatch(1);
        assertThat(beyond.await(HEARTBEAT_TIMEOUT.multipliedBy(2).toMillis(), TimeUnit.MILLISECONDS))
                .isFalse();

        Set<Thread> beating = ConcurrentHashMap.newKeySet();
        CountDownLatch told = new CountDownLatch(MANY);
        all.forEach(each -> each.pulse().whenStopped(() -> {
            beating.add(Thread.currentThread());
            told.countDown();
        }));
        long inside = Thread.getAllStackTraces().values().stream()
                .flatMap(Arrays::stream)
                .filter(frame -> frame.getClassName().equals(WorkImpl.class.getName()))
                .count();
        pulses.stop(Duration.ZERO);
        assertThat(told.await(20, TimeUnit.SECONDS)).isTrue();
        all.forEach(each -> each.answer().give(() -> "attempt " + each.attempt()));

        assertThat(beating).as("what keeps the time of all pulses").hasSize(1);
        assertThat(inside).isZero();
        assertThat(workflow.getResult(String.class)).isEqualTo("attempt 1 ".repeat(MANY));
    }

    @Test
    void hearsOfItsCancellationAndSaysWhatWasSeen() throws Exception {
        WorkflowStub workflow = start(1);
        Begun one = take(1).get(0);
        CountDownLatch heard = new CountDownLatch(1);
        one.pulse().whenStopped(heard::countDown);

        workflow.cancel();

        assertThat(heard.await(20, TimeUnit.SECONDS)).isTrue();
        one.answer().give(() -> {
            one.pulse().beat("between");
            return "never";
        });
        assertThatThrownBy(() -> workflow.getResult(String.class))
                .isInstanceOf(WorkflowFailedException.class)
                .hasCauseInstanceOf(CanceledFailure.class);
    }

    @Test
    void aWorkerThatStopsHandsItOnWithWhatIsKnown() throws Exception {
        WorkflowStub workflow = start(1);
        Begun first = take(1).get(0);
        first.pulse().details("seven rounds");
        CountDownLatch beaten = new CountDownLatch(1);
        assertThat(beaten.await(1500, TimeUnit.MILLISECONDS)).isFalse();
        first.pulse().whenStopped(() -> first.answer().give(() -> {
            first.pulse().beat("stops");
            return "never";
        }));

        pulses.stop(Duration.ofSeconds(20));

        Begun second = take(1).get(0);
        second.answer().give(() -> "attempt " + second.attempt() + " with " + second.details());
        assertThat(workflow.getResult(String.class)).isEqualTo("attempt 2 with seven rounds ");
    }

    @Test
    void aFailureIsToldLikeThatOfAnyActivity() throws Exception {
        WorkflowStub workflow = start(1);

        take(1).get(0).answer().give(() -> {
            throw ApplicationFailure.newNonRetryableFailure("refused", "Refused");
        });

        assertThatThrownBy(() -> workflow.getResult(String.class)).rootCause().hasMessageContaining("refused");
    }

    @Test
    void aResultThatCannotBeSentIsAFailure() throws Exception {
        WorkflowStub workflow = start(1);

        take(1).get(0).answer().give(Unsendable::new);

        Begun second = take(1).get(0);
        assertThat(second.attempt()).isEqualTo(2);
        second.answer().give(() -> "sent");
        assertThat(workflow.getResult(String.class)).isEqualTo("sent ");
    }

    @Test
    void anErrorIsAFailureWithoutItsMessage() throws Exception {
        WorkflowStub workflow = start(1);

        for (int attempt = 1; attempt <= 3; attempt++) {
            take(1).get(0).answer().give(() -> {
                throw new NoClassDefFoundError("s3cret");
            });
        }

        assertThatThrownBy(() -> workflow.getResult(String.class))
                .rootCause()
                .hasMessageContaining("Work broke with java.lang.NoClassDefFoundError at ")
                .hasMessageNotContaining("s3cret");
    }

    @Test
    void aMethodThatBreaksAfterItPromisedAnAnswerHasGivenIt() throws Exception {
        breaks.set(true);
        start(1);
        take(1);
        Begun second = take(1).get(0);
        second.answer().give(() -> "done");
        long before = System.nanoTime();

        pulses.stop(Duration.ofSeconds(20));

        assertThat(Duration.ofNanos(System.nanoTime() - before)).isLessThan(Duration.ofSeconds(15));
    }

    private List<Begun> take(int number) throws InterruptedException {
        List<Begun> taken = new ArrayList<>();
        while (taken.size() < number) {
            Begun next = begun.poll(20, TimeUnit.SECONDS);
            assertThat(next).as("activities that began beside " + taken.size()).isNotNull();
            taken.add(next);
        }
        return taken;
    }

    private WorkflowStub start(int activities) {
        Worker worker = environment.newWorker(QUEUE);
        worker.registerWorkflowImplementationTypes(WaitingImpl.class);
        worker.registerActivitiesImplementations(new WorkImpl(begun, breaks));
        environment.start();
        WorkflowStub stub = environment
                .getWorkflowClient()
                .newUntypedWorkflowStub(
                        "Waiting",
                        WorkflowOptions.newBuilder().setTaskQueue(QUEUE).build());
        stub.start(activities);
        return stub;
    }

    /** No converter has a form for what refers to itself. */
    public static final class Unsendable {
        public final Unsendable self = this;
    }

    @WorkflowInterface
    public interface Waiting {
        @WorkflowMethod
        String run(int activities);
    }

    @ActivityInterface
    public interface Work {
        String work(int number);
    }

    public static final class WaitingImpl implements Waiting {
        @Override
        public String run(int activities) {
            Work work = Workflow.newActivityStub(
                    Work.class,
                    ActivityOptions.newBuilder()
                            .setStartToCloseTimeout(Duration.ofMinutes(1))
                            .setHeartbeatTimeout(HEARTBEAT_TIMEOUT)
                            .setCancellationType(ActivityCancellationType.WAIT_CANCELLATION_COMPLETED)
                            .setRetryOptions(RetryOptions.newBuilder()
                                    .setInitialInterval(Duration.ofMillis(100))
                                    .setMaximumAttempts(3)
                                    .build())
                            .build());
            List<Promise<String>> all = new ArrayList<>();
            for (int number = 0; number < activities; number++) {
                all.add(Async.function(work::work, number));
            }
            StringBuilder said = new StringBuilder();
            all.forEach(each -> said.append(each.get()).append(' '));
            return said.toString();
        }
    }

    record WorkImpl(BlockingQueue<Begun> begun, AtomicBoolean breaks) implements Work {
        @Override
        public String work(int number) {
            ActivityPulse pulse = ActivityPulse.current();
            begun.add(new Begun(
                    pulse,
                    pulse.later(),
                    Activity.getExecutionContext().getInfo().getAttempt(),
                    pulse.lastDetails(String.class).orElse("")));
            if (breaks.getAndSet(false)) {
                throw new NoClassDefFoundError("for the test");
            }
            return "";
        }
    }
}
