package dev.slipway.plan;

import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Where the figure of a metric comes from, in the words of a person. */
final class MetricText {

    private MetricText() {}

    /** For instance {@code 200 with /status = ok}, or a query and whom it is asked of. */
    static String of(Metric metric) {
        if (!metric.http().isEmpty()) {
            return metric.http() + " answers " + AnswerText.of(metric.status(), metric.json()) + " within "
                    + Durations.text(metric.within());
        }
        if (!metric.railway().isEmpty()) {
            return "the " + metric.measurement() + " of " + metric.railway() + " at Railway, as a part of its limit";
        }
        if (!metric.prometheus().isEmpty()) {
            return metric.query() + ", asked of " + metric.prometheus();
        }
        if (!metric.scrape().isEmpty()) {
            return scraped(metric) + " at " + metric.scrape()
                    + (metric.value().isEmpty() ? ", from " + metric.atLeast() + " requests on" : "");
        }
        return Stream.of(
                        metric.sql().stream()
                                .map(sql -> sql.query().strip() + ", asked of "
                                        + (sql.database().isEmpty() ? sql.url() : sql.database())),
                        metric.command().stream().map(command -> "the last line of " + CommandText.of(command.run())),
                        metric.document().stream().map(MetricText::document),
                        metric.sentry().stream().map(MetricText::sentry))
                .flatMap(words -> words)
                .collect(Collectors.joining());
    }

    private static String document(Metric.JsonMetric json) {
        return json.at() + " of " + json.url()
                + (json.timeAt().isEmpty()
                        ? ""
                        : ", not older than " + Durations.text(json.fresh()) + " by " + json.timeAt());
    }

    private static String sentry(Metric.SentryMetric sentry) {
        return sentry.count().replace('-', ' ') + " of release " + sentry.release() + " in the last "
                + Durations.text(sentry.period()) + " in Sentry, " + sentry.organization()
                + (sentry.project().isEmpty() ? "" : "/" + sentry.project());
    }

    private static String scraped(Metric metric) {
        if (metric.value().isEmpty()) {
            return metric.errors() + " of " + metric.of();
        }
        return metric.of().isEmpty() ? metric.value() : metric.value() + " of " + metric.of();
    }
}
