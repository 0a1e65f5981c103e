package dev.slipway.steps;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.slipway.process.WorkInterrupted;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.ClientInterceptor;
import io.grpc.ForwardingClientCall;
import io.grpc.ForwardingClientCallListener;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import io.temporal.activity.Activity;
import io.temporal.activity.ActivityCancellationType;
import io.temporal.activity.ActivityInterface;
import io.temporal.activity.ActivityOptions;
import io.temporal.client.WorkflowClientOptions;
import io.temporal.client.WorkflowFailedException;
import io.temporal.client.WorkflowOptions;
import io.temporal.client.WorkflowStub;
import io.temporal.common.RetryOptions;
import io.temporal.common.converter.DefaultDataConverter;
import io.temporal.failure.CanceledFailure;
import io.temporal.serviceclient.WorkflowServiceStubsOptions;
import io.temporal.testing.TestEnvironmentOptions;
import io.temporal.testing.TestWorkflowEnvironment;
import io.temporal.worker.Worker;
import io.temporal.worker.WorkerFactoryOptions;
import io.temporal.worker.WorkerOptions;
import io.temporal.workflow.Workflow;
import io.temporal.workflow.WorkflowInterface;
import io.temporal.workflow.WorkflowMethod;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class ActivityPulseTest {

    private static final String QUEUE = "pulse";
    private static final Duration HEARTBEAT_TIMEOUT = Duration.ofSeconds(2);

    /** One each second, and one more for the first, which comes at once. */
    private static final int BEATS_OF_TWO_TIMEOUTS = 5;

    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private final Deaf temporal = new Deaf();
    private final TestWorkflowEnvironment environment =
            TestWorkflowEnvironment.newInstance(TestEnvironmentOptions.newBuilder()
                    .setUseTimeskipping(false)
                    .setWorkflowServiceStubsOptions(WorkflowServiceStubsOptions.newBuilder()
                            .setGrpcClientInterceptors(List.of(temporal))
                            .build())
                    .setWorkflowClientOptions(WorkflowClientOptions.newBuilder()
                            .setDataConverter(DefaultDataConverter.newDefaultInstance())
                            .build())
                    .setWorkerFactoryOptions(WorkerFactoryOptions.newBuilder()
                            .setWorkerInterceptors(new PulseInterceptor())
                            .build())
                    .build());

    @AfterEach
    void close() {
        environment.close();
    }

    @Test
    void keepsAnActivityAliveThatNeverBeatsItself() {
        String said = run(attempt -> {
            temporal.awaitAnswers(BEATS_OF_TWO_TIMEOUTS);
            return "done at attempt " + attempt;
        });

        assertThat(said).isEqualTo("done at attempt 1");
    }

    @Test
    void aBeatThatIsNeverAnsweredHoldsUpNoOther() {
        temporal.unanswered.set(3);

        String said = run(attempt -> {
            temporal.awaitAnswers(BEATS_OF_TWO_TIMEOUTS);
            return "done at attempt " + attempt;
        });

        assertThat(temporal.unanswered).hasValue(0);
        assertThat(said).isEqualTo("done at attempt 1");
    }

    @Test
    void tellsTheWorkOfItsCancellation() throws Exception {
        CountDownLatch began = new CountDownLatch(1);
        List<RuntimeException> heard = new CopyOnWriteArrayList<>();
        WorkflowStub workflow = start(attempt -> {
            began.countDown();
            try {
                while (true) {
                    temporal.awaitAnswers(1);
                    ActivityPulse.current().beat("working");
                }
            } catch (WorkInterrupted interrupted) {
                heard.add(interrupted);
                throw interrupted;
            }
        });
        assertThat(began.await(20, TimeUnit.SECONDS)).isTrue();

        workflow.cancel();

        assertThatThrownBy(() -> workflow.getResult(String.class))
                .isInstanceOf(WorkflowFailedException.class)
                .hasCauseInstanceOf(CanceledFailure.class);
        assertThat(heard).singleElement().satisfies(one -> assertThat(one).hasMessageContaining("Work was cancelled"));
    }

    @Test
    void handsDetailsToTheNextAttemptAlsoPastOneThatSaysNothing() {
        String said = run(attempt -> {
            ActivityPulse pulse = ActivityPulse.current();
            if (attempt == 1) {
                pulse.details(new Progress(7));
                temporal.awaitAnswers(2);
                throw new IllegalStateException("first attempt breaks");
            }
            if (attempt == 2) {
                pulse.beat("said before anything was known");
                temporal.awaitAnswers(2);
                throw new IllegalStateException("second attempt breaks");
            }
            return "rounds: " + pulse.lastDetails(Progress.class).orElseThrow().rounds();
        });

        assertThat(said).isEqualTo("rounds: 7");
    }

    @Test
    void takesDetailsOfAnotherKindForNone() {
        String said = run(attempt -> {
            if (attempt == 1) {
                ActivityPulse.current().beat("only words");
                temporal.awaitAnswers(2);
                throw new IllegalStateException("breaks");
            }
            return "" + ActivityPulse.current().lastDetails(Progress.class).isPresent();
        });

        assertThat(said).isEqualTo("false");
    }

    @Test
    void saysThatTheInterceptorIsMissing() {
        assertThatThrownBy(ActivityPulse::current)
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("PulseInterceptor");
    }

    private String run(Function<Integer, String> work) {
        return start(work).getResult(String.class);
    }

    private WorkflowStub start(Function<Integer, String> work) {
        Worker worker = environment.newWorker(
                QUEUE,
                WorkerOptions.newBuilder()
                        .setMaxHeartbeatThrottleInterval(Duration.ofSeconds(1))
                        .build());
        worker.registerWorkflowImplementationTypes(LongWorkImpl.class);
        worker.registerActivitiesImplementations(new WorkImpl(work));
        environment.start();
        WorkflowStub stub = environment
                .getWorkflowClient()
                .newUntypedWorkflowStub(
                        "LongWork",
                        WorkflowOptions.newBuilder().setTaskQueue(QUEUE).build());
        stub.start();
        return stub;
    }

    record Progress(int rounds) {}

    /** Takes heartbeats, hands them on, and keeps the answers to the first of them to itself. */
    private static final class Deaf implements ClientInterceptor {

        private final AtomicInteger unanswered = new AtomicInteger();
        private int answered;

        @Override
        public <Q, A> ClientCall<Q, A> interceptCall(MethodDescriptor<Q, A> method, CallOptions options, Channel next) {
            ClientCall<Q, A> call = next.newCall(method, options);
            if (!method.getFullMethodName().endsWith("/RecordActivityTaskHeartbeat")) {
                return call;
            }
            boolean mute = unanswered.getAndUpdate(left -> Math.max(0, left - 1)) > 0;
            return new ForwardingClientCall.SimpleForwardingClientCall<>(call) {
                @Override
                public void start(Listener<A> answers, Metadata headers) {
                    super.start(mute ? new Listener<>() {} : counted(answers), headers);
                }
            };
        }

        private <A> ClientCall.Listener<A> counted(ClientCall.Listener<A> answers) {
            return new ForwardingClientCallListener.SimpleForwardingClientCallListener<>(answers) {
                @Override
                public void onClose(Status status, Metadata trailers) {
                    super.onClose(status, trailers);
                    synchronized (Deaf.this) {
                        answered++;
                        Deaf.this.notifyAll();
                    }
                }
            };
        }

        /** Until Temporal has answered so many beats more. */
        synchronized void awaitAnswers(int more) {
            int wanted = answered + more;
            long end = System.nanoTime() + PATIENCE.toNanos();
            try {
                while (answered < wanted && System.nanoTime() < end) {
                    wait(100);
                }
            } catch (InterruptedException e) {
                throw new WorkInterrupted("interrupted", e);
            }
            if (answered < wanted) {
                throw new IllegalStateException("no beat was answered in time");
            }
        }
    }

    @WorkflowInterface
    public interface LongWork {
        @WorkflowMethod
        String run();
    }

    @ActivityInterface
    public interface Work {
        String work();
    }

    public static final class LongWorkImpl implements LongWork {
        @Override
        public String run() {
            return Workflow.newActivityStub(
                            Work.class,
                            ActivityOptions.newBuilder()
                                    .setStartToCloseTimeout(Duration.ofMinutes(1))
                                    .setHeartbeatTimeout(HEARTBEAT_TIMEOUT)
                                    .setCancellationType(ActivityCancellationType.WAIT_CANCELLATION_COMPLETED)
                                    .setRetryOptions(RetryOptions.newBuilder()
                                            .setInitialInterval(Duration.ofMillis(100))
                                            .setMaximumAttempts(3)
                                            .build())
                                    .build())
                    .work();
        }
    }

    record WorkImpl(Function<Integer, String> deed) implements Work {
        @Override
        public String work() {
            return deed.apply(Activity.getExecutionContext().getInfo().getAttempt());
        }
    }
}
