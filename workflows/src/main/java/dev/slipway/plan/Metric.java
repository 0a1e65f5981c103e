package dev.slipway.plan;

import static dev.slipway.plan.Absent.duration;
import static dev.slipway.plan.Absent.list;
import static dev.slipway.plan.Absent.map;
import static dev.slipway.plan.Absent.text;

import java.time.Duration;
import java.util.List;
import java.util.Map;

/**
 * Where a number comes from. Exactly one of {@code scrape}, {@code prometheus}, {@code http}, {@code railway} and the
 * lists of none or one is set.
 *
 * @param scrape address of a metrics page in Prometheus' text format
 * @param errors selector of the counter of errors (with {@code of})
 * @param of selector of the counter of everything; with {@code value}, of what the gauge is a share of
 * @param value selector of a gauge, instead of the two counters
 * @param prometheus address of a Prometheus server
 * @param query PromQL, with {@code prometheus}
 * @param http address to probe
 * @param status expected status of the probe
 * @param json expected JSON of the probe
 * @param within the longest time for an answer
 * @param atLeast fewer requests than this in the window of a rate are no measurement
 * @param token {@code $NAME} of the secret that goes with {@code scrape} or {@code prometheus}, empty for none
 * @param document a number in a JSON document ({@code json} in the file)
 * @param railway name of a target at Railway
 * @param measurement {@code memory} or {@code cpu}, with {@code railway}
 */
public record Metric(
        String scrape,
        String errors,
        String of,
        String value,
        String prometheus,
        String query,
        String http,
        int status,
        Map<String, String> json,
        Duration within,
        int atLeast,
        String token,
        List<SqlMetric> sql,
        List<CommandMetric> command,
        List<JsonMetric> document,
        List<SentryMetric> sentry,
        String railway,
        String measurement) {
    public Metric {
        railway = text(railway);
        measurement = text(measurement);
        scrape = text(scrape);
        errors = text(errors);
        of = text(of);
        value = text(value);
        prometheus = text(prometheus);
        query = text(query);
        http = text(http);
        json = map(json);
        within = duration(within);
        token = text(token);
        sql = list(sql);
        command = list(command);
        document = list(document);
        sentry = list(sentry);
    }

    /** A metric by scrape, Prometheus or probe. */
    public Metric(
            String scrape,
            String errors,
            String of,
            String value,
            String prometheus,
            String query,
            String http,
            int status,
            Map<String, String> json,
            Duration within,
            int atLeast) {
        this(
                scrape,
                errors,
                of,
                value,
                prometheus,
                query,
                http,
                status,
                json,
                within,
                atLeast,
                "",
                List.of(),
                List.of(),
                List.of(),
                List.of(),
                "",
                "");
    }

    /**
     * A query with one number. Exactly one of {@code database} and {@code url} is set.
     *
     * @param database name of a database of this plan
     * @param url {@code $NAME} of the secret with a connection string
     */
    public record SqlMetric(String database, String url, String query) {
        public SqlMetric {
            database = text(database);
            url = text(url);
            query = text(query);
        }
    }

    /**
     * A command that prints a number on its last line.
     *
     * @param run argv
     * @param files files or folders that it needs, beside its own {@code ./} paths
     * @param config names to texts or {@code $NAME}, given to it as environment variables
     */
    public record CommandMetric(List<String> run, List<String> files, Map<String, String> config) {
        public CommandMetric {
            run = list(run);
            files = list(files);
            config = map(config);
        }
    }

    /**
     * A number in a JSON document.
     *
     * @param at JSON pointer of the number
     * @param timeAt JSON pointer of its time, empty for none
     * @param fresh what is older is no data
     * @param token {@code $NAME}, empty for none
     */
    public record JsonMetric(String url, String at, String timeAt, Duration fresh, String token) {
        public JsonMetric {
            url = text(url);
            at = text(at);
            timeAt = text(timeAt);
            fresh = duration(fresh);
            token = text(token);
        }
    }

    /**
     * A count in Sentry.
     *
     * @param project slug or number, empty for all
     * @param environment as Sentry knows it, empty for all
     * @param count {@code events} or {@code new-issues}
     * @param release as Sentry knows it, with places to fill in
     * @param query what else has to match, empty for nothing
     * @param period how far back is counted
     * @param token {@code $NAME}
     * @param api address of Sentry
     */
    public record SentryMetric(
            String organization,
            String project,
            String environment,
            String count,
            String release,
            String query,
            Duration period,
            String token,
            String api) {
        public SentryMetric {
            organization = text(organization);
            project = text(project);
            environment = text(environment);
            count = text(count);
            release = text(release);
            query = text(query);
            period = duration(period);
            token = text(token);
            api = text(api);
        }
    }
}
