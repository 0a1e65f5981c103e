package dev.slipway.watching;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.slipway.plan.Times;
import dev.slipway.watch.Measurement;
import dev.slipway.watch.Measurement.NoData;
import dev.slipway.watch.Measurement.Outcome;
import dev.slipway.watch.Measurement.SourceDown;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import okhttp3.FormBody;
import okhttp3.OkHttpClient;

/**
 * A source that asks a Prometheus server, or one that speaks like it, for one number. Whatever is wrong with the server
 * says nothing about the release.
 */
public final class PrometheusSource implements MetricSource {
    /** Clocks of one machine; more, and the answer comes out of a cache. */
    private static final Duration FRESH = Duration.ofMinutes(1);

    private final String metric;
    private final String query;
    private final HttpCall call;
    private final ObjectMapper json = new ObjectMapper();

    /**
     * @param url of the server, with its prefix if it has one, without {@code /api/v1}
     * @param headers looked up for each question
     * @param query PromQL that comes to one number
     * @param redact takes the known secrets out of a text
     */
    public PrometheusSource(
            String metric,
            String url,
            Supplier<Map<String, String>> headers,
            String query,
            OkHttpClient client,
            UnaryOperator<String> redact) {
        this.metric = metric;
        this.query = query;
        this.call = new HttpCall(client, redact, url.replaceAll("/+$", "") + "/api/v1/query", headers);
    }

    @Override
    public String metric() {
        return metric;
    }

    @Override
    public String place() {
        return call.server();
    }

    @Override
    public Reading read(SourceState before, Instant now, Duration timeout) {
        HttpCall.Answer answer = ask(timeout);
        if (answer instanceof HttpCall.NoWay none) {
            return reading(now, new SourceDown(none.why()), before);
        }
        if (answer instanceof HttpCall.Silent silent) {
            return reading(now, new SourceDown(silent.why()), before);
        }
        HttpCall.Answered answered = (HttpCall.Answered) answer;
        Optional<JsonNode> document = document(answered.body());
        if (document.isEmpty()) {
            return reading(
                    now,
                    new SourceDown("%s answered %d with something else than JSON: \"%s\""
                            .formatted(call.place(), answered.status(), call.shown(answered.body()))),
                    before);
        }
        return answered.status() == 200
                ? result(document.get(), answered.date(), before, now)
                : reading(now, refused(answered.status(), document.get()), before);
    }

    private Reading reading(Instant now, Outcome outcome, SourceState state) {
        return new Reading(new Measurement(metric, now, outcome), state);
    }

    /** A query that the server refuses, or that comes to nothing while the last release runs, is worth a look. */
    @Override
    public Optional<String> check(Instant now, Duration timeout) {
        return Doubts.of(read(SourceState.start(), now, timeout).measurement());
    }

    private HttpCall.Answer ask(Duration timeout) {
        // a form, not a query string: queries grow longer than addresses may be, and addresses are logged
        FormBody form = new FormBody.Builder()
                .add("query", query)
                .add("timeout", Math.max(1, timeout.toMillis()) + "ms")
                .build();
        return call.post(form, timeout);
    }

    private Optional<JsonNode> document(String body) {
        try {
            return Optional.of(json.readTree(body)).filter(JsonNode::isObject);
        } catch (JsonProcessingException e) {
            return Optional.empty();
        }
    }

    private Outcome refused(int status, JsonNode document) {
        String type = document.path("errorType").asText();
        String why = "%s answered %d%s"
                .formatted(
                        call.place(),
                        status,
                        type.isEmpty()
                                ? ""
                                : ", " + type + ": "
                                        + call.shown(document.path("error").asText()));
        return status >= 400 && status < 500 && !type.isEmpty() ? new NoData(why) : new SourceDown(why);
    }

    private Reading result(JsonNode document, Optional<Instant> date, SourceState before, Instant now) {
        JsonNode result = document.at("/data/result");
        if (!document.path("status").asText().equals("success") || !result.isArray()) {
            return reading(
                    now, new SourceDown(call.place() + " answered 200, but neither a result nor an error"), before);
        }
        Optional<String> warning = warning(document.path("warnings"));
        if (warning.isPresent()) {
            return reading(
                    now, new NoData("the answer may be only a part: \"" + call.shown(warning.get()) + "\""), before);
        }
        String type = document.at("/data/resultType").asText();
        return switch (type) {
            case "scalar" -> number(result, date, before, now);
            case "vector" ->
                switch (result.size()) {
                    case 0 ->
                        reading(now, new NoData("the query returns nothing: no such series, or none of late"), before);
                    case 1 -> number(result.get(0).path("value"), date, before, now);
                    default ->
                        reading(
                                now,
                                new NoData("the query returns " + result.size()
                                        + " series, want one; sum them up in the query"),
                                before);
                };
            default ->
                reading(now, new NoData("the query returns a " + call.shown(type) + ", want one number"), before);
        };
    }

    /** Servers that ask others (Thanos, federation) answer with what they got, and a warning that it is not all. */
    private static Optional<String> warning(JsonNode warnings) {
        for (JsonNode warning : warnings) {
            // a remark on the style of the query takes nothing away from its result
            if (!warning.asText().startsWith("PromQL info")) {
                return Optional.of(warning.asText());
            }
        }
        return Optional.empty();
    }

    /** An old answer, out of a cache on the way, is no news of this release. */
    private Reading number(JsonNode pair, Optional<Instant> date, SourceState before, Instant now) {
        if (!pair.path(0).isNumber()) {
            return reading(now, number(pair), before);
        }
        Instant made = Instant.ofEpochMilli(Math.round(pair.path(0).asDouble() * 1000));
        boolean old = date.filter(clock -> Duration.between(made, clock).abs().compareTo(FRESH) > 0)
                .isPresent();
        if (old || made.equals(before.newest())) {
            return reading(now, new NoData("the answer is an old one, made at " + Times.text(made)), before);
        }
        return reading(now, number(pair), new SourceState(List.of(), made));
    }

    private Outcome number(JsonNode pair) {
        String text = pair.path(1).asText();
        return switch (text) {
            case "NaN", "Inf", "+Inf", "-Inf" -> new NoData("the query returns " + text + ", often a division by zero");
            default -> parsed(text);
        };
    }

    private Outcome parsed(String text) {
        try {
            return Measurement.number(Double.parseDouble(text));
        } catch (NumberFormatException e) {
            return new NoData("the query returns \"" + call.shown(text) + "\", which is no number");
        }
    }
}
