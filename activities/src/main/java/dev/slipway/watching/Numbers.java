package dev.slipway.watching;

import com.fasterxml.jackson.databind.JsonNode;
import dev.slipway.watch.Measurement;
import dev.slipway.watch.Measurement.NoData;
import dev.slipway.watch.Measurement.Outcome;
import java.util.regex.Pattern;

/** Numbers out of texts and documents: what is not one, whole and finite, is no data. */
final class Numbers {
    private static final Pattern NUMBER = Pattern.compile("[+-]?(\\d+\\.?\\d*|\\.\\d+)([eE][+-]?\\d+)?");
    private static final int LONGEST = 100;

    private Numbers() {}

    /** @param shown the text as it may be shown */
    static Outcome of(String text, String shown) {
        String number = text.strip();
        return number.length() <= LONGEST && NUMBER.matcher(number).matches()
                ? Measurement.number(Double.parseDouble(number))
                : new NoData("\"" + shown + "\" is no number");
    }

    /** A JSON number, or a text that is one. */
    static Outcome of(JsonNode node, String shown) {
        return node.isNumber() ? Measurement.number(node.asDouble()) : of(node.isTextual() ? node.asText() : "", shown);
    }
}
