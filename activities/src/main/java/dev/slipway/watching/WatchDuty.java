package dev.slipway.watching;

import com.fasterxml.jackson.core.JsonProcessingException;
import dev.slipway.ledger.EnvironmentRecord;
import dev.slipway.plan.ReleasePlan;
import dev.slipway.process.Pulse;
import dev.slipway.process.WorkInterrupted;
import dev.slipway.record.SignedText;
import dev.slipway.record.Step;
import dev.slipway.release.ReleaseActivities.WatchResult;
import dev.slipway.steps.Done;
import dev.slipway.steps.StepContext;
import dev.slipway.steps.StepFailed;
import dev.slipway.steps.Terms;
import dev.slipway.trust.Json;
import dev.slipway.watch.Baseline;
import dev.slipway.watch.Judgement;
import dev.slipway.watch.Measurement;
import dev.slipway.watch.Verdict;
import dev.slipway.watch.WatchOutcome;
import io.temporal.client.ActivityCanceledException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;

/**
 * The watch of one grant: it measures until a rule is broken or the rollback window closes, and says what the judge says.
 * Its state travels signed and bound to the grant, so that nobody can hand a worker a better past.
 */
public final class WatchDuty implements Terms {

    /** Two clocks, the workflow's timer and this worker's, agree to a few seconds. */
    private static final Duration TOLERANCE = Duration.ofSeconds(3);

    private final MetricSources sources;
    private final Duration window;
    private final Optional<Bound> from;
    private final Optional<SignedText> baseline;
    private final Consumer<SignedText> keep;
    private final Executor keeper;
    private WatchResult result =
            new WatchResult("INCONCLUSIVE", "nothing was measured", List.of(), Duration.ZERO, List.of());

    /**
     * @param window how long to watch from now or, with the first attempt, from when it began
     * @param from where another worker or an earlier watch stopped
     * @param baseline what metrics were like before; one that is not genuine counts as none
     * @param keep takes the state after each round, for the heartbeat
     * @param keeper keeps the measurements, which may take as long as a store takes
     */
    public WatchDuty(
            MetricSources sources,
            Duration window,
            Optional<Bound> from,
            Optional<SignedText> baseline,
            Consumer<SignedText> keep,
            Executor keeper) {
        this.sources = sources;
        this.window = window;
        this.from = from;
        this.baseline = baseline;
        this.keep = keep;
        this.keeper = keeper;
    }

    /**
     * A state and what it is bound to.
     *
     * @param unwatched how much of the time since the watch began nobody measured: a dead worker, a state that was withheld
     * @param pieces how many pieces of its measurements are kept
     */
    public record Bound(String grant, int step, WatchState state, Duration unwatched, int pieces) {
        public Bound {
            grant = grant == null ? "" : grant;
            state = state == null ? WatchState.start() : state;
            unwatched = unwatched == null ? Duration.ZERO : unwatched;
        }

        Optional<Instant> lastMeasured() {
            return state.last().stream().map(Measurement::time).max(Instant::compareTo);
        }
    }

    /** With everything in it, also what is empty: a judge that goes on from it has to find what it left. */
    static String text(Bound bound) {
        try {
            return Json.mapper().writeValueAsString(bound);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("the state of a watch can't be written: " + e.getOriginalMessage(), e);
        }
    }

    /** A state that this environment's key has signed for this grant; empty for any other. */
    public static Optional<Bound> genuine(EnvironmentRecord record, String grant, int step, SignedText signed) {
        if (signed.text().isEmpty() || !record.genuine(signed.text(), signed.signature())) {
            return Optional.empty();
        }
        try {
            Bound bound = Json.mapper().readValue(signed.text(), Bound.class);
            return bound.grant().equals(grant) && bound.step() == step ? Optional.of(bound) : Optional.empty();
        } catch (JsonProcessingException e) {
            return Optional.empty();
        }
    }

    @Override
    public String undoByHand(StepContext context) {
        return "";
    }

    @Override
    public Duration limit(StepContext context) {
        Duration planned = context.plan().watch().window().multipliedBy(2);
        Duration extended =
                Duration.between(context.served().record().now(), context.step().extendedUntil());
        return extended.compareTo(planned) > 0 ? extended.plus(TOLERANCE) : planned;
    }

    /** All that can be refused is refused here, before the first question. */
    Prepared prepare(StepContext context) {
        ReleasePlan plan = context.plan();
        EnvironmentRecord record = context.served().record();
        Instant began = context.step().began();
        Duration unwatched = unwatched(began, record.now(), plan.watch().every());
        // time that nobody watched does not count towards the window
        Instant planned = later(
                began.plus(plan.watch().window()).plus(unwatched),
                context.step().extendedUntil());
        Instant until = record.now().isBefore(planned) ? planned : record.now().plus(window);
        Map<String, Baseline> baselines = baseline.flatMap(
                        signed -> BoundBaseline.genuine(record, context.grant().id(), signed))
                .map(BoundBaseline::baselines)
                .orElse(Map.of());
        Watcher watcher = sources.watcher(site(context, text -> context.fill(text, "")), baselines);
        Samples samples = new Samples(
                context.served(),
                context.grant().id(),
                context.step().number(),
                from.map(Bound::pieces).orElse(0),
                from.map(bound -> bound.state().last()).orElse(List.of()),
                keeper);
        return new Prepared(context, watcher, planned, until, unwatched, samples);
    }

    /** A watch that can begin. */
    final class Prepared {

        private final StepContext context;
        private final Watcher watcher;
        private final Instant planned;
        private final Instant until;
        private final Duration unwatched;
        private final Samples samples;
        /** Since the last round; touched as the watch is moved, and after its end. */
        private final List<Measurement> measured = new ArrayList<>();

        private volatile SignedText last = new SignedText("", "");

        private Prepared(
                StepContext context,
                Watcher watcher,
                Instant planned,
                Instant until,
                Duration unwatched,
                Samples samples) {
            this.context = context;
            this.watcher = watcher;
            this.planned = planned;
            this.until = until;
            this.unwatched = unwatched;
            this.samples = samples;
        }

        /**
         * Begins, and returns.
         *
         * @param over gets, when the watch is over, what is left to do: to judge
         */
        Watcher.Watch begin(Pulse pulse, Consumer<Supplier<Done>> over) {
            return watcher.begin(
                    from.map(Bound::state).orElse(WatchState.start()),
                    until,
                    new AfterRound() {
                        @Override
                        public void measured(Measurement measurement) {
                            measured.add(measurement);
                        }

                        @Override
                        public boolean goOn(WatchState state, Judgement soFar) {
                            keep(state);
                            return goesOn(pulse, soFar.sentence());
                        }
                    },
                    ending -> over.accept(() -> {
                        WatchOutcome outcome = ending.outcome();
                        samples.over(List.copyOf(measured));
                        return judged(context, outcome, later(planned, extendedMeanwhile(context)), last);
                    }));
        }

        private void keep(WatchState state) {
            samples.round(List.copyOf(measured));
            measured.clear();
            last = context.served()
                    .record()
                    .sign(text(new Bound(
                            context.grant().id(), context.step().number(), state, unwatched, samples.pieces())));
            keep.accept(last);
        }
    }

    /** A person may have extended the watch while it went on. */
    private static Instant extendedMeanwhile(StepContext context) {
        return context.served().record().head().state().openGrant().stream()
                .flatMap(grant -> grant.step(context.step().number()).stream())
                .map(Step::extendedUntil)
                .findFirst()
                .orElse(Instant.EPOCH);
    }

    private static Instant later(Instant one, Instant other) {
        return one.isAfter(other) ? one : other;
    }

    /** With the plan's files laid out where a metric is a command: nobody asks for a folder in the middle of a watch. */
    static Site site(StepContext context, UnaryOperator<String> fill) {
        boolean commands = context.plan().watch().metrics().values().stream()
                .anyMatch(metric -> !metric.command().isEmpty());
        Path folder = commands ? context.workingDirectory() : Path.of("");
        return new Site(context.plan(), fill, context.served().secrets(), () -> folder);
    }

    /** What was missed before, and what was missed between the state that this watch goes on from and now. */
    private Duration unwatched(Instant began, Instant now, Duration every) {
        Duration before = from.map(Bound::unwatched).orElse(Duration.ZERO);
        Duration gap = Duration.between(from.flatMap(Bound::lastMeasured).orElse(began), now);
        boolean lost = gap.compareTo(every.multipliedBy(3).plus(TOLERANCE)) > 0;
        return lost ? before.plus(gap) : before;
    }

    /** Ends the watch where nobody wants it any more: a person who rolls back does not wait for the next round. */
    static void stopped(Watcher.Watch watch, Pulse pulse) {
        try {
            if (!goesOn(pulse, "")) {
                watch.end();
            }
        } catch (WorkInterrupted interrupted) {
            watch.breakOff(interrupted);
        }
    }

    private static boolean goesOn(Pulse pulse, String progress) {
        try {
            pulse.beat(progress);
            return true;
        } catch (WorkInterrupted interrupted) {
            if (interrupted.getCause() instanceof ActivityCanceledException) {
                // the workflow says that the window is over; a worker that stops leaves the judgement to another
                return false;
            }
            throw interrupted;
        }
    }

    private Done judged(StepContext context, WatchOutcome outcome, Instant planned, SignedText state) {
        Verdict verdict = outcome.verdict();
        Duration pending = outcome.pending().stream()
                .map(each -> Duration.between(context.served().record().now(), each.until()))
                .filter(each -> !each.isNegative())
                .max(Duration::compareTo)
                .orElse(Duration.ZERO);
        String sentence = outcome.sentence();
        if (verdict == Verdict.PASS && context.served().record().now().isBefore(planned.minus(TOLERANCE))) {
            verdict = Verdict.INCONCLUSIVE;
            pending = Duration.between(context.served().record().now(), planned);
            sentence = "stopped before the rollback window was over; so far: " + sentence;
        }
        List<SignedText> kept = state.text().isEmpty() ? List.of() : List.of(state);
        result = new WatchResult(
                verdict.name(),
                sentence,
                outcome.warnings().stream().map(each -> "warning: " + each).toList(),
                pending,
                kept);
        return switch (verdict) {
            case PASS -> new Done(sentence, Map.of("verdict", verdict.name()), List.of());
            case FAIL -> throw new StepFailed(sentence, List.of(), false);
            case INCONCLUSIVE, ERROR -> throw new Undecided(result);
        };
    }

    /** The watch ended without a verdict: the step stays open for another one. */
    public static final class Undecided extends RuntimeException {
        private final transient WatchResult result;

        Undecided(WatchResult result) {
            super(result.text());
            this.result = result;
        }

        public WatchResult result() {
            return result;
        }
    }

    public WatchResult result() {
        return result;
    }
}
