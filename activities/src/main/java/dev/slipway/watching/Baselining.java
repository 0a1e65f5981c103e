package dev.slipway.watching;

import dev.slipway.plan.ReleasePlan;
import dev.slipway.plan.Template;
import dev.slipway.process.Pulse;
import dev.slipway.process.WorkInterrupted;
import dev.slipway.record.Grant;
import dev.slipway.record.Step;
import dev.slipway.record.Step.StepState;
import dev.slipway.record.StepKind;
import dev.slipway.release.ReleaseActivities.BaselineResult;
import dev.slipway.served.Served;
import dev.slipway.steps.StepContext;
import dev.slipway.steps.StepRefused;
import dev.slipway.watch.Baseline;
import dev.slipway.watch.Judgement;
import dev.slipway.watch.Measurement;
import dev.slipway.watch.Rule;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * Measures what a release will be compared with: the same metrics, with the grant open and nothing changed yet, by the same
 * rounds as a watch. A metric that can't be measured stops no release; a person is told before it goes on, and asked at the
 * end of the watch.
 */
final class Baselining {

    /** As long as a plan asks for seldom measurements, a baseline would be a single one. */
    private static final Duration SELDOM = Duration.ofSeconds(10);

    private static final String PROGRESS = "measures what was before";

    private final MetricSources sources;
    private final Served served;
    private final Grant grant;
    private final ReleasePlan plan;
    private final Set<String> metrics;

    /** @throws StepRefused where the grant is not open, or something of it has begun: then it is too late for a "before" */
    Baselining(MetricSources sources, Served served, String grantId) {
        this.sources = sources;
        this.served = served;
        this.grant = served.record()
                .head()
                .state()
                .openGrant()
                .filter(open -> open.id().equals(grantId))
                .orElseThrow(() -> new StepRefused("no such grant is open in the record of " + served.name()));
        if (grant.steps().stream().anyMatch(step -> step.state() != StepState.PLANNED)) {
            throw new StepRefused("the release has begun already: what was before it can't be measured any more");
        }
        this.plan = served.plan(grant.plan())
                .orElseThrow(() -> new StepRefused("the plan '" + grant.plan() + "' is not kept beside the record"));
        this.metrics = MetricSources.comparedWithBaseline(plan);
    }

    /** Whether there is nothing to wait for: nothing to compare with, or nothing that was live before. */
    boolean isKnown() {
        return metrics.isEmpty() || grant.previousVersion().isEmpty();
    }

    BaselineResult known() {
        Map<String, Baseline> none = new TreeMap<>();
        metrics.forEach(metric -> none.put(metric, Baseline.none("nothing was live before this release")));
        return metrics.isEmpty() ? new BaselineResult(List.of(), List.of(), List.of()) : result(none);
    }

    /**
     * Begins to measure, and returns.
     *
     * @param over gets what is left to do when the time is over; it must not wait
     */
    Watcher.Watch begin(Pulse pulse, Consumer<Supplier<BaselineResult>> over) {
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
        List<Measurement> measured = new ArrayList<>();
        return sources.measurer(site, every, metrics, time)
                .begin(
                        WatchState.start(),
                        served.record().now().plus(time),
                        new AfterRound() {
                            @Override
                            public void measured(Measurement measurement) {
                                measured.add(measurement);
                            }

                            @Override
                            public boolean goOn(WatchState state, Judgement soFar) {
                                pulse.beat(PROGRESS);
                                return true;
                            }
                        },
                        ending -> {
                            List<Measurement> all = List.copyOf(measured);
                            over.accept(() -> {
                                ending.outcome();
                                return result(baselines(all));
                            });
                        });
    }

    /** Nobody wants it any more, or this worker stops: another attempt measures anew. */
    static void stopped(Watcher.Watch watch, Pulse pulse) {
        try {
            pulse.beat(PROGRESS);
        } catch (WorkInterrupted interrupted) {
            watch.breakOff(interrupted);
        }
    }

    private Map<String, Baseline> baselines(List<Measurement> all) {
        Map<String, Baseline> baselines = new HashMap<>();
        metrics.forEach(metric -> baselines.put(
                metric,
                Baseline.of(all.stream()
                        .filter(measurement -> measurement.metric().equals(metric))
                        .toList())));
        return baselines;
    }

    private BaselineResult result(Map<String, Baseline> baselines) {
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
                        + String.join(", ", rulesThatNeed(metric)));
            }
        });
        return new BaselineResult(List.of(BoundBaseline.signed(served.record(), grant.id(), shown)), lines, warnings);
    }

    private List<String> rulesThatNeed(String metric) {
        return plan.watch().rollbackWhen().stream()
                .map(Rule::parse)
                .filter(rule -> rule.comparesWithBaseline() && rule.metric().equals(metric))
                .map(Rule::toString)
                .toList();
    }
}
