package dev.slipway.watching;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.annotation.JsonAutoDetect;
import com.fasterxml.jackson.annotation.PropertyAccessor;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.slipway.process.WorkInterrupted;
import dev.slipway.steps.Timers;
import dev.slipway.watch.Judge;
import dev.slipway.watch.Measurement;
import dev.slipway.watch.Measurement.Failing;
import dev.slipway.watch.Measurement.SourceDown;
import dev.slipway.watch.Measurement.Value;
import dev.slipway.watch.Rule;
import dev.slipway.watch.Verdict;
import dev.slipway.watch.WatchOutcome;
import io.temporal.common.converter.JacksonJsonPayloadConverter;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntFunction;
import mockwebserver3.Dispatcher;
import mockwebserver3.MockResponse;
import mockwebserver3.MockWebServer;
import mockwebserver3.RecordedRequest;
import okhttp3.OkHttpClient;
import org.junit.jupiter.api.Test;

class WatcherTest {
    private static final Instant START = Instant.parse("2026-11-03T09:00:00Z");
    private static final Duration EVERY = Duration.ofSeconds(10);

    /** A clock that moves when somebody sleeps. */
    private static final class Time implements InstantSource, Alarm {
        private final ExecutorService next = Executors.newSingleThreadExecutor(work -> {
            Thread thread = new Thread(work, "next round");
            thread.setDaemon(true);
            return thread;
        });
        private volatile Instant now = START;

        @Override
        public Instant instant() {
            return now;
        }

        @Override
        public void in(Duration time, Runnable work) {
            pass(time);
            next.execute(work);
        }

        void pass(Duration time) {
            now = now.plus(time);
        }
    }

    /** A source that answers by the number of the question, and counts its questions in its state. */
    private record Script(String metric, IntFunction<Measurement.Outcome> answer) implements MetricSource {
        @Override
        public Reading read(SourceState before, Instant now, Duration timeout) {
            int number = before.counters().size();
            List<SourceState.Counters> counted = new ArrayList<>(before.counters());
            counted.add(new SourceState.Counters(now, 0, 0, number));
            return new Reading(new Measurement(metric, now, answer.apply(number)), new SourceState(counted));
        }

        @Override
        public Optional<String> check(Instant now, Duration timeout) {
            return Optional.empty();
        }
    }

    private final Time time = new Time();
    private final AfterRound toTheEnd = (state, soFar) -> true;

    private Watcher watcher(String rule, MetricSource... sources) {
        return watcher(EVERY, rule, sources);
    }

    private Watcher watcher(Duration every, String rule, MetricSource... sources) {
        return watcher(every, new Judge(List.of(Rule.parse(rule)), every), sources);
    }

    private Watcher watcher(Duration every, Judge judge, MetricSource... sources) {
        return new Watcher(
                List.of(sources), judge, Optional.empty(), Watcher.Crew.ofWorker(), every, time, Optional.of(time));
    }

    @Test
    void watchesInRoundsUntilTheWindowCloses() throws Exception {
        List<Instant> asked = new ArrayList<>();
        WatchOutcome outcome = watcher("m > 5% for 30s", new Script("m", number -> new Value(0.01)))
                .watch(WatchState.start(), START.plusSeconds(65), (state, soFar) -> asked.add(time.now));
        assertThat(outcome.verdict()).isEqualTo(Verdict.PASS);
        assertThat(asked).hasSize(8).first().isEqualTo(START);
        assertThat(asked).last().isEqualTo(START.plusSeconds(65));
        assertThat(outcome.measurements()).isEqualTo(8);
        assertThat(outcome.last()).hasSize(8);
    }

    @Test
    void stopsAtTheMeasurementThatDecides() throws Exception {
        WatchOutcome outcome = watcher("m > 5% for 30s", new Script("m", number -> new Value(number < 3 ? 0.01 : 0.4)))
                .watch(WatchState.start(), START.plusSeconds(3600), toTheEnd);
        assertThat(outcome.verdict()).isEqualTo(Verdict.FAIL);
        assertThat(outcome.rule()).contains(Rule.parse("m > 5% for 30s"));
        assertThat(outcome.sentence()).isEqualTo("m 40 % > 5 % for 30 s (4 measurements, peak 40 %)");
        assertThat(time.now).isEqualTo(START.plusSeconds(60));
    }

    @Test
    void doesNotWaitForASlowSourceToSayFail() throws Exception {
        CountDownLatch never = new CountDownLatch(1);
        Duration every = Duration.ofSeconds(100);
        long began = System.nanoTime();
        WatchOutcome outcome = watcher(
                        every,
                        new Judge(List.of(Rule.parse("m failing for 1s")), Duration.ofMillis(500)),
                        new Script("slow", number -> hang(never)),
                        new Script("m", number -> new Failing("connection refused")))
                .watch(nearlyDecided(), START.plusSeconds(3600), toTheEnd);
        assertThat(outcome.verdict()).isEqualTo(Verdict.FAIL);
        assertThat(TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - began)).isLessThan(10);
    }

    private static WatchState nearlyDecided() {
        Judge judge = new Judge(List.of(Rule.parse("m failing for 1s")), Duration.ofMillis(500));
        WatchState state = WatchState.start();
        for (int millis : new int[] {1400, 700}) {
            Measurement dead = new Measurement("m", START.minusMillis(millis), new Failing("connection refused"));
            state = WatchState.after(judge.next(state.judge(), dead));
        }
        assertThat(judge.judge(state.judge(), START).verdict()).isEqualTo(Verdict.INCONCLUSIVE);
        return state;
    }

    private static Measurement.Outcome hang(CountDownLatch latch) {
        try {
            latch.await();
            return new Value(1);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void goesOnWithoutASourceThatHangsInSpiteOfItsTimeout() throws Exception {
        CountDownLatch later = new CountDownLatch(1);
        AtomicInteger rounds = new AtomicInteger();
        WatchOutcome outcome = watcher(
                        Duration.ofMillis(250),
                        "m > 5% for 500ms",
                        new Script("m", number -> new Value(0.01)),
                        new Script("stuck", number -> hang(later)))
                .watch(WatchState.start(), START.plusSeconds(5), (state, soFar) -> rounds.incrementAndGet() < 8);
        assertThat(outcome.verdict()).isEqualTo(Verdict.PASS);
        assertThat(outcome.state().tallies().get("m").values()).isEqualTo(8);
        assertThat(outcome.state().tallies().get("stuck").sourceDown()).isEqualTo(8);
    }

    /** One thread for all, and somebody else's question hangs in it. */
    @Test
    void whatCouldNotBeAskedInTimeIsAGap() throws Exception {
        Askers one = new Askers(1, 1, 1, Timers.idle("looks"));
        CountDownLatch later = new CountDownLatch(1);
        one.ask("", EVERY, () -> hang(later));
        AtomicInteger asked = new AtomicInteger();
        Duration every = Duration.ofMillis(200);
        CompletableFuture<WatchState> first = new CompletableFuture<>();
        Watcher.Watch watch = new Watcher(
                        List.of(new Script("m", number -> new Value(asked.incrementAndGet()))),
                        new Judge(List.of(Rule.parse("m > 5 for 400ms")), every),
                        Optional.empty(),
                        new Watcher.Crew(one, Timers.idle("rounds")),
                        every,
                        InstantSource.system(),
                        Optional.empty())
                .begin(
                        WatchState.start(),
                        Instant.now().plusSeconds(600),
                        (state, soFar) -> first.complete(state) || state.last().size() < 6,
                        ending -> {});

        assertThat(first.get(20, TimeUnit.SECONDS).last()).singleElement().satisfies(gap -> assertThat(gap.outcome())
                .isInstanceOf(SourceDown.class));
        assertThat(asked).hasValue(0);
        later.countDown();
        watch.breakOff(new WorkInterrupted("enough"));
    }

    @Test
    void asksASourceAgainThatWasStuckAndCameBack() throws Exception {
        CountDownLatch later = new CountDownLatch(1);
        WatchOutcome outcome = watcher(
                        Duration.ofMillis(100),
                        "m > 5% for 200ms",
                        new Script("m", number -> later.getCount() > 0 ? hang(later) : new Value(0.01)))
                .watch(WatchState.start(), START.plusSeconds(600), (state, soFar) -> {
                    if (state.judge().tallies().get("m").sourceDown() == 6) {
                        later.countDown();
                    }
                    return state.judge().tallies().get("m").values() < 5;
                });
        assertThat(outcome.verdict()).isEqualTo(Verdict.PASS);
    }

    @Test
    void letsAnotherWorkerGoOnFromTheHeartbeat() throws Exception {
        ObjectMapper json = JacksonJsonPayloadConverter.newDefaultObjectMapper()
                .setVisibility(PropertyAccessor.GETTER, JsonAutoDetect.Visibility.NONE)
                .setVisibility(PropertyAccessor.IS_GETTER, JsonAutoDetect.Visibility.NONE);
        List<String> heartbeats = new ArrayList<>();
        MetricSource source = new Script("m", number -> new Value(number < 2 ? 0.01 : 0.4));
        Watcher first = watcher("m > 5% for 1m", source);
        assertThatThrownBy(() -> first.watch(WatchState.start(), START.plusSeconds(600), (state, soFar) -> {
                    heartbeats.add(written(json, state));
                    if (heartbeats.size() == 6) {
                        throw new IllegalStateException("the worker died");
                    }
                    return true;
                }))
                .hasMessage("the worker died");
        time.pass(EVERY);
        WatchState state = json.readValue(heartbeats.get(heartbeats.size() - 1), WatchState.class);
        WatchOutcome outcome = watcher("m > 5% for 1m", source).watch(state, START.plusSeconds(600), toTheEnd);
        assertThat(outcome.verdict()).isEqualTo(Verdict.FAIL);
        assertThat(time.now).as("two good, then a minute").isEqualTo(START.plusSeconds(80));
        assertThat(outcome.last()).hasSize(9);
    }

    private static String written(ObjectMapper json, WatchState state) {
        try {
            return json.writeValueAsString(state);
        } catch (com.fasterxml.jackson.core.JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void saysAgainWhatWasDecidedBeforeTheWorkerDied() throws Exception {
        Watcher watcher = watcher("m > 5% for 10s", new Script("m", number -> new Value(number < 2 ? 0.4 : 0.01)));
        WatchOutcome first = watcher.watch(WatchState.start(), START.plusSeconds(600), toTheEnd);
        WatchOutcome again = watcher.watch(WatchState.after(first.state()), START.plusSeconds(600), toTheEnd);
        assertThat(again.verdict()).isEqualTo(Verdict.FAIL);
        assertThat(again.sentence()).isEqualTo(first.sentence());
    }

    @Test
    void failsARealServiceThatTurnsBad() throws Exception {
        AtomicInteger questions = new AtomicInteger();
        try (MockWebServer server = new MockWebServer()) {
            server.setDispatcher(new Dispatcher() {
                @Override
                public MockResponse dispatch(RecordedRequest request) {
                    return new MockResponse.Builder()
                            .code(questions.incrementAndGet() > 3 ? 500 : 200)
                            .build();
                }
            });
            server.start();
            HttpCheckRequest health =
                    new HttpCheckRequest(server.url("/health").toString(), 200, Map.of(), Duration.ZERO, Map.of());
            HttpProbe probe = new HttpProbe("health", health, new HttpCheck(new OkHttpClient(), text -> text));
            Duration every = Duration.ofMillis(200);
            WatchOutcome outcome = new Watcher(
                            List.of(probe),
                            new Judge(List.of(Rule.parse("health failing for 500ms")), every),
                            every,
                            InstantSource.system())
                    .watch(WatchState.start(), Instant.now().plusSeconds(60), toTheEnd);
            assertThat(outcome.verdict()).isEqualTo(Verdict.FAIL);
            assertThat(outcome.sentence()).contains("/health answered 500, expected 200");
        }
    }

    @Test
    void stopsWhenToldTo() throws Exception {
        WatchOutcome outcome = watcher("m > 5% for 30s", new Script("m", number -> new Value(0.01)))
                .watch(WatchState.start(), START.plusSeconds(600), (state, soFar) -> false);
        assertThat(outcome.verdict()).isEqualTo(Verdict.INCONCLUSIVE);
        assertThat(outcome.measurements()).isEqualTo(1);
    }

    @Test
    void isJudgedByWhatItSawWhenItIsEndedBetweenTwoRounds() throws Exception {
        CountDownLatch between = new CountDownLatch(1);
        CompletableFuture<Watcher.Ending> ended = new CompletableFuture<>();
        Watcher.Watch watch = new Watcher(
                        List.of(new Script("m", number -> new Value(0.01))),
                        new Judge(List.of(Rule.parse("m > 5% for 30s")), EVERY),
                        Optional.empty(),
                        Watcher.Crew.ofWorker(),
                        EVERY,
                        time,
                        Optional.of((left, work) -> between.countDown()))
                .begin(WatchState.start(), START.plusSeconds(600), toTheEnd, ended::complete);
        assertThat(between.await(20, TimeUnit.SECONDS)).isTrue();

        watch.end();

        WatchOutcome outcome = ended.get(1, TimeUnit.SECONDS).outcome();
        assertThat(outcome.verdict()).isEqualTo(Verdict.INCONCLUSIVE);
        assertThat(outcome.measurements()).isEqualTo(1);
    }

    @Test
    void saysHowItWasBrokenOffAndNothingAfterIt() throws Exception {
        CountDownLatch later = new CountDownLatch(1);
        List<Watcher.Ending> endings = new CopyOnWriteArrayList<>();
        Watcher.Watch watch = watcher("m > 5% for 30s", new Script("m", number -> hang(later)))
                .begin(WatchState.start(), START.plusSeconds(600), toTheEnd, endings::add);

        watch.breakOff(new WorkInterrupted("the worker was stopped"));
        watch.end();
        later.countDown();

        assertThat(endings).singleElement().satisfies(ending -> assertThatThrownBy(ending::outcome)
                .hasMessage("the worker was stopped"));
    }

    @Test
    void anErrorInARoundBreaksTheWatchOff() throws Exception {
        CompletableFuture<Watcher.Ending> ended = new CompletableFuture<>();
        watcher("m > 5% for 30s", new Script("m", number -> new Value(0.01)))
                .begin(
                        WatchState.start(),
                        START.plusSeconds(600),
                        (state, soFar) -> {
                            throw new NoClassDefFoundError("s3cret");
                        },
                        ended::complete);

        Watcher.Ending ending = ended.get(20, TimeUnit.SECONDS);

        assertThatThrownBy(ending::outcome)
                .hasMessageStartingWith("a watch broke off with java.lang.NoClassDefFoundError at ")
                .hasMessageNotContaining("s3cret");
    }

    @Test
    void doesNotFailForASourceThatBreaks() throws Exception {
        WatchOutcome outcome = watcher(
                        "m > 5% for 30s",
                        new Script("m", number -> {
                            throw new IllegalStateException("s3cret");
                        }))
                .watch(WatchState.start(), START.plusSeconds(600), toTheEnd);
        assertThat(outcome.verdict()).isEqualTo(Verdict.ERROR);
        assertThat(outcome.sentence()).contains("IllegalStateException").doesNotContain("s3cret");
    }

    /** It is known at once, and not only when the round is over. */
    @Test
    void anErrorOfASourceIsASourceThatBreaks() throws Exception {
        WatchOutcome outcome = watcher(
                        "m > 5% for 30s",
                        new Script("m", number -> {
                            throw new NoClassDefFoundError("s3cret");
                        }))
                .watch(WatchState.start(), START.plusSeconds(600), toTheEnd);
        assertThat(outcome.verdict()).isEqualTo(Verdict.ERROR);
        assertThat(outcome.sentence()).contains("NoClassDefFoundError").doesNotContain("s3cret");
    }

    @Test
    void keepsAtMostSixtyMeasurements() throws Exception {
        WatchOutcome outcome = watcher("m > 5% for 30s", new Script("m", number -> new Value(0.01)))
                .watch(WatchState.start(), START.plusSeconds(2000), toTheEnd);
        assertThat(outcome.measurements()).isEqualTo(201);
        assertThat(outcome.last()).hasSize(60);
        assertThat(outcome.last().get(59).time()).isEqualTo(START.plusSeconds(2000));
    }

    @Test
    void leavesOutRoundsThatCameTooLate() throws Exception {
        List<Instant> asked = new ArrayList<>();
        watcher(
                        "m > 5% for 30s",
                        new Script("m", number -> {
                            asked.add(time.now);
                            if (number == 1) {
                                time.pass(Duration.ofSeconds(25));
                            }
                            return new Value(0.01);
                        }))
                .watch(WatchState.start(), START.plusSeconds(50), toTheEnd);
        assertThat(asked).containsExactly(START, START.plusSeconds(10), START.plusSeconds(40), START.plusSeconds(50));
    }

    @Test
    void refusesWhatDoesNotFitTogether() {
        MetricSource source = new Script("m", number -> new Value(0.01));
        assertThatThrownBy(() -> watcher("n > 5% for 30s", source)).hasMessageContaining("a rule is about \"n\"");
        assertThatThrownBy(() -> watcher("m > 5% for 30s", source, source)).hasMessageContaining("two sources");
        HttpCheckRequest slow =
                new HttpCheckRequest("http://127.0.0.1/", 200, Map.of(), Duration.ofSeconds(9), Map.of());
        MetricSource probe = new HttpProbe("m", slow, new HttpCheck(new OkHttpClient(), text -> text));
        assertThatThrownBy(() -> watcher("m failing for 30s", probe))
                .hasMessageContaining("may take 9 s, but has to answer within 7500 ms when it is asked every 10 s");
    }
}
