package dev.slipway.watching;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import okhttp3.OkHttpClient;

/** A check of a service over HTTP: does it answer as it should? Verification asks it once, a watch again and again. */
public final class HttpCheck {
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private final OkHttpClient client;
    private final UnaryOperator<String> redact;
    private final ObjectMapper json = new ObjectMapper().enable(JsonParser.Feature.STRICT_DUPLICATE_DETECTION);

    /** @param redact takes the known secrets out of a text */
    public HttpCheck(OkHttpClient client, UnaryOperator<String> redact) {
        this.client = client;
        this.redact = redact;
    }

    /** @throws IllegalArgumentException if the request has problems */
    public HttpCheckResult run(HttpCheckRequest request) {
        List<String> problems = request.problems();
        if (!problems.isEmpty()) {
            throw new IllegalArgumentException(String.join("; ", problems));
        }
        HttpCall call = new HttpCall(client, redact, request.url(), request.headers());
        HttpCall.Answer answer = call.get(request.within().isZero() ? PATIENCE : request.within());
        if (answer instanceof HttpCall.NoWay none) {
            return new HttpCheckResult(HttpCheckResult.Answer.NOT_ASKED, 0, 0, none.why());
        }
        if (answer instanceof HttpCall.Silent silent) {
            return new HttpCheckResult(HttpCheckResult.Answer.NONE, 0, silent.millis(), silent.why());
        }
        return compared(request, call, (HttpCall.Answered) answer);
    }

    private HttpCheckResult compared(HttpCheckRequest request, HttpCall call, HttpCall.Answered answered) {
        List<String> differences = new ArrayList<>();
        if (answered.status() != request.expectedStatus()) {
            String body = call.read(answered.body());
            differences.add("answered " + answered.status() + ", expected " + request.expectedStatus()
                    + (body.isEmpty() ? "" : " (\"" + body + "\")"));
        } else {
            differences.addAll(differences(request.json(), call, answered.body()));
        }
        if (differences.isEmpty()) {
            return new HttpCheckResult(
                    HttpCheckResult.Answer.AS_EXPECTED,
                    answered.status(),
                    answered.millis(),
                    call.place() + " answered " + answered.status() + " as expected in " + answered.millis() + " ms");
        }
        return new HttpCheckResult(
                HttpCheckResult.Answer.DIFFERENT,
                answered.status(),
                answered.millis(),
                call.place() + " " + String.join("; ", differences));
    }

    private List<String> differences(Map<String, String> expected, HttpCall call, String body) {
        if (expected.isEmpty()) {
            return List.of();
        }
        JsonNode document;
        try {
            document = json.readTree(body);
        } catch (JsonProcessingException e) {
            return List.of("answered no JSON: \"" + call.read(body) + "\"");
        }
        List<String> differences = new ArrayList<>();
        new TreeMap<>(expected).forEach((pointer, wanted) -> {
            JsonNode found = document.at(pointer);
            String text = found.isValueNode() ? found.asText() : found.toString();
            if (found.isMissingNode()) {
                differences.add("has no " + pointer + ", expected \"" + wanted + "\"");
            } else if (!text.equals(wanted)) {
                differences.add("has \"" + call.shown(text) + "\" at " + pointer + ", expected \"" + wanted + "\"");
            }
        });
        return differences;
    }
}
