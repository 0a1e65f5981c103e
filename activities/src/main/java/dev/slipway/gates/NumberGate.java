package dev.slipway.gates;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.slipway.plan.Gate;
import dev.slipway.watching.HttpCall;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import okhttp3.OkHttpClient;

/** A number in a JSON document, of the commit or at an address, is within a limit. */
final class NumberGate implements GateJudge {

    private static final Pattern LIMIT = Pattern.compile("(>=|<=|>|<) ?(-?[0-9.]+)");
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private final OkHttpClient client;
    private final ObjectMapper json = new ObjectMapper().enable(JsonParser.Feature.STRICT_DUPLICATE_DETECTION);

    NumberGate(OkHttpClient client) {
        this.client = client;
    }

    @Override
    public String kind() {
        return "number";
    }

    @Override
    public Finding judge(GateContext context) {
        Gate.NumberGate wanted = context.gate().number().get(0);
        String place = wanted.file().isEmpty() ? context.fill(wanted.url()) : wanted.file();
        Document document = wanted.file().isEmpty() ? asked(context, place) : ofTheCommit(context, wanted.file());
        if (document.text().isEmpty()) {
            return Finding.waits(document.why());
        }
        JsonNode found;
        try {
            found = json.readTree(document.text().get()).at(wanted.at());
        } catch (JsonProcessingException e) {
            return Finding.waits(place + " is no JSON, or has a key twice");
        }
        if (!found.isNumber()) {
            return Finding.waits(
                    place + " has " + (found.isMissingNode() ? "nothing" : "no number") + " at " + wanted.at());
        }
        BigDecimal number = found.decimalValue();
        String sentence = wanted.at() + " is " + number.toPlainString() + ", has to be " + wanted.is();
        return holds(number, wanted.is()) ? Finding.passed(sentence) : Finding.waits(sentence);
    }

    static boolean holds(BigDecimal number, String limit) {
        Matcher parts = LIMIT.matcher(limit);
        if (!parts.matches()) {
            throw new IllegalArgumentException("'" + limit + "' is no limit");
        }
        int compared = number.compareTo(new BigDecimal(parts.group(2)));
        return switch (parts.group(1)) {
            case ">" -> compared > 0;
            case ">=" -> compared >= 0;
            case "<" -> compared < 0;
            default -> compared <= 0;
        };
    }

    /** @param why there is no text */
    private record Document(Optional<String> text, String why) {
        static Document of(String text) {
            return new Document(Optional.of(text), "");
        }

        static Document none(String why) {
            return new Document(Optional.empty(), why);
        }
    }

    private static Document ofTheCommit(GateContext context, String file) {
        return context.served()
                .source()
                .judged(context.plan().commit(), context.plan().source().path())
                .read(file)
                .map(bytes -> Document.of(new String(bytes, StandardCharsets.UTF_8)))
                .orElseGet(() -> Document.none("the commit has no file '" + file + "'"));
    }

    private Document asked(GateContext context, String address) {
        HttpCall.Answer answer =
                new HttpCall(client, context.served().secrets()::redact, address, Map.of()).get(PATIENCE);
        if (answer instanceof HttpCall.NoWay none) {
            return Document.none(none.why());
        }
        if (answer instanceof HttpCall.Silent silent) {
            return Document.none(silent.why());
        }
        HttpCall.Answered answered = (HttpCall.Answered) answer;
        return answered.status() == 200
                ? Document.of(answered.body())
                : Document.none(address + " answered " + answered.status());
    }
}
