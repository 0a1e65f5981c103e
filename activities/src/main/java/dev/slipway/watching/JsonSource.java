package dev.slipway.watching;

import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.slipway.plan.Times;
import dev.slipway.watch.Measurement;
import dev.slipway.watch.Measurement.NoData;
import dev.slipway.watch.Measurement.Outcome;
import dev.slipway.watch.Measurement.SourceDown;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import okhttp3.OkHttpClient;

/**
 * A source that reads one number out of a JSON document. Where the document says when the number was made, an old one is no
 * data; its age is told by the server's own clock, so that one that is minutes off does no harm.
 */
public final class JsonSource implements MetricSource {
    /** Seconds since 1970 have ten digits for the next centuries, milliseconds thirteen. */
    private static final double MILLIS = 1e11;

    private final String metric;
    private final Figure figure;
    private final HttpCall call;
    private final ObjectMapper json = new ObjectMapper();

    /**
     * What is taken from the document.
     *
     * @param at JSON pointer of the number
     * @param timeAt JSON pointer of its time; empty where it does not matter
     * @param fresh what is older is no data
     */
    public record Figure(String at, String timeAt, Duration fresh) {}

    /**
     * @param headers looked up for each question
     * @param redact takes the known secrets out of a text
     */
    public JsonSource(
            String metric,
            String url,
            Supplier<Map<String, String>> headers,
            Figure figure,
            OkHttpClient client,
            UnaryOperator<String> redact) {
        this.metric = metric;
        this.figure = figure;
        this.call = new HttpCall(client, redact, url, headers);
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
        return new Reading(new Measurement(metric, now, ask(now, timeout)), before);
    }

    @Override
    public Optional<String> check(Instant now, Duration timeout) {
        return Doubts.of(read(SourceState.start(), now, timeout).measurement());
    }

    private Outcome ask(Instant now, Duration timeout) {
        HttpCall.Answer answer = call.get(timeout);
        if (answer instanceof HttpCall.NoWay none) {
            return new SourceDown(none.why());
        }
        if (answer instanceof HttpCall.Silent silent) {
            return new SourceDown(silent.why());
        }
        HttpCall.Answered answered = (HttpCall.Answered) answer;
        if (answered.status() != 200) {
            return new SourceDown(call.place() + " answered " + answered.status() + ", not 200");
        }
        try {
            return figure(json.readTree(answered.body()), answered.date().orElse(now));
        } catch (JsonProcessingException e) {
            return new SourceDown(call.place() + " answered 200 with something else than JSON: \""
                    + call.shown(answered.body()) + "\"");
        }
    }

    private Outcome figure(JsonNode document, Instant now) {
        JsonNode number = document.at(JsonPointer.compile(figure.at()));
        if (number.isMissingNode() || number.isNull()) {
            return new NoData("nothing stands at " + figure.at() + " of " + call.place());
        }
        if (!figure.timeAt().isEmpty()) {
            JsonNode time = document.at(JsonPointer.compile(figure.timeAt()));
            Optional<Instant> made = time(time);
            if (made.isEmpty()) {
                return new NoData("no time stands at " + figure.timeAt() + " of " + call.place());
            }
            if (Duration.between(made.get(), now).abs().compareTo(figure.fresh()) > 0) {
                return new NoData("the number is from " + Times.text(made.get()) + ", and "
                        + HttpCall.written(figure.fresh()) + " is the most");
            }
        }
        return Numbers.of(number, call.shown(number.isValueNode() ? number.asText() : number.toString()));
    }

    private static Optional<Instant> time(JsonNode time) {
        if (time.isNumber()) {
            double number = time.asDouble();
            return Double.isFinite(number) && number > 0 && number < 1e14
                    ? Optional.of(Instant.ofEpochMilli(Math.round(number < MILLIS ? number * 1000 : number)))
                    : Optional.empty();
        }
        try {
            return Optional.of(OffsetDateTime.parse(time.asText()).toInstant());
        } catch (DateTimeException e) {
            return Optional.empty();
        }
    }
}
