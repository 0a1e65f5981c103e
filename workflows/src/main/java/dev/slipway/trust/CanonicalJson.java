package dev.slipway.trust;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectReader;
import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.TreeMap;

/**
 * The one text of a record that is hashed and signed: the same on every machine and every JDK.
 *
 * <ul>
 *   <li>Members sorted by name (UTF-16 units), no white space, strings as {@link JsonText} writes them.
 *   <li>A <em>record's member</em> that is null, an empty optional, string, list or map is left out: a member added in a
 *       later version changes no digest until it is used. Numbers and booleans always stay, also 0 and false.
 *   <li>A <em>map's entry</em> and a list's element always stay, also when empty: setting a variable to nothing is not the
 *       same as not setting it. A {@link JsonNode} given as such is written as it stands.
 *   <li>Numbers in plain decimals with the fewest digits that give the same value, no exponent, {@code 5} for 5.0: not
 *       left to {@code Double.toString}, which prints other digits since Java 19.
 *   <li>Durations and times as ISO text ({@code PT2M}, {@code 2026-11-21T06:20:00Z}).
 * </ul>
 */
public final class CanonicalJson {

    /** A double has at most 324 zeros behind its point; more would be an attack on memory. */
    private static final int MOST_DIGITS = 400;

    /** Knows no modules: reading a statement's few words must not wait for those. */
    private static final ObjectReader STRICT = new ObjectMapper()
            .reader()
            .with(JsonParser.Feature.STRICT_DUPLICATE_DETECTION)
            .with(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

    /** Made when the first record is hashed. */
    private static final class Records {

        private static final ObjectMapper MAPPER = Json.mapper()
                .copy()
                .setDefaultPropertyInclusion(
                        JsonInclude.Value.construct(JsonInclude.Include.NON_EMPTY, JsonInclude.Include.ALWAYS));
    }

    private CanonicalJson() {}

    /** @throws IllegalArgumentException if the value has no JSON form, or holds NaN or an infinity */
    public static String text(Object value) {
        StringBuilder text = new StringBuilder();
        write(value instanceof JsonNode node ? node : Records.MAPPER.valueToTree(value), text);
        return text.toString();
    }

    public static byte[] bytes(Object value) {
        return text(value).getBytes(StandardCharsets.UTF_8);
    }

    /** The digest of the value: SHA-256 of its bytes, 64 hex digits. */
    public static String sha256(Object value) {
        return Sha256.hex(bytes(value));
    }

    /** Reads a text that must itself be canonical: what is read renders to the very same text. */
    static JsonNode parse(String text) throws Refusal {
        try {
            JsonNode node = STRICT.readTree(text);
            if (!node.isMissingNode() && text(node).equals(text)) {
                return node;
            }
        } catch (JsonProcessingException e) {
            throw new Refusal("is not JSON");
        } catch (IllegalArgumentException | StackOverflowError e) {
            // a number or a depth that is never written; refused below
        }
        throw new Refusal("is not in canonical form (sorted names, no spaces, one fixed escaping)");
    }

    private static void write(JsonNode node, StringBuilder text) {
        switch (node.getNodeType()) {
            case OBJECT -> {
                text.append('{');
                String separator = "";
                Map<String, JsonNode> sorted = new TreeMap<>();
                node.properties().forEach(member -> sorted.put(member.getKey(), member.getValue()));
                for (Map.Entry<String, JsonNode> member : sorted.entrySet()) {
                    text.append(separator)
                            .append(JsonText.string(member.getKey()))
                            .append(':');
                    write(member.getValue(), text);
                    separator = ",";
                }
                text.append('}');
            }
            case ARRAY -> {
                text.append('[');
                String separator = "";
                for (JsonNode element : node) {
                    text.append(separator);
                    write(element, text);
                    separator = ",";
                }
                text.append(']');
            }
            case STRING, BINARY -> text.append(JsonText.string(node.asText()));
            case NUMBER -> text.append(number(node));
            case BOOLEAN -> text.append(node.booleanValue());
            case NULL -> text.append("null");
            case MISSING, POJO ->
                throw new IllegalArgumentException(
                        "a value of " + node.getClass().getSimpleName() + " has no canonical form");
        }
    }

    private static String number(JsonNode node) {
        if (node.isIntegralNumber()) {
            return node.bigIntegerValue().toString();
        }
        BigDecimal value = node.isBigDecimal() ? node.decimalValue() : shortest(node);
        BigDecimal stripped = value.stripTrailingZeros();
        if (Math.abs((long) stripped.scale()) > MOST_DIGITS) {
            throw new IllegalArgumentException("number " + value + " has more digits than are written");
        }
        return stripped.toPlainString();
    }

    private static BigDecimal shortest(JsonNode node) {
        double value = node.doubleValue();
        if (!Double.isFinite(value)) {
            throw new IllegalArgumentException("number " + value + " has no canonical form");
        }
        BigDecimal exact = new BigDecimal(value);
        for (int digits = 1; digits < 17; digits++) {
            BigDecimal rounded = exact.round(new MathContext(digits, RoundingMode.HALF_EVEN));
            boolean same = node.isFloat() ? rounded.floatValue() == node.floatValue() : rounded.doubleValue() == value;
            if (same) {
                return rounded;
            }
        }
        return exact.round(new MathContext(17, RoundingMode.HALF_EVEN));
    }
}
