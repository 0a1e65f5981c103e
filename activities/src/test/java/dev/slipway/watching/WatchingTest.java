package dev.slipway.watching;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.slipway.process.CommandRunner;
import dev.slipway.release.Dock;
import dev.slipway.release.ReleaseActivities.BaselineResult;
import dev.slipway.release.ReleaseActivities.OpenResult;
import dev.slipway.release.ReleaseActivities.WatchRequest;
import dev.slipway.release.ReleaseActivities.WatchResult;
import dev.slipway.steps.ActivityPulse;
import dev.slipway.steps.PulseInterceptor;
import dev.slipway.steps.StepObserver;
import dev.slipway.steps.Steps;
import io.temporal.activity.ActivityExecutionContext;
import io.temporal.activity.ActivityInterface;
import io.temporal.activity.ManualActivityCompletionClient;
import io.temporal.common.interceptors.ActivityExecutionContextBase;
import io.temporal.common.interceptors.ActivityInboundCallsInterceptor;
import io.temporal.common.interceptors.ActivityInboundCallsInterceptorBase;
import io.temporal.common.interceptors.WorkerInterceptorBase;
import io.temporal.testing.TestActivityEnvironment;
import io.temporal.testing.TestEnvironmentOptions;
import io.temporal.worker.WorkerFactoryOptions;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import mockwebserver3.Dispatcher;
import mockwebserver3.MockResponse;
import mockwebserver3.MockWebServer;
import mockwebserver3.RecordedRequest;
import okhttp3.OkHttpClient;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whatever breaks around a watch, its environment is free for the next attempt, and Temporal is told. */
class WatchingTest {

    private final CompletableFuture<Object> answered = new CompletableFuture<>();
    private Dock dock;
    private OpenResult opened;
    private TestActivityEnvironment temporal;

    @BeforeEach
    void setUp(@TempDir Path home) throws Exception {
        dock = new Dock(home);
        watched("500ms", "1h", "health: {http: 'http://127.0.0.1:9/health'}", "health failing for 1s");
    }

    private void watched(String every, String window, String metrics, String rule) throws Exception {
        dock.files("""
                    watch:
                      every: %s
                      for: %s
                      metrics: {%s}
                      rollback-when: [%s]
                """.formatted(every, window, metrics, rule));
    }

    private void deployed() throws Exception {
        opened = dock.opened("1.0.0");
        dock.activities().deploy(dock.step(opened, 1));
    }

    @AfterEach
    void tearDown() {
        temporal.close();
        dock.close();
    }

    private WatchResult watch(Supplier<ManualActivityCompletionClient> completion, Executor ends) {
        serve(completion, ends);
        return temporal.newActivityStub(Watches.class).watchOnce(request());
    }

    private void serve(Supplier<ManualActivityCompletionClient> completion, Executor ends) {
        temporal = TestActivityEnvironment.newInstance(TestEnvironmentOptions.newBuilder()
                .setWorkerFactoryOptions(WorkerFactoryOptions.newBuilder()
                        .setWorkerInterceptors(new PulseInterceptor(), new Completing(completion))
                        .build())
                .build());
        MetricSources sources = new MetricSources(new OkHttpClient(), new CommandRunner(), Clock.systemUTC());
        Watching watching = new Watching(sources, new Steps(StepObserver.nobody()), ends, Runnable::run);
        temporal.registerActivitiesImplementations(
                (Watches) request -> watching.begin(dock.served(), request, ActivityPulse.current()),
                (Befores) grant -> watching.measureBefore(dock.served(), grant, ActivityPulse.current()));
    }

    private WatchRequest request() {
        return new WatchRequest("shop", "production", opened.grant(), 2, List.of(), Duration.ofSeconds(1));
    }

    /** An attempt like any other: it waits for the lock, and fails for the service that is not there. */
    private void theNextAttemptIsNotHeldUp() throws Exception {
        assertThat(CompletableFuture.supplyAsync(() -> dock.activities().watch(request()))
                        .get(20, TimeUnit.SECONDS)
                        .verdict())
                .isEqualTo("FAIL");
    }

    @Test
    void anErrorBeforeItHasBegunHoldsNoLock() throws Exception {
        deployed();
        assertThatThrownBy(() -> watch(
                        () -> {
                            throw new NoClassDefFoundError("for the test");
                        },
                        Runnable::run))
                .hasStackTraceContaining("for the test");

        theNextAttemptIsNotHeldUp();
    }

    @Test
    void anEndThatFindsNoThreadIsToldAndHoldsNoLock() throws Exception {
        deployed();
        watch(() -> new Told(answered), work -> {
            throw new OutOfMemoryError("unable to create native thread");
        });

        assertThatThrownBy(() -> answered.get(20, TimeUnit.SECONDS))
                .hasMessageContaining("the end of a watch found no thread of this worker");
        theNextAttemptIsNotHeldUp();
    }

    /** The thread that tells of a stop is that of all heartbeats. */
    @Test
    void whoTellsOfAStopDoesNotJudgeTheWatch() throws Exception {
        List<String> handedOverBy = new CopyOnWriteArrayList<>();
        try (ServerSocket silent = new ServerSocket(0)) {
            watched(
                    "30s",
                    "1h",
                    "health: {http: 'http://127.0.0.1:" + silent.getLocalPort() + "/health'}",
                    "health failing for 2m");
            deployed();
            serve(() -> new Told(answered), work -> {
                handedOverBy.add(Thread.currentThread().getName());
                CompletableFuture.runAsync(work);
            });
            temporal.setActivityHeartbeatListener(Object.class, details -> {});
            temporal.requestCancelActivity();

            temporal.newActivityStub(Watches.class).watchOnce(request());

            assertThat(((WatchResult) answered.get(20, TimeUnit.SECONDS)).verdict())
                    .isEqualTo("INCONCLUSIVE");
        }
        assertThat(handedOverBy).as("the stop, and the end").hasSize(2);
        assertThat(handedOverBy.get(0)).startsWith("pulse");
        assertThat(handedOverBy.get(1)).doesNotStartWith("pulse");
    }

    /** A state remembers the newest sixty measurements only. */
    @Test
    void keepsEveryMeasurementHoweverManyMetricsThereAre() throws Exception {
        List<String> metrics =
                IntStream.range(0, 70).mapToObj(number -> "m" + number).toList();
        watched(
                "500ms",
                "2s",
                metrics.stream()
                        .map(metric -> metric + ": {http: 'http://127.0.0.1:9/" + metric + "'}")
                        .collect(Collectors.joining(", ")),
                "m69 failing for 1s");
        deployed();

        watch(() -> new Told(answered), CompletableFuture::runAsync);
        answered.get(20, TimeUnit.SECONDS);

        String kept = Samples.of(dock.served().record(), opened.grant(), 2);
        assertThat(metrics)
                .as("two whole rounds, and one that decided")
                .allMatch(metric -> kept.split("\"" + metric + "\"", -1).length > 2);
    }

    private void comparedWithBefore(String baseline, int port) throws Exception {
        dock.files("");
        dock.released("1.0.0");
        dock.files("""
                    watch:
                      every: 200ms
                      for: 2s
                      baseline: %s
                      metrics: {errors: {json: {url: 'http://127.0.0.1:%d/stats', at: /errors}}}
                      rollback-when: [errors > 3x baseline for 600ms]
                """.formatted(baseline, port));
        opened = dock.opened("1.1.0");
        serve(() -> new Told(answered), CompletableFuture::runAsync);
    }

    @Test
    void aBaselineIsAnsweredLaterAndHoldsNoThreadUntilThen() throws Exception {
        try (MockWebServer service = new MockWebServer()) {
            service.setDispatcher(new Dispatcher() {
                @Override
                public MockResponse dispatch(RecordedRequest request) {
                    return new MockResponse.Builder().body("{\"errors\": 10}").build();
                }
            });
            service.start();
            comparedWithBefore("3s", service.getPort());

            BaselineResult atOnce = temporal.newActivityStub(Befores.class).measureOnce(opened.grant());

            assertThat(atOnce.lines()).isEmpty();
            assertThat(answered).as("it takes three seconds").isNotDone();
            assertThat(((BaselineResult) answered.get(30, TimeUnit.SECONDS)).lines())
                    .singleElement()
                    .asString()
                    .startsWith("baseline of errors: 10 (median of ");
        }
    }

    @Test
    void aBaselineThatNobodyWantsEndsAtOnce() throws Exception {
        comparedWithBefore("10m", 9);
        temporal.setActivityHeartbeatListener(Object.class, details -> {});
        temporal.requestCancelActivity();

        temporal.newActivityStub(Befores.class).measureOnce(opened.grant());

        assertThatThrownBy(() -> answered.get(20, TimeUnit.SECONDS)).hasMessageContaining("cancelled");
    }

    @ActivityInterface
    public interface Befores {
        BaselineResult measureOnce(String grant);
    }

    @ActivityInterface
    public interface Watches {
        WatchResult watchOnce(WatchRequest request);
    }

    /** Says how an activity is answered whose method has returned. */
    private static final class Completing extends WorkerInterceptorBase {

        private final Supplier<ManualActivityCompletionClient> completion;

        private Completing(Supplier<ManualActivityCompletionClient> completion) {
            this.completion = completion;
        }

        @Override
        public ActivityInboundCallsInterceptor interceptActivity(ActivityInboundCallsInterceptor next) {
            return new ActivityInboundCallsInterceptorBase(next) {
                @Override
                public void init(ActivityExecutionContext context) {
                    super.init(new ActivityExecutionContextBase(context) {
                        @Override
                        public ManualActivityCompletionClient useLocalManualCompletion() {
                            return completion.get();
                        }
                    });
                }
            };
        }
    }

    private record Told(CompletableFuture<Object> answered) implements ManualActivityCompletionClient {
        @Override
        public void complete(Object result) {
            answered.complete(result);
        }

        @Override
        public void fail(Throwable failure) {
            boolean cannotCall = Thread.currentThread().isInterrupted();
            answered.completeExceptionally(cannotCall ? new IllegalStateException("interrupted") : failure);
        }

        @Override
        public void recordHeartbeat(Object details) {
            throw new UnsupportedOperationException("the pulse beats");
        }

        @Override
        public void reportCancellation(Object details) {
            answered.completeExceptionally(new IllegalStateException("cancelled"));
        }
    }
}
