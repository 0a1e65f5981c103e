package dev.slipway.database.migrations;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * The name that PostgreSQL gives to an index that a statement does not name: its table, its columns and {@code idx}, cut to 63
 * bytes, with a number behind where there is such a one. Of an index on an expression only the beginning and the end are
 * known here.
 */
final class GeneratedName {

    private static final int MOST_BYTES = 63;

    /** More indexes on the same columns nobody has. */
    private static final int MOST_NUMBERS = 50;

    private static final Pattern ENDS = Pattern.compile("_idx[0-9]*$");

    private final String table;
    private final Optional<List<String>> columns;

    /**
     * Of a statement.
     *
     * @param table as SQL writes it, perhaps with its schema
     * @param words of the statement, as {@link SqlStatement} has them
     */
    GeneratedName(String table, List<String> words) {
        this.table = plain(table.substring(lastPart(table)));
        this.columns = columns(words);
    }

    boolean matches(String name) {
        if (columns.isEmpty()) {
            return ENDS.matcher(name).find() && name.startsWith(cut(table, MOST_BYTES / 3));
        }
        String joined = String.join("_", columns.get());
        for (int number = 0; number <= MOST_NUMBERS; number++) {
            if (name.equals(made(table, joined, "idx" + (number == 0 ? "" : number)))) {
                return true;
            }
        }
        return false;
    }

    /** The longer one is cut until all of it fits, as PostgreSQL does. */
    private static String made(String table, String columns, String label) {
        int room = MOST_BYTES - 2 - label.length();
        int first = bytes(table);
        int second = bytes(columns);
        while (first + second > room) {
            if (first > second) {
                first--;
            } else {
                second--;
            }
        }
        return cut(table, first) + "_" + cut(columns, second) + "_" + label;
    }

    private static int bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8).length;
    }

    /** Never in the middle of a letter. */
    private static String cut(String text, int most) {
        String some = text;
        while (bytes(some) > most) {
            some = some.substring(0, some.offsetByCodePoints(some.length(), -1));
        }
        return some;
    }

    /** Those in the brackets, and those that are only included; empty where one of them is an expression. */
    private static Optional<List<String>> columns(List<String> words) {
        List<String> names = new ArrayList<>();
        int depth = 0;
        boolean first = false;
        for (int at = Math.max(0, words.indexOf("(")); at < words.size(); at++) {
            String word = words.get(at);
            if (word.equals("(")) {
                depth++;
                // COLLATE "C", or the parameters of an operator class, may stand behind a column, but nothing in
                // brackets first
                if (depth > 1 && first) {
                    return Optional.empty();
                }
                first = depth == 1;
            } else if (word.equals(")")) {
                depth--;
                if (depth == 0 && (at + 1 >= words.size() || !words.get(at + 1).equals("INCLUDE"))) {
                    return Optional.of(names);
                }
            } else if (depth == 1 && word.equals(",")) {
                first = true;
            } else if (depth == 1 && first) {
                String next = at + 1 < words.size() ? words.get(at + 1) : "";
                if (next.equals("(") || next.equals(".")) {
                    return Optional.empty();
                }
                names.add(plain(word));
                first = false;
            }
        }
        return Optional.empty();
    }

    /** Where the name begins behind its schema. */
    private static int lastPart(String name) {
        boolean quoted = false;
        int start = 0;
        for (int at = 0; at < name.length(); at++) {
            if (name.charAt(at) == '"') {
                quoted = !quoted;
            } else if (name.charAt(at) == '.' && !quoted) {
                start = at + 1;
            }
        }
        return start;
    }

    private static String plain(String name) {
        return name.startsWith("\"") && name.endsWith("\"") && name.length() > 1
                ? name.substring(1, name.length() - 1).replace("\"\"", "\"")
                : name.toLowerCase(Locale.ROOT);
    }
}
