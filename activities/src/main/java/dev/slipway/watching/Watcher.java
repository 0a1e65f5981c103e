package dev.slipway.watching;

import dev.slipway.process.WorkInterrupted;
import dev.slipway.steps.ErrorPlace;
import dev.slipway.steps.Timers;
import dev.slipway.watch.Judge;
import dev.slipway.watch.JudgeState;
import dev.slipway.watch.Judgement;
import dev.slipway.watch.Measurement;
import dev.slipway.watch.Verdict;
import dev.slipway.watch.WatchOutcome;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The rounds of a watch: in every one all sources are asked at once, and each answer is judged the moment it arrives. A
 * verdict of FAIL ends the watch on the spot, whatever the other sources still do. Between two rounds no thread waits.
 */
public final class Watcher {

    private static final Logger LOG = LoggerFactory.getLogger(Watcher.class);

    private final List<MetricSource> sources;
    private final Judge judge;
    private final Optional<Judge> warner;
    private final Crew crew;
    private final Duration every;
    private final InstantSource clock;
    private final Alarm alarm;

    /** @throws IllegalArgumentException if sources, rules and interval do not fit together */
    public Watcher(List<MetricSource> sources, Judge judge, Duration every, InstantSource clock) {
        this(sources, judge, Optional.empty(), Crew.ofWorker(), every, clock, Optional.empty());
    }

    /**
     * @param warner judges the same measurements by the rules that only warn; it ends nothing
     * @param crew what many watches share
     * @param alarm begins the next round; by default the crew's
     */
    Watcher(
            List<MetricSource> sources,
            Judge judge,
            Optional<Judge> warner,
            Crew crew,
            Duration every,
            InstantSource clock,
            Optional<Alarm> alarm) {
        this.sources = List.copyOf(sources);
        this.judge = judge;
        this.warner = warner;
        this.crew = crew;
        this.every = every;
        this.clock = clock;
        this.alarm = alarm.orElse(crew);
        Set<String> unmeasured = new TreeSet<>(judge.metrics());
        warner.ifPresent(rules -> unmeasured.addAll(rules.metrics()));
        Set<String> seen = new HashSet<>();
        for (MetricSource source : sources) {
            unmeasured.remove(source.metric());
            if (!seen.add(source.metric())) {
                throw new IllegalArgumentException(
                        "watch: \"" + source.metric() + "\" has two sources; name each once");
            }
            if (source.patience().compareTo(timeout()) > 0) {
                throw new IllegalArgumentException(
                        "watch: \"%s\" may take %s, but has to answer within %s when it is asked every %s; raise every, or lower within"
                                .formatted(
                                        source.metric(),
                                        HttpCall.written(source.patience()),
                                        HttpCall.written(timeout()),
                                        HttpCall.written(every)));
            }
        }
        if (!unmeasured.isEmpty()) {
            throw new IllegalArgumentException("watch: a rule is about \""
                    + unmeasured.iterator().next() + "\", which no metric has; add it under metrics");
        }
    }

    /** An answer has to be there well before the next question, and "not in time" has to be there before it, too. */
    private Duration timeout() {
        return every.multipliedBy(3).dividedBy(4);
    }

    /** Who asks and who keeps the time for many watches. */
    record Crew(Askers askers, ScheduledExecutorService timer) implements Alarm {

        static Crew ofWorker() {
            ScheduledExecutorService timer = Timers.idle("watch rounds");
            return new Crew(Askers.ofWorker(timer), timer);
        }

        @Override
        public void in(Duration time, Runnable work) {
            timer.schedule(work, time.toNanos(), TimeUnit.NANOSECONDS);
        }
    }

    /** How a watch ended. */
    public sealed interface Ending {

        /** @throws RuntimeException where it was broken off */
        WatchOutcome outcome();
    }

    private record Ended(WatchOutcome outcome) implements Ending {}

    private record BrokenOff(RuntimeException why) implements Ending {
        @Override
        public WatchOutcome outcome() {
            throw why;
        }
    }

    /**
     * Watches until the judge says FAIL, {@code after} says stop, or {@code until} has come; the last round is then.
     *
     * @param from {@link WatchState#start()}, or where another watch or another worker stopped
     * @param over told once, by any thread, of the end; it must not wait
     */
    public Watch begin(WatchState from, Instant until, AfterRound after, Consumer<Ending> over) {
        Watch watch = new Watch(from, until, after, over);
        watch.begin();
        return watch;
    }

    /** The same, for who waits for the end. */
    public WatchOutcome watch(WatchState from, Instant until, AfterRound after) throws InterruptedException {
        CompletableFuture<Ending> ended = new CompletableFuture<>();
        Watch watch = begin(from, until, after, ended::complete);
        try {
            return ended.get().outcome();
        } catch (ExecutionException never) {
            throw new IllegalStateException(never.getCause());
        } finally {
            watch.breakOff(new WorkInterrupted("nobody waits for it any more"));
        }
    }

    /** One watch. Whatever moves it, an answer or the time, holds its monitor, and only for as long as judging takes. */
    public final class Watch {
        private final Instant until;
        private final AfterRound after;
        private final Consumer<Ending> over;
        private final Instant start = clock.instant();
        /** Asked and not yet back, this round or an earlier one. */
        private final Set<String> asked = new HashSet<>();
        /** Given up on; their answer is no longer wanted when it comes. */
        private final Set<String> late = new HashSet<>();
        /** What is under way, by metric. */
        private final Map<String, Future<?>> questions = new HashMap<>();

        private WatchState state;
        private int round;
        private Instant asking = start;
        private boolean collecting;
        private boolean ended;

        private Watch(WatchState from, Instant until, AfterRound after, Consumer<Ending> over) {
            this.state = from;
            this.until = until;
            this.after = after;
            this.over = over;
        }

        private synchronized void begin() {
            guarded(() -> {
                if (judgement().verdict() == Verdict.FAIL) {
                    ended();
                } else {
                    ask();
                }
            });
        }

        /** Nobody wants another round: it is judged by what it has seen. */
        public synchronized void end() {
            if (!ended) {
                guarded(() -> {
                    after.goOn(state, judgement());
                    ended();
                });
            }
        }

        /** It ends without an outcome. */
        public synchronized void breakOff(RuntimeException why) {
            over(new BrokenOff(why));
        }

        /** Who breaks a round breaks the watch off, and leaves nobody to wait for it for ever. */
        private void guarded(Runnable part) {
            try {
                part.run();
            } catch (RuntimeException e) {
                breakOff(e);
            } catch (Error e) {
                String why = "a watch broke off with " + ErrorPlace.of(e);
                LOG.error(why);
                breakOff(new IllegalStateException(why, e));
            }
        }

        private void ask() {
            Instant now = clock.instant();
            round++;
            int number = round;
            asking = now;
            collecting = true;
            for (MetricSource source : sources) {
                if (asked.add(source.metric())) {
                    SourceState before = state.source(source.metric());
                    questions.put(
                            source.metric(),
                            crew.askers()
                                    .ask(
                                            source.place(),
                                            timeout().dividedBy(8),
                                            () -> answered(read(source, before, now))));
                }
            }
            crew.in(every.multipliedBy(19).dividedBy(20), () -> giveUp(number));
            collected();
        }

        private MetricSource.Reading read(MetricSource source, SourceState before, Instant now) {
            try {
                return source.read(before, now, timeout());
            } catch (RuntimeException e) {
                // its message may hold anything, and it is for the developers of the source anyway
                return broke(source, before, now, e);
            } catch (Error e) {
                LOG.error("asking for \"{}\" broke with {}", source.metric(), ErrorPlace.of(e));
                return broke(source, before, now, e);
            }
        }

        private MetricSource.Reading broke(MetricSource source, SourceState before, Instant now, Throwable e) {
            String why = "asking broke with " + e.getClass().getName();
            return new MetricSource.Reading(
                    new Measurement(source.metric(), now, new Measurement.SourceDown(why)), before);
        }

        /** Judges an answer as it comes. What was given up on is no longer wanted, but can be asked again. */
        private synchronized void answered(MetricSource.Reading reading) {
            String metric = reading.measurement().metric();
            asked.remove(metric);
            if (late.remove(metric) || ended) {
                return;
            }
            guarded(() -> {
                if (judged(reading) == Verdict.FAIL) {
                    ended();
                } else {
                    collected();
                }
            });
        }

        /** Goes on when all answers are there that are still waited for. */
        private void collected() {
            if (collecting && !ended && late.containsAll(asked)) {
                roundOver();
            }
        }

        private synchronized void giveUp(int number) {
            if (number == round && collecting && !ended) {
                guarded(this::roundOver);
            }
        }

        /** Who is still silent has hung in spite of its time-out, or was not even asked: something on this side is stuck, a gap. */
        private void roundOver() {
            collecting = false;
            for (String metric : asked) {
                late.add(metric);
                String why = "no answer, not even that time is up, within " + HttpCall.written(every);
                Measurement gap = new Measurement(metric, asking, new Measurement.SourceDown(why));
                judged(new MetricSource.Reading(gap, state.source(metric)));
            }
            if (judgement().verdict() == Verdict.FAIL
                    || !after.goOn(state, judgement())
                    || !clock.instant().isBefore(until)) {
                ended();
            } else {
                sleep();
            }
        }

        private void sleep() {
            Instant next = next();
            Instant wake = next.isBefore(until) ? next : until;
            Duration left = Duration.between(clock.instant(), wake);
            // a clock that was put back must not send the watch to sleep
            left = left.compareTo(every) > 0 ? every : left;
            alarm.in(left.isNegative() ? Duration.ZERO : left, this::awake);
        }

        private synchronized void awake() {
            if (!ended) {
                guarded(this::ask);
            }
        }

        private Verdict judged(MetricSource.Reading reading) {
            JudgeState warned = warner.map(rules -> rules.next(state.warner(), reading.measurement()))
                    .orElse(state.warner());
            state = state.with(judge.next(state.judge(), reading.measurement()), warned, reading);
            after.measured(reading.measurement());
            return judgement().verdict();
        }

        private Judgement judgement() {
            return judge.judge(state.judge(), clock.instant());
        }

        private void ended() {
            Judgement judgement = judgement();
            over(new Ended(new WatchOutcome(
                    judgement.verdict(),
                    judgement.sentence(),
                    judgement.rule(),
                    judgement.pending(),
                    state.judge(),
                    state.judge().measurements(),
                    state.last(),
                    warner.map(rules -> rules.broken(state.warner())).orElse(List.of()))));
        }

        private void over(Ending ending) {
            if (!ended) {
                ended = true;
                questions.values().forEach(question -> question.cancel(true));
                over.accept(ending);
            }
        }

        /** Rounds keep their beat; one that came too late is left out, not made up for. */
        private Instant next() {
            long passed = Duration.between(start, clock.instant()).dividedBy(every);
            return start.plus(every.multipliedBy(Math.max(0, passed) + 1));
        }
    }
}
