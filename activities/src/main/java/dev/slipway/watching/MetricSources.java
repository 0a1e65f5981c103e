package dev.slipway.watching;

import dev.slipway.plan.ReleasePlan;
import dev.slipway.plan.ReleasePlan.Metric;
import dev.slipway.watch.Judge;
import dev.slipway.watch.Rule;
import dev.slipway.watch.Selector;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import okhttp3.OkHttpClient;

/** Which source measures which kind of metric: the wiring. */
public final class MetricSources {

    private final OkHttpClient client;
    private final InstantSource clock;

    public MetricSources(OkHttpClient client, InstantSource clock) {
        this.client = client;
        this.clock = clock;
    }

    /**
     * A watcher for the plan's rules.
     *
     * @param fill fills in version and commit
     * @throws IllegalArgumentException where sources, rules and interval do not fit together
     */
    public Watcher watcher(ReleasePlan plan, UnaryOperator<String> fill, UnaryOperator<String> redact) {
        return watcher(plan, fill, redact, duration -> Thread.sleep(duration.toMillis()));
    }

    Watcher watcher(ReleasePlan plan, UnaryOperator<String> fill, UnaryOperator<String> redact, Sleeper sleeper) {
        List<MetricSource> sources = new ArrayList<>();
        plan.watch()
                .metrics()
                .forEach((name, metric) ->
                        sources.add(source(name, metric, plan.watch().every(), fill, redact)));
        return new Watcher(sources, judge(plan), plan.watch().every(), clock, sleeper);
    }

    /** The judge of the rules that roll back. */
    public static Judge judge(ReleasePlan plan) {
        List<Rule> rules = plan.watch().rollbackWhen().stream().map(Rule::parse).toList();
        return new Judge(rules, plan.watch().every());
    }

    private MetricSource source(
            String name, Metric metric, Duration every, UnaryOperator<String> fill, UnaryOperator<String> redact) {
        if (!metric.scrape().isEmpty()) {
            ScrapeSource.Figure figure = metric.value().isEmpty()
                    ? new ScrapeSource.ErrorRate(
                            Selector.parse(metric.errors()), Selector.parse(metric.of()), metric.atLeast())
                    : new ScrapeSource.Single(Selector.parse(metric.value()));
            return new ScrapeSource(name, fill.apply(metric.scrape()), Map.of(), figure, every, client, redact);
        }
        if (!metric.prometheus().isEmpty()) {
            return new PrometheusSource(
                    name, fill.apply(metric.prometheus()), Map.of(), fill.apply(metric.query()), client, redact);
        }
        Duration patience = every.multipliedBy(3).dividedBy(4);
        Duration within = metric.within().compareTo(patience) < 0 ? metric.within() : patience;
        return new HttpProbe(
                name,
                new HttpCheckRequest(fill.apply(metric.http()), metric.status(), metric.json(), within, Map.of()),
                new HttpCheck(client, redact));
    }
}
