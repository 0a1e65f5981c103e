package dev.slipway.plan;

import java.time.Duration;
import java.util.List;

/** Judges a watch: whether its rules are about metrics that are there, and can ever hold. */
final class WatchMeaning {

    private final Problems problems;
    private final RuleSyntax rules;

    WatchMeaning(Problems problems, RuleSyntax rules) {
        this.problems = problems;
        this.rules = rules;
    }

    void watch(Located watch, Located environment, NamedFiles files) {
        if (!watch.there()) {
            return;
        }
        Located every = watch.at("every");
        Located window = watch.at("for");
        boolean timed = every.sound() && window.sound() && window.there();
        if (timed && every.duration().compareTo(window.duration()) > 0) {
            problems.add(
                    every.there() ? every.place() : window.place(),
                    "the time between two measurements (" + every.text() + ") is longer than the watch ("
                            + window.text() + ")",
                    "measure more often, or watch longer");
        }
        Located metrics = watch.at("metrics");
        if (watch.has("metrics") && metrics.sound() && metrics.entries().isEmpty()) {
            problems.add(metrics.place(), "there is no metric", "name one, or take `watch` out");
        }
        metrics.entries().values().forEach(metric -> metric(metric, environment.at("databases"), files));
        metrics.entries().values().forEach(metric -> railway(metric.at("railway"), environment.at("deploy")));
        boolean compares = false;
        for (String list : List.of("rollback-when", "warn-when")) {
            for (Located rule : watch.at(list).items()) {
                if (rule.sound()) {
                    rule(rule, metrics, timed ? window.duration() : Duration.ZERO, every.duration());
                }
                compares |= !rule.sound() || rules.comparesWithBaseline(rule.text());
            }
        }
        if (watch.has("baseline") && !compares) {
            problems.add(
                    watch.at("baseline").place(),
                    "no rule compares with a baseline",
                    "write a rule such as `errors > 3x baseline for 2m`, or take it out");
        }
    }

    private void rule(Located rule, Located metrics, Duration window, Duration every) {
        String metric = rules.metric(rule.text());
        if (!metrics.has(metric)) {
            if (metrics.there()) {
                String near = Nearest.asked(metric, metrics.entries().keySet());
                problems.add(
                        rule.place(),
                        "metric " + Quoted.of(metric) + " is not in `metrics`",
                        near.isEmpty() ? "add it there" : near);
            }
            return;
        }
        Located source = metrics.at(metric);
        if (rules.failing(rule.text()) && source.sound() && !source.has("scrape") && !source.has("http")) {
            problems.add(
                    rule.place(),
                    "rule " + Quoted.of(rule.text()) + " can never hold: only the released service itself can be"
                            + " failing, and " + Quoted.of(metric) + " is asked of somebody else",
                    "give it a metric by `http` or `scrape`");
        }
        Duration held = rules.held(rule.text());
        if (held.isZero()) {
            return;
        }
        if (!window.isZero() && held.compareTo(window) > 0) {
            problems.add(
                    rule.place(),
                    "rule " + Quoted.of(rule.text()) + " can never hold: the watch lasts " + Durations.text(window)
                            + " only",
                    "watch longer, or shorten the rule");
        } else if (!window.isZero() && held.compareTo(every) < 0) {
            problems.add(
                    rule.place(),
                    "rule " + Quoted.of(rule.text()) + " is shorter than the time between two measurements ("
                            + Durations.text(every) + ")",
                    "measure more often, or lengthen the rule");
        }
    }

    private void metric(Located metric, Located databases, NamedFiles files) {
        if (!metric.sound()) {
            return;
        }
        if (metric.has("scrape")) {
            boolean rate = metric.has("errors") && metric.has("of") && !metric.has("value");
            boolean gauge = metric.has("value") && !metric.has("errors");
            if (!rate && !gauge) {
                problems.add(
                        metric.place(),
                        "what to read from the page is not clear",
                        "give either both counters, `errors` and `of`, or the `value` of a gauge");
            }
            foreign(metric, "scrape", "query", "expect", "measurement");
        } else if (metric.has("prometheus")) {
            if (!metric.has("query")) {
                problems.add(metric.place(), "`query` is missing", "give the PromQL query that gives one number");
            }
            foreign(metric, "prometheus", "errors", "of", "value", "expect", "measurement");
        } else if (metric.has("http")) {
            foreign(metric, "http", "errors", "of", "value", "query", "token", "measurement");
        } else {
            for (String kind : List.of("sql", "command", "json", "sentry")) {
                if (metric.has(kind)) {
                    foreign(metric, kind, "errors", "of", "value", "query", "expect", "token", "measurement");
                }
            }
        }
        if (metric.has("railway")) {
            if (!metric.has("measurement")) {
                problems.add(metric.place(), "`measurement` is missing", "give memory or cpu");
            }
            foreign(metric, "railway", "errors", "of", "value", "query", "expect", "token");
        }
        Located database = metric.at("sql").at("database");
        if (database.there() && database.sound() && !databases.has(database.text())) {
            String near = Nearest.asked(database.text(), databases.entries().keySet());
            problems.add(
                    database.place(),
                    "database " + Quoted.of(database.text()) + " is not in `databases`",
                    near.isEmpty() ? "name one of this environment, or give its `url`" : near);
        }
        files.arguments(metric.at("command").at("run"));
        files.files(metric.at("command").at("files"));
        Located json = metric.at("json");
        if (json.has("fresh") && !json.has("time-at")) {
            problems.add(
                    json.at("fresh").place(),
                    "how old the number is cannot be told",
                    "give `time-at` as well, or take `fresh` out");
        }
    }

    private void railway(Located name, Located targets) {
        List<String> known = targets.items().stream()
                .filter(target -> target.has("railway"))
                .map(target -> target.text("name"))
                .toList();
        if (name.there() && name.sound() && !known.contains(name.text())) {
            String near = Nearest.asked(name.text(), known);
            problems.add(
                    name.place(),
                    Quoted.of(name.text()) + " is no target at Railway in this environment",
                    near.isEmpty() ? "name one of `deploy`, with `railway`" : near);
        }
    }

    private void foreign(Located metric, String source, String... keys) {
        for (String key : keys) {
            if (metric.has(key)) {
                problems.add(
                        metric.at(key).place(),
                        "`" + key + "` does not belong to a metric by `" + source + "`",
                        "take it out");
            }
        }
    }
}
