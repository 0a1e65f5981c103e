package dev.slipway.plan;

import static dev.slipway.plan.Key.byDefault;
import static dev.slipway.plan.Key.computed;
import static dev.slipway.plan.Key.optional;
import static dev.slipway.plan.Key.required;
import static dev.slipway.plan.Shape.arguments;
import static dev.slipway.plan.Shape.duration;
import static dev.slipway.plan.Shape.mapping;
import static dev.slipway.plan.Shape.number;
import static dev.slipway.plan.Shape.of;
import static dev.slipway.plan.Shape.set;
import static dev.slipway.plan.Shape.word;

import java.util.List;
import java.util.Map;

/** The rollback window, its metrics and its rules. */
final class WatchFormat {

    private static final String FIRST_METRICS = "use `json`, or a `command` that asks for it";

    private static final Shape.Mapping SQL_METRIC = new Shape.Mapping(
            List.of(
                    optional("database", of(Kind.NAME), "The database of this environment that is asked."),
                    optional("url", of(Kind.SECRET), "The secret with another connection string, instead."),
                    required(
                            "query",
                            of(Kind.QUERY),
                            "A query with one row and one column; no row or NULL is no data.")),
            Map.of(),
            List.of("database", "url"));

    private static final Shape.Mapping COMMAND_METRIC = mapping(
            required("run", arguments(), "Prints the number on its last line: an argv list, never shell text."),
            optional("files", set(of(Kind.PATH)), "More files or folders that the command needs."),
            optional(
                    "config",
                    new Shape.Entries(Kind.VARIABLE, of(Kind.CONFIG)),
                    "Environment variables for the command: texts or `$NAME` of a secret."));

    private static final Shape.Mapping JSON_METRIC = mapping(
            required("url", of(Kind.ADDRESS), "An address that answers with JSON."),
            required("at", of(Kind.POINTER), "The JSON pointer of the number."),
            optional(
                    "time-at",
                    of(Kind.POINTER),
                    "The JSON pointer of the time that the number is from: ISO 8601, or seconds or milliseconds since 1970."),
            computed(
                    "fresh",
                    "three times `every`, at least 1m",
                    duration("1s", "24h"),
                    "A number that is older than this, by `time-at`, is no data."),
            optional("token", of(Kind.SECRET), "The secret that is sent as a bearer token."));

    private static final Shape.Mapping SENTRY_METRIC = mapping(
            required("organization", of(Kind.NAME), "The organization's slug."),
            optional("project", of(Kind.NAME), "The project's slug or number; all of them where absent."),
            optional("environment", of(Kind.NAME), "The environment as Sentry knows it; all of them where absent."),
            byDefault(
                    "count",
                    "events",
                    word("events", "new-issues"),
                    "What is counted: `events` of the release, or `new-issues` that were first seen in it."),
            byDefault("release", "${version}", of(Kind.EXPECTED), "The release as Sentry knows it."),
            optional("query", of(Kind.QUERY), "What else events or issues have to match, in Sentry's words."),
            byDefault("period", "5m", duration("1m", "24h"), "How far back is counted."),
            required("token", of(Kind.SECRET), "The secret with a token that may read events."),
            byDefault("api", "https://sentry.io", of(Kind.ADDRESS), "The address of Sentry, for an own server."));

    private static final Shape.Mapping METRIC = new Shape.Mapping(
            List.of(
                    optional("scrape", of(Kind.ADDRESS), "A metrics page in Prometheus' text format."),
                    optional("errors", of(Kind.SELECTOR), "Selector of the counter of errors, with `of`."),
                    optional(
                            "of",
                            of(Kind.SELECTOR),
                            "Selector of the counter of everything; beside `value`, of what the gauge is a share of."),
                    optional("value", of(Kind.SELECTOR), "Selector of a gauge, instead of the two counters."),
                    optional("prometheus", of(Kind.ADDRESS), "A Prometheus server, with `query`."),
                    optional("query", of(Kind.QUERY), "A PromQL query that gives one number."),
                    optional("http", of(Kind.ADDRESS), "An address to probe."),
                    optional("railway", of(Kind.NAME), "A `railway` target of this plan, with `measurement`."),
                    optional(
                            "measurement",
                            word("memory", "cpu"),
                            "What of the service is measured, as a part of its limit: 90% is 90% of what it may use."),
                    optional("expect", CheckFormat.EXPECT, "What the probe's answer has to be."),
                    optional(
                            "token",
                            of(Kind.SECRET),
                            "The secret that is sent as a bearer token, with `scrape` and `prometheus`."),
                    optional("sql", SQL_METRIC, "A query in a database, in a transaction that only reads."),
                    optional("command", COMMAND_METRIC, "A command of the plan, where the worker lets commands run."),
                    optional("json", JSON_METRIC, "A number in a JSON document."),
                    optional("sentry", SENTRY_METRIC, "A count of events or new issues in Sentry."),
                    computed(
                            "within", "`every`, at most 5s", duration("1ms", "10m"), "The longest time for an answer."),
                    byDefault(
                            "at-least",
                            "10",
                            number(1, 1_000_000),
                            "Fewer requests than this in the time of a rule are no measurement.")),
            Shape.Later.all("metrics by `%s`", FIRST_METRICS, "datadog", "cloudwatch"),
            List.of("scrape", "prometheus", "http", "sql", "command", "json", "sentry", "railway"));

    static final Shape.Mapping WATCH = mapping(
            required("for", duration("1s", "7d"), "How long the release is watched: the rollback window."),
            byDefault("every", "10s", duration("100ms", "1h"), "The time between two measurements."),
            required("metrics", new Shape.Entries(Kind.NAME, METRIC), "The numbers that the rules are about."),
            required("rollback-when", set(of(Kind.RULE)), "Rules; any one of them rolls the release back."),
            optional("warn-when", set(of(Kind.RULE)), "Rules that only warn."),
            computed(
                    "baseline",
                    "30s where a rule compares with a baseline",
                    duration("1s", "30m"),
                    "How long the metrics of such rules are measured when the release is opened, before anything changes."));

    private WatchFormat() {}
}
