package dev.slipway.watching;

import com.fasterxml.jackson.databind.JsonNode;
import dev.slipway.process.Pulse;
import dev.slipway.secrets.SecretUnavailable;
import dev.slipway.vendor.VendorApi;
import dev.slipway.vendor.VendorFailure;
import dev.slipway.watch.Measurement;
import dev.slipway.watch.Measurement.NoData;
import dev.slipway.watch.Measurement.Outcome;
import dev.slipway.watch.Measurement.SourceDown;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import okhttp3.HttpUrl;
import okhttp3.OkHttpClient;

/** A source that counts in Sentry: the events of a release, or the issues that were first seen in it. */
public final class SentrySource implements MetricSource {
    /** What one page of issues holds; a hundred new ones or more are all the same to a rule. */
    private static final String PAGE = "100";

    private final String metric;
    private final Question question;
    private final Access access;
    private final OkHttpClient client;
    private final UnaryOperator<String> redact;

    /**
     * What is counted.
     *
     * @param project slug or number, empty for all
     * @param environment as Sentry knows it, empty for all
     * @param newIssues issues that were first seen in the release, instead of events
     * @param query what else has to match, in Sentry's words
     */
    public record Question(
            String organization,
            String project,
            String environment,
            boolean newIssues,
            String release,
            String query,
            Duration period) {}

    /**
     * With what Sentry is asked.
     *
     * @param token looked up for each question
     * @param credential how the token is called in messages
     */
    public record Access(HttpUrl api, Supplier<String> token, String credential) {}

    /** @param redact takes the known secrets out of a text */
    public SentrySource(
            String metric, Question question, Access access, OkHttpClient client, UnaryOperator<String> redact) {
        this.metric = metric;
        this.question = question;
        this.access = access;
        this.client = client;
        this.redact = redact;
    }

    @Override
    public String metric() {
        return metric;
    }

    @Override
    public String place() {
        return access.api().host();
    }

    @Override
    public Reading read(SourceState before, Instant now, Duration timeout) {
        return new Reading(new Measurement(metric, now, ask(timeout)), before);
    }

    @Override
    public Optional<String> check(Instant now, Duration timeout) {
        return Doubts.of(read(SourceState.start(), now, timeout).measurement());
    }

    private Outcome ask(Duration timeout) {
        try {
            VendorApi api = new VendorApi(
                    client,
                    new VendorApi.Vendor(
                            "Sentry",
                            access.api(),
                            Map.of("Authorization", "Bearer " + access.token().get()),
                            access.credential()),
                    // whoever asks comes again with the next round
                    new VendorApi.Limits(timeout, Duration.ZERO),
                    redact,
                    Clock.systemUTC());
            List<String> path = List.of(
                    "api",
                    "0",
                    "organizations",
                    question.organization(),
                    question.newIssues() ? "issues" : "events",
                    "");
            JsonNode body = api.get(path, query(), Pulse.unheard()).body();
            return question.newIssues() ? issues(body) : events(body);
        } catch (VendorFailure | SecretUnavailable e) {
            return new SourceDown(redact.apply(e.getMessage()));
        }
    }

    private Map<String, String> query() {
        Map<String, String> query = new LinkedHashMap<>();
        String release = "\"" + question.release().replace("\\", "\\\\").replace("\"", "\\\"") + "\"";
        String searched = (question.newIssues() ? "firstRelease:" : "release:") + release;
        query.put(
                "query",
                question.query().isBlank()
                        ? searched
                        : searched + " " + question.query().strip());
        query.put("statsPeriod", Math.max(1, question.period().toMinutes()) + "m");
        if (question.newIssues()) {
            query.put("limit", PAGE);
        } else {
            query.put("dataset", "errors");
            query.put("field", "count()");
        }
        if (!question.project().isEmpty()) {
            query.put("project", question.project());
        }
        if (!question.environment().isEmpty()) {
            query.put("environment", question.environment());
        }
        return query;
    }

    private static Outcome issues(JsonNode body) {
        return body.isArray()
                ? new Measurement.Value(body.size())
                : new SourceDown("Sentry answered with something else than a list of issues");
    }

    private static Outcome events(JsonNode body) {
        JsonNode data = body.path("data");
        if (!data.isArray()) {
            return new SourceDown("Sentry answered with something else than a table of events");
        }
        if (data.size() != 1) {
            return new NoData("Sentry answered with " + data.size() + " rows, want one");
        }
        JsonNode count = data.get(0).path("count()");
        return count.isNumber() ? Measurement.number(count.asDouble()) : new NoData("Sentry gave no count");
    }
}
