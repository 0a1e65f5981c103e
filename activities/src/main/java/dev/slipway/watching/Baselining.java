package dev.slipway.watching;

import dev.slipway.plan.ReleasePlan;
import dev.slipway.plan.Template;
import dev.slipway.process.Pulse;
import dev.slipway.record.Grant;
import dev.slipway.record.Step;
import dev.slipway.record.Step.StepState;
import dev.slipway.record.StepKind;
import dev.slipway.release.ReleaseActivities.BaselineResult;
import dev.slipway.served.Served;
import dev.slipway.steps.StepContext;
import dev.slipway.steps.StepRefused;
import dev.slipway.watch.Baseline;
import dev.slipway.watch.Measurement;
import dev.slipway.watch.Rule;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * Measures what a release will be compared with: the same metrics, with the grant open and nothing changed yet. A metric
 * that can't be measured stops no release; a person is told before it goes on, and asked at the end of the watch.
 */
public final class Baselining {

    /** As long as a plan asks for seldom measurements, a baseline would be a single one. */
    private static final Duration SELDOM = Duration.ofSeconds(10);

    /** How long a cancellation may go unheard. */
    private static final long SLICE_MILLIS = 500;

    private final MetricSources sources;

    public Baselining(MetricSources sources) {
        this.sources = sources;
    }

    /** @throws StepRefused where the grant is not open, or something of it has begun: then it is too late for a "before" */
    public BaselineResult measure(Served served, String grantId, Pulse pulse) {
        Grant grant = served.record()
                .head()
                .state()
                .openGrant()
                .filter(open -> open.id().equals(grantId))
                .orElseThrow(() -> new StepRefused("no such grant is open in the record of " + served.name()));
        if (grant.steps().stream().anyMatch(step -> step.state() != StepState.PLANNED)) {
            throw new StepRefused("the release has begun already: what was before it can't be measured any more");
        }
        ReleasePlan plan = served.plan(grant.plan())
                .orElseThrow(() -> new StepRefused("the plan '" + grant.plan() + "' is not kept beside the record"));
        Set<String> metrics = MetricSources.comparedWithBaseline(plan);
        if (metrics.isEmpty()) {
            return new BaselineResult(List.of(), List.of(), List.of());
        }
        Map<String, Baseline> baselines = new TreeMap<>();
        if (grant.previousVersion().isEmpty()) {
            metrics.forEach(metric -> baselines.put(metric, Baseline.none("nothing was live before this release")));
        } else {
            baselines.putAll(measured(served, grant, plan, metrics, pulse));
        }
        return result(served, grant, plan, baselines);
    }

    private Map<String, Baseline> measured(
            Served served, Grant grant, ReleasePlan plan, Set<String> metrics, Pulse pulse) {
        Duration time = plan.watch().baseline().stream().findFirst().orElse(Duration.ZERO);
        Duration every = Stream.of(plan.watch().every(), SELDOM, time.dividedBy(2))
                .filter(interval -> !interval.isZero())
                .min(Duration::compareTo)
                .orElse(SELDOM);
        Step watch = grant.steps().stream()
                .filter(step -> step.kind() == StepKind.WATCH)
                .findFirst()
                .orElseThrow(() -> new StepRefused("the grant has no watch, so nothing is compared"));
        String commit = served.plan(served.record().head().state().live().plan())
                .map(ReleasePlan::commit)
                .orElse("");
        // what a source fills in is the version that it measures, and that is still the old one
        Site site = WatchDuty.site(
                new StepContext(served, grant, watch, plan),
                text -> Template.fill(text, grant.previousVersion(), "", commit));
        List<Measurement> all = rounds(sources.sources(site, every, metrics), every, time, served, pulse);
        Map<String, Baseline> baselines = new HashMap<>();
        metrics.forEach(metric -> baselines.put(
                metric,
                Baseline.of(all.stream()
                        .filter(measurement -> measurement.metric().equals(metric))
                        .toList())));
        return baselines;
    }

    /** At the beginning, after each interval, and at the end. */
    private static List<Measurement> rounds(
            List<MetricSource> sources, Duration every, Duration time, Served served, Pulse pulse) {
        ExecutorService askers = Executors.newCachedThreadPool(Baselining::asker);
        try {
            List<Measurement> all = new ArrayList<>();
            Map<String, SourceState> states = new HashMap<>();
            long start = System.nanoTime();
            for (Duration at = Duration.ZERO; at.compareTo(time) <= 0; at = at.plus(every)) {
                sleepUntil(start + at.toNanos(), pulse);
                for (MetricSource.Reading reading :
                        round(sources, states, every, served.record().now(), askers)) {
                    all.add(reading.measurement());
                    states.put(reading.measurement().metric(), reading.state());
                }
            }
            return all;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            pulse.beat("interrupted");
            throw new IllegalStateException("the measuring of a baseline was interrupted", e);
        } finally {
            askers.shutdownNow();
        }
    }

    private static Thread asker(Runnable work) {
        Thread thread = new Thread(work, "baseline");
        thread.setDaemon(true);
        return thread;
    }

    private static List<MetricSource.Reading> round(
            List<MetricSource> sources,
            Map<String, SourceState> states,
            Duration every,
            Instant now,
            ExecutorService askers)
            throws InterruptedException {
        Duration timeout = every.multipliedBy(3).dividedBy(4);
        List<Callable<MetricSource.Reading>> questions = new ArrayList<>();
        for (MetricSource source : sources) {
            SourceState before = states.getOrDefault(source.metric(), SourceState.start());
            questions.add(() -> source.read(before, now, timeout));
        }
        List<MetricSource.Reading> readings = new ArrayList<>();
        for (Future<MetricSource.Reading> answer :
                askers.invokeAll(questions, every.toMillis(), TimeUnit.MILLISECONDS)) {
            try {
                readings.add(answer.get());
            } catch (CancellationException | ExecutionException broken) {
                // no answer is none: what there is of others makes the baseline, and without any there is none
            }
        }
        return readings;
    }

    private static void sleepUntil(long end, Pulse pulse) throws InterruptedException {
        pulse.beat("measures what was before");
        for (long left = end - System.nanoTime(); left > 0; left = end - System.nanoTime()) {
            TimeUnit.NANOSECONDS.sleep(Math.min(left, TimeUnit.MILLISECONDS.toNanos(SLICE_MILLIS)));
            pulse.beat("measures what was before");
        }
    }

    private static BaselineResult result(
            Served served, Grant grant, ReleasePlan plan, Map<String, Baseline> baselines) {
        Map<String, Baseline> shown = new TreeMap<>();
        baselines.forEach((metric, baseline) -> shown.put(
                metric,
                new Baseline(
                        baseline.values(),
                        baseline.value(),
                        served.secrets().redact(baseline.why()),
                        baseline.failing())));
        List<String> lines = new ArrayList<>();
        List<String> warnings = new ArrayList<>();
        shown.forEach((metric, baseline) -> {
            if (baseline.known()) {
                lines.add("baseline of " + metric + ": " + baseline.words());
            } else {
                warnings.add("no baseline of " + metric + " (" + baseline.why() + "); a person will be asked about: "
                        + String.join(", ", rulesThatNeed(plan, metric)));
            }
        });
        return new BaselineResult(List.of(BoundBaseline.signed(served.record(), grant.id(), shown)), lines, warnings);
    }

    private static List<String> rulesThatNeed(ReleasePlan plan, String metric) {
        return plan.watch().rollbackWhen().stream()
                .map(Rule::parse)
                .filter(rule -> rule.comparesWithBaseline() && rule.metric().equals(metric))
                .map(Rule::toString)
                .toList();
    }
}
