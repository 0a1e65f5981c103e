package dev.slipway.watching;

import dev.slipway.plan.Metric;
import dev.slipway.plan.Metric.CommandMetric;
import dev.slipway.plan.Metric.JsonMetric;
import dev.slipway.plan.Metric.SentryMetric;
import dev.slipway.plan.Metric.SqlMetric;
import dev.slipway.plan.ReleasePlan;
import dev.slipway.plan.Target.RailwayTarget;
import dev.slipway.plan.Watch;
import dev.slipway.process.CommandRunner;
import dev.slipway.secrets.Secrets;
import dev.slipway.vendor.Railway;
import dev.slipway.watch.Baseline;
import dev.slipway.watch.Judge;
import dev.slipway.watch.Rule;
import dev.slipway.watch.Selector;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import okhttp3.HttpUrl;
import okhttp3.OkHttpClient;

/** Which source measures which kind of metric: the wiring. */
public final class MetricSources {

    private final OkHttpClient client;
    private final CommandRunner runner;
    private final InstantSource clock;
    private final Watcher.Crew crew = Watcher.Crew.ofWorker();

    public MetricSources(OkHttpClient client, CommandRunner runner, InstantSource clock) {
        this.client = client;
        this.runner = runner;
        this.clock = clock;
    }

    /**
     * What is wrong with the sources of a plan, as far as it can be said without asking them.
     *
     * @throws IllegalArgumentException where sources, rules and interval do not fit together
     */
    public void fit(ReleasePlan plan, Secrets secrets) {
        Site site = new Site(plan, text -> text, secrets, () -> {
            throw new IllegalStateException("nothing runs before a release is opened");
        });
        watcher(site, Map.of());
    }

    /** @param baselines what metrics were like before the release, by name */
    Watcher watcher(Site site, Map<String, Baseline> baselines) {
        Watch watch = site.plan().watch();
        return new Watcher(
                sources(site, watch.every(), Set.of()),
                judge(watch.rollbackWhen(), watch.every(), baselines),
                watch.warnWhen().isEmpty()
                        ? Optional.empty()
                        : Optional.of(judge(watch.warnWhen(), watch.every(), baselines)),
                crew,
                watch.every(),
                clock,
                Optional.empty());
    }

    /**
     * Measures for so long, and decides nothing: its rules ask for more time than there is.
     *
     * @param often the interval, unless a source may take longer to answer by the plan
     */
    Watcher measurer(Site site, Duration often, Set<String> only, Duration time) {
        Duration every = sources(site, often, only).stream()
                .map(source -> source.patience().multipliedBy(4).dividedBy(3).plusMillis(1))
                .filter(longer -> longer.compareTo(often) > 0)
                .max(Duration::compareTo)
                .orElse(often);
        long longer = time.plus(every).toSeconds() + 1;
        return new Watcher(
                sources(site, every, only),
                judge(
                        only.stream()
                                .sorted()
                                .map(metric -> metric + " failing for " + longer + "s")
                                .toList(),
                        every,
                        Map.of()),
                Optional.empty(),
                crew,
                every,
                clock,
                Optional.empty());
    }

    private static Judge judge(List<String> rules, Duration every, Map<String, Baseline> baselines) {
        return new Judge(rules.stream().map(Rule::parse).toList(), every, baselines);
    }

    /**
     * @param every how often they will be asked
     * @param only names of metrics; empty for all
     */
    List<MetricSource> sources(Site site, Duration every, Set<String> only) {
        return site.plan().watch().metrics().entrySet().stream()
                .filter(metric -> only.isEmpty() || only.contains(metric.getKey()))
                .map(metric -> source(metric.getKey(), metric.getValue(), every, site))
                .toList();
    }

    /** The metrics that a rule compares with what they were before. */
    static Set<String> comparedWithBaseline(ReleasePlan plan) {
        return Stream.concat(plan.watch().rollbackWhen().stream(), plan.watch().warnWhen().stream())
                .map(Rule::parse)
                .filter(Rule::comparesWithBaseline)
                .map(Rule::metric)
                .collect(Collectors.toSet());
    }

    private MetricSource source(String name, Metric metric, Duration every, Site site) {
        if (!metric.scrape().isEmpty()) {
            return scrape(name, metric, every, site);
        }
        if (!metric.prometheus().isEmpty()) {
            String address = site.fill().apply(metric.prometheus());
            return new PrometheusSource(
                    name,
                    address,
                    site.bearer(name, metric.token(), address),
                    site.fill().apply(metric.query()),
                    client,
                    site.redact());
        }
        if (!metric.sql().isEmpty()) {
            return sql(name, metric.sql().get(0), site);
        }
        if (!metric.command().isEmpty()) {
            return command(name, metric.command().get(0), site);
        }
        if (!metric.document().isEmpty()) {
            return json(name, metric.document().get(0), site);
        }
        if (!metric.sentry().isEmpty()) {
            return sentry(name, metric.sentry().get(0), site);
        }
        if (!metric.railway().isEmpty()) {
            return railway(name, metric, site);
        }
        return probe(name, metric, every, site);
    }

    private MetricSource railway(String name, Metric metric, Site site) {
        RailwayTarget target = site.plan().deploy().stream()
                .filter(each -> each.name().equals(metric.railway()))
                .flatMap(each -> each.railway().stream())
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException(
                        "\"" + name + "\": the plan has no target '" + metric.railway() + "' at Railway"));
        site.keepsSecrets(name, target.api());
        return new RailwaySource(
                name,
                new RailwaySource.Question(
                        target.project(), target.service(), target.environment(), metric.measurement()),
                () -> new Railway.Access(
                        HttpUrl.get(target.api()),
                        site.secrets().resolve(target.token()),
                        target.projectToken(),
                        "the secret '" + target.token().substring(1) + "'"),
                client,
                site.redact());
    }

    private MetricSource scrape(String name, Metric metric, Duration every, Site site) {
        ScrapeSource.Figure figure;
        if (metric.value().isEmpty()) {
            figure = new ScrapeSource.ErrorRate(
                    Selector.parse(metric.errors()), Selector.parse(metric.of()), metric.atLeast());
        } else if (metric.of().isEmpty()) {
            figure = new ScrapeSource.Single(Selector.parse(metric.value()));
        } else {
            figure = new ScrapeSource.Share(Selector.parse(metric.value()), Selector.parse(metric.of()));
        }
        String address = site.fill().apply(metric.scrape());
        return new ScrapeSource(
                name, address, site.bearer(name, metric.token(), address), figure, every, client, site.redact());
    }

    private MetricSource probe(String name, Metric metric, Duration every, Site site) {
        Duration patience = every.multipliedBy(3).dividedBy(4);
        Duration within = metric.within().compareTo(patience) < 0 ? metric.within() : patience;
        return new HttpProbe(
                name,
                new HttpCheckRequest(
                        site.fill().apply(metric.http()), metric.status(), metric.json(), within, Map.of()),
                new HttpCheck(client, site.redact()));
    }

    private static MetricSource sql(String name, SqlMetric sql, Site site) {
        String secret = sql.database().isEmpty()
                ? sql.url()
                : site.plan().databases().get(sql.database()).url();
        return new SqlSource(
                name, () -> site.secrets().resolve(secret), site.fill().apply(sql.query()), site.redact());
    }

    private MetricSource command(String name, CommandMetric command, Site site) {
        return new CommandSource(
                name,
                command.run().stream().map(site.fill()).toList(),
                site.directory(),
                () -> site.environment(command.config()),
                runner,
                site.redact());
    }

    private MetricSource json(String name, JsonMetric json, Site site) {
        String address = site.fill().apply(json.url());
        return new JsonSource(
                name,
                address,
                site.bearer(name, json.token(), address),
                new JsonSource.Figure(json.at(), json.timeAt(), json.fresh()),
                client,
                site.redact());
    }

    private MetricSource sentry(String name, SentryMetric sentry, Site site) {
        site.keepsSecrets(name, sentry.api());
        return new SentrySource(
                name,
                new SentrySource.Question(
                        sentry.organization(),
                        sentry.project(),
                        sentry.environment(),
                        sentry.count().equals("new-issues"),
                        site.fill().apply(sentry.release()),
                        sentry.query(),
                        sentry.period()),
                new SentrySource.Access(
                        HttpUrl.get(sentry.api()),
                        () -> site.secrets().resolve(sentry.token()),
                        "the secret '" + sentry.token().substring(1) + "'"),
                client,
                site.redact());
    }
}
