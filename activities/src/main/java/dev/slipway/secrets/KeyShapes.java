package dev.slipway.secrets;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Keys that their makers gave a shape to know them by: a second net under the known values, for keys that a program prints
 * without anybody having told us of them. The rules stand in {@code key-shapes.tsv}.
 */
final class KeyShapes {

    private static final List<Rule> RULES = read();

    private KeyShapes() {}

    /**
     * @param name what is shown instead
     * @param literal stands in every such key, exactly so: looked for first, as most text has no key
     * @param pattern its group {@code key}, or all of it where there is none, is the key
     */
    private record Rule(String name, String literal, Pattern pattern, boolean grouped) {}

    private static List<Rule> read() {
        try (InputStream rules = KeyShapes.class.getResourceAsStream("key-shapes.tsv")) {
            return new String(rules.readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .filter(line -> !line.isBlank() && !line.startsWith("#"))
                    .map(line -> line.split("\t+"))
                    .map(parts -> new Rule(parts[0], parts[1], Pattern.compile(parts[2]), parts[2].contains("(?<key>")))
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static String redact(String text) {
        String redacted = text;
        for (Rule rule : RULES) {
            if (redacted.contains(rule.literal())) {
                redacted = without(rule, redacted);
            }
        }
        return redacted;
    }

    private static String without(Rule rule, String text) {
        Matcher found = rule.pattern().matcher(text);
        StringBuilder left = new StringBuilder();
        int from = 0;
        while (found.find()) {
            int start = rule.grouped() ? found.start("key") : found.start();
            int end = rule.grouped() ? found.end("key") : found.end();
            left.append(text, from, start).append('[').append(rule.name()).append(']');
            from = end;
        }
        return left.append(text, from, text.length()).toString();
    }
}
