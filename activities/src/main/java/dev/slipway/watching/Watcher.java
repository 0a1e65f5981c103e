package dev.slipway.watching;

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
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * The loop of a watch: in every round all sources are asked at once, and each answer is judged the moment it arrives. A
 * verdict of FAIL ends the watch on the spot, whatever the other sources still do.
 */
public final class Watcher {
    private final List<MetricSource> sources;
    private final Judge judge;
    private final Optional<Judge> warner;
    private final ExecutorService askers;
    private final Duration every;
    private final InstantSource clock;
    private final Sleeper sleeper;

    /** @throws IllegalArgumentException if sources, rules and interval do not fit together */
    public Watcher(List<MetricSource> sources, Judge judge, Duration every, InstantSource clock, Sleeper sleeper) {
        this(sources, judge, Optional.empty(), askers(), every, clock, sleeper);
    }

    /**
     * @param warner judges the same measurements by the rules that only warn; it ends nothing
     * @param askers threads that many watches share; see {@link #askers}
     */
    Watcher(
            List<MetricSource> sources,
            Judge judge,
            Optional<Judge> warner,
            ExecutorService askers,
            Duration every,
            InstantSource clock,
            Sleeper sleeper) {
        this.sources = List.copyOf(sources);
        this.judge = judge;
        this.warner = warner;
        this.askers = askers;
        this.every = every;
        this.clock = clock;
        this.sleeper = sleeper;
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

    /**
     * Watches until the judge says FAIL, {@code after} says stop, or {@code until} has come; the last round is then.
     *
     * @param from {@link WatchState#start()}, or where another watch or another worker stopped
     */
    public WatchOutcome watch(WatchState from, Instant until, AfterRound after) throws InterruptedException {
        Watch watch = new Watch(from);
        try {
            return watch.run(until, after);
        } finally {
            watch.stopAsking();
        }
    }

    /**
     * Threads to ask in: as many as there are questions under way, for one that hangs must not hold up those of other
     * watches; an answer takes milliseconds, so many watches do with few.
     */
    static ExecutorService askers() {
        return new ThreadPoolExecutor(
                0, Integer.MAX_VALUE, 5, TimeUnit.SECONDS, new SynchronousQueue<>(), Watcher::asker);
    }

    private static Thread asker(Runnable work) {
        Thread thread = new Thread(work, "watch");
        thread.setDaemon(true);
        return thread;
    }

    /** One run of the loop. */
    private final class Watch {
        private final BlockingQueue<MetricSource.Reading> answers = new LinkedBlockingQueue<>();
        /** Asked and not yet back, this round or an earlier one. */
        private final Set<String> asked = new HashSet<>();
        /** Given up on; their answer is no longer wanted when it comes. */
        private final Set<String> late = new HashSet<>();
        /** What is under way, by metric. */
        private final Map<String, Future<?>> questions = new HashMap<>();

        private WatchState state;

        Watch(WatchState from) {
            this.state = from;
        }

        void stopAsking() {
            questions.values().forEach(question -> question.cancel(true));
        }

        WatchOutcome run(Instant until, AfterRound after) throws InterruptedException {
            Instant start = clock.instant();
            if (judgement().verdict() == Verdict.FAIL) {
                return outcome();
            }
            while (true) {
                Instant now = clock.instant();
                ask(now);
                if (collect() == Verdict.FAIL || giveUpOn(now) == Verdict.FAIL) {
                    return outcome();
                }
                if (!after.goOn(state, judgement()) || !clock.instant().isBefore(until)) {
                    return outcome();
                }
                try {
                    sleepUntil(next(start), until);
                } catch (SleepEnded wanted) {
                    return outcome();
                }
            }
        }

        private void ask(Instant now) {
            // what came since the last round was given up on
            for (MetricSource.Reading old = answers.poll(); old != null; old = answers.poll()) {
                asked.remove(old.measurement().metric());
                late.remove(old.measurement().metric());
            }
            for (MetricSource source : sources) {
                if (asked.add(source.metric())) {
                    SourceState before = state.source(source.metric());
                    questions.put(source.metric(), askers.submit(() -> answers.add(read(source, before, now))));
                }
            }
        }

        private MetricSource.Reading read(MetricSource source, SourceState before, Instant now) {
            try {
                return source.read(before, now, timeout());
            } catch (RuntimeException e) {
                // its message may hold anything, and it is for the developers of the source anyway
                String why = "asking broke with " + e.getClass().getName();
                return new MetricSource.Reading(
                        new Measurement(source.metric(), now, new Measurement.SourceDown(why)), before);
            }
        }

        /** Judges the answers as they come, until all are there or the next round is near. */
        private Verdict collect() throws InterruptedException {
            long nanos = every.multipliedBy(19).dividedBy(20).toNanos();
            long deadline = System.nanoTime() + nanos;
            while (!late.containsAll(asked)) {
                MetricSource.Reading reading = answers.poll(deadline - System.nanoTime(), TimeUnit.NANOSECONDS);
                if (reading == null) {
                    return Verdict.INCONCLUSIVE;
                }
                String metric = reading.measurement().metric();
                asked.remove(metric);
                if (!late.remove(metric) && judged(reading) == Verdict.FAIL) {
                    return Verdict.FAIL;
                }
            }
            return Verdict.INCONCLUSIVE;
        }

        /** Who is still silent has hung in spite of its time-out, so something on this side is stuck: a gap. */
        private Verdict giveUpOn(Instant now) {
            for (String metric : asked) {
                late.add(metric);
                String why = "no answer, not even that time is up, within " + HttpCall.written(every);
                Measurement gap = new Measurement(metric, now, new Measurement.SourceDown(why));
                judged(new MetricSource.Reading(gap, state.source(metric)));
            }
            return judgement().verdict();
        }

        private Verdict judged(MetricSource.Reading reading) {
            JudgeState warned = warner.map(rules -> rules.next(state.warner(), reading.measurement()))
                    .orElse(state.warner());
            state = state.with(judge.next(state.judge(), reading.measurement()), warned, reading);
            return judgement().verdict();
        }

        private Judgement judgement() {
            return judge.judge(state.judge(), clock.instant());
        }

        private WatchOutcome outcome() {
            Judgement judgement = judgement();
            return new WatchOutcome(
                    judgement.verdict(),
                    judgement.sentence(),
                    judgement.rule(),
                    judgement.pending(),
                    state.judge(),
                    state.judge().measurements(),
                    state.last(),
                    warner.map(rules -> rules.broken(state.warner())).orElse(List.of()));
        }

        /** Rounds keep their beat; one that came too late is left out, not made up for. */
        private Instant next(Instant start) {
            long passed = Duration.between(start, clock.instant()).dividedBy(every);
            return start.plus(every.multipliedBy(Math.max(0, passed) + 1));
        }

        private void sleepUntil(Instant next, Instant until) throws InterruptedException {
            Instant wake = next.isBefore(until) ? next : until;
            Duration left = Duration.between(clock.instant(), wake);
            // a clock that was put back must not send the watch to sleep
            left = left.compareTo(every) > 0 ? every : left;
            if (!left.isNegative() && !left.isZero()) {
                sleeper.sleep(left);
            }
        }
    }
}
