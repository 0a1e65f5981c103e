package dev.slipway.watch;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/**
 * A choice of series on a metrics page: {@code http_requests_total{code=~"5.."}}. As in Prometheus, a regular expression
 * has to match the whole value, and a label that is not there is empty.
 */
public final class Selector {
    private record Matcher(String label, boolean wanted, Pattern pattern) {}

    private final String text;
    private final String name;
    private final List<Matcher> matchers;

    private Selector(String text, String name, List<Matcher> matchers) {
        this.text = text;
        this.name = name;
        this.matchers = List.copyOf(matchers);
    }

    /** @throws Misread with the column and what was expected there */
    public static Selector parse(String text) {
        Cursor cursor = new Cursor(text);
        cursor.skipBlanks();
        if (!letter(cursor.peek()) && cursor.peek() != ':') {
            throw cursor.expected("the name of a metric, such as http_requests_total");
        }
        String name = cursor.takeWhile(character -> inName(character) || character == ':');
        cursor.skipBlanks();
        List<Matcher> matchers = new ArrayList<>();
        if (cursor.accept("{")) {
            cursor.skipBlanks();
            while (!cursor.accept("}")) {
                matchers.add(matcher(cursor));
                cursor.skipBlanks();
                if (!cursor.accept(",") && cursor.peek() != '}') {
                    throw cursor.expected("\",\" or \"}\"");
                }
                cursor.skipBlanks();
            }
            cursor.skipBlanks();
        }
        if (!cursor.atEnd()) {
            throw cursor.expected("\"{\" or the end; a selector is no query");
        }
        return new Selector(text.strip(), name, matchers);
    }

    private static Matcher matcher(Cursor cursor) {
        if (!letter(cursor.peek())) {
            throw cursor.expected("the name of a label, such as code, or \"}\"");
        }
        String label = cursor.takeWhile(Selector::inName);
        cursor.skipBlanks();
        boolean expression;
        boolean wanted;
        if (cursor.accept("=~")) {
            expression = true;
            wanted = true;
        } else if (cursor.accept("!~")) {
            expression = true;
            wanted = false;
        } else if (cursor.accept("!=")) {
            expression = false;
            wanted = false;
        } else if (cursor.accept("=")) {
            expression = false;
            wanted = true;
        } else {
            throw cursor.expected("one of = != =~ !~");
        }
        cursor.skipBlanks();
        int place = cursor.place();
        String value = quoted(cursor);
        try {
            Pattern pattern = Pattern.compile(expression ? value : Pattern.quote(value), Pattern.DOTALL);
            return new Matcher(label, wanted, pattern);
        } catch (PatternSyntaxException e) {
            throw cursor.expectedAt(place, "a regular expression (" + e.getDescription() + ")");
        }
    }

    private static String quoted(Cursor cursor) {
        char quote = cursor.peek();
        if (quote != '"' && quote != '\'') {
            throw cursor.expected("a quoted value");
        }
        int place = cursor.place();
        cursor.take();
        StringBuilder value = new StringBuilder();
        while (!cursor.atEnd()) {
            char character = cursor.take();
            if (character == quote) {
                return value.toString();
            }
            if (character == '\\' && !cursor.atEnd()) {
                int escape = cursor.place();
                char escaped = cursor.take();
                switch (escaped) {
                    case 'n' -> value.append('\n');
                    case 't' -> value.append('\t');
                    case '\\', '"', '\'' -> value.append(escaped);
                    default -> throw cursor.expectedAt(escape - 1, "one of the escapes \\\\ \\\" \\n \\t");
                }
            } else {
                value.append(character);
            }
        }
        throw cursor.expectedAt(place, "a value that is closed by " + quote);
    }

    private static boolean letter(int character) {
        return character >= 'a' && character <= 'z' || character >= 'A' && character <= 'Z' || character == '_';
    }

    private static boolean inName(int character) {
        return letter(character) || character >= '0' && character <= '9';
    }

    public String name() {
        return name;
    }

    public boolean matches(String metric, Map<String, String> labels) {
        return name.equals(metric)
                && matchers.stream()
                        .allMatch(matcher -> matcher.wanted
                                == matcher.pattern
                                        .matcher(labels.getOrDefault(matcher.label, ""))
                                        .matches());
    }

    /** As the plan has it. */
    @Override
    public String toString() {
        return text;
    }
}
