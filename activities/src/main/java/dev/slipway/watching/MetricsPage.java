package dev.slipway.watching;

import dev.slipway.watch.Selector;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;

/** A page of metrics in Prometheus' text format (0.0.4; of OpenMetrics, exemplars are read over). */
final class MetricsPage {
    private static final Pattern NUMBER = Pattern.compile("[+-]?(\\d+\\.?\\d*|\\.\\d+)([eE][+-]?\\d+)?");

    /** One line of the page. */
    record Sample(String name, Map<String, String> labels, double value) {}

    /** A page that is none. As in Prometheus, one bad line spoils all of it: who knows what the others mean. */
    static final class NoMetrics extends Exception {
        NoMetrics(int line, String text) {
            super("line " + line + " is no metric: \"" + text.strip() + "\"");
        }
    }

    private final List<Sample> samples;

    private MetricsPage(List<Sample> samples) {
        this.samples = samples;
    }

    static MetricsPage parse(String text) throws NoMetrics {
        List<Sample> samples = new ArrayList<>();
        int number = 0;
        for (String line : text.split("\n", -1)) {
            number++;
            if (!line.isBlank() && line.stripLeading().charAt(0) != '#') {
                samples.add(new Line(line.strip(), number).sample());
            }
        }
        return new MetricsPage(samples);
    }

    int size() {
        return samples.size();
    }

    List<Double> values(Selector selector) {
        return samples.stream()
                .filter(sample -> selector.matches(sample.name(), sample.labels()))
                .map(Sample::value)
                .toList();
    }

    /** One line while it is read. */
    private static final class Line {
        private final String text;
        private final int number;
        private int at;

        Line(String text, int number) {
            this.text = text;
            this.number = number;
        }

        Sample sample() throws NoMetrics {
            String name = name(true);
            skipBlanks();
            Map<String, String> labels = new HashMap<>();
            if (peek() == '{') {
                at++;
                labels(labels);
                skipBlanks();
            }
            double value = value(token());
            skipBlanks();
            if (at < text.length() && peek() != '#') {
                value(token());
            }
            return new Sample(name, labels, value);
        }

        private void labels(Map<String, String> labels) throws NoMetrics {
            skipBlanks();
            while (peek() != '}') {
                String label = name(false);
                skipBlanks();
                want('=');
                skipBlanks();
                labels.put(label, quoted());
                skipBlanks();
                if (peek() != '}') {
                    want(',');
                    skipBlanks();
                }
            }
            at++;
        }

        private String name(boolean colons) throws NoMetrics {
            int from = at;
            while (letter(peek()) || at > from && Character.isDigit(peek()) || colons && peek() == ':') {
                at++;
            }
            if (at == from) {
                throw bad();
            }
            return text.substring(from, at);
        }

        private String quoted() throws NoMetrics {
            want('"');
            StringBuilder value = new StringBuilder();
            while (peek() != '"') {
                if (at >= text.length()) {
                    throw bad();
                }
                char character = text.charAt(at++);
                if (character != '\\') {
                    value.append(character);
                } else if (at < text.length()) {
                    char escaped = text.charAt(at++);
                    // an unknown escape stays as it is, as in Prometheus
                    value.append(
                            switch (escaped) {
                                case 'n' -> "\n";
                                case '\\', '"' -> String.valueOf(escaped);
                                default -> "\\" + escaped;
                            });
                }
            }
            at++;
            return value.toString();
        }

        private String token() {
            int from = at;
            while (at < text.length() && !Character.isWhitespace(peek())) {
                at++;
            }
            return text.substring(from, at);
        }

        private double value(String token) throws NoMetrics {
            if (NUMBER.matcher(token).matches()) {
                return Double.parseDouble(token);
            }
            return switch (token.toLowerCase(Locale.ROOT)) {
                case "nan" -> Double.NaN;
                case "inf", "+inf" -> Double.POSITIVE_INFINITY;
                case "-inf" -> Double.NEGATIVE_INFINITY;
                default -> throw bad();
            };
        }

        private void want(char character) throws NoMetrics {
            if (peek() != character) {
                throw bad();
            }
            at++;
        }

        private void skipBlanks() {
            while (at < text.length() && Character.isWhitespace(text.charAt(at))) {
                at++;
            }
        }

        private char peek() {
            return at < text.length() ? text.charAt(at) : '\0';
        }

        private static boolean letter(char character) {
            return character >= 'a' && character <= 'z' || character >= 'A' && character <= 'Z' || character == '_';
        }

        private NoMetrics bad() {
            return new NoMetrics(number, text);
        }
    }
}
