package dev.slipway.watching;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.slipway.watch.Measurement;
import dev.slipway.watch.Measurement.NoData;
import dev.slipway.watch.Measurement.Outcome;
import dev.slipway.watch.Measurement.SourceDown;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import okhttp3.FormBody;
import okhttp3.OkHttpClient;

/**
 * A source that asks a Prometheus server, or one that speaks like it, for one number. Whatever is wrong with the server
 * says nothing about the release.
 */
public final class PrometheusSource implements MetricSource {
    private final String metric;
    private final String query;
    private final HttpCall call;
    private final ObjectMapper json = new ObjectMapper();

    /**
     * @param url of the server, with its prefix if it has one, without {@code /api/v1}
     * @param query PromQL that comes to one number
     * @param redact takes the known secrets out of a text
     */
    public PrometheusSource(
            String metric,
            String url,
            Map<String, String> headers,
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
    public Reading read(SourceState before, Instant now, Duration timeout) {
        return new Reading(new Measurement(metric, now, ask(timeout)), before);
    }

    /** A query that the server refuses, or that comes to nothing while the last release runs, is worth a look. */
    @Override
    public Optional<String> check(Instant now, Duration timeout) {
        return Doubts.of(read(SourceState.start(), now, timeout).measurement());
    }

    private Outcome ask(Duration timeout) {
        // a form, not a query string: queries grow longer than addresses may be, and addresses are logged
        FormBody form = new FormBody.Builder()
                .add("query", query)
                .add("timeout", Math.max(1, timeout.toMillis()) + "ms")
                .build();
        HttpCall.Answer answer = call.post(form, timeout);
        if (answer instanceof HttpCall.NoWay none) {
            return new SourceDown(none.why());
        }
        if (answer instanceof HttpCall.Silent silent) {
            return new SourceDown(silent.why());
        }
        HttpCall.Answered answered = (HttpCall.Answered) answer;
        Optional<JsonNode> document = document(answered.body());
        if (document.isEmpty()) {
            return new SourceDown("%s answered %d with something else than JSON: \"%s\""
                    .formatted(call.place(), answered.status(), call.shown(answered.body())));
        }
        return answered.status() == 200 ? result(document.get()) : refused(answered.status(), document.get());
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

    private Outcome result(JsonNode document) {
        JsonNode result = document.at("/data/result");
        if (!document.path("status").asText().equals("success") || !result.isArray()) {
            return new SourceDown(call.place() + " answered 200, but neither a result nor an error");
        }
        String type = document.at("/data/resultType").asText();
        return switch (type) {
            case "scalar" -> number(result);
            case "vector" ->
                switch (result.size()) {
                    case 0 -> new NoData("the query returns nothing: no such series, or none of late");
                    case 1 -> number(result.get(0).path("value"));
                    default ->
                        new NoData(
                                "the query returns " + result.size() + " series, want one; sum them up in the query");
                };
            default -> new NoData("the query returns a " + call.shown(type) + ", want one number");
        };
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
