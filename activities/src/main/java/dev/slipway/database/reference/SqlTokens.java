package dev.slipway.database.reference;

import dev.slipway.database.DatabaseRefused;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** SQL text that is read from left to right: words, names and literals, and nothing that could do something. */
final class SqlTokens {

    private static final Pattern GAP =
            Pattern.compile("\\s++|--[^\\n]*+|/\\*(?:[^*]++|\\*(?!/))*+\\*/|\\\\(?:un)?restrict [^\\n]*+");
    private static final Pattern WORD = Pattern.compile("[A-Za-z_][A-Za-z0-9_]*");
    private static final Pattern NUMBER =
            Pattern.compile("[+-]?(?:[0-9]+(?:\\.[0-9]*)?|\\.[0-9]+)(?:[eE][+-]?[0-9]+)?");
    private static final Pattern NAME = Pattern.compile("(?:[A-Za-z_][A-Za-z0-9_$]*|\"(?:[^\"]++|\"\")++\")");

    private final String display;
    private final String text;
    private int at;
    private int counted;
    private int line = 1;

    SqlTokens(String display, String text) {
        this.display = display;
        this.text = text;
    }

    int line() {
        gap();
        return lineHere();
    }

    /** Where reading has come to, whatever follows. */
    int lineHere() {
        if (at < counted) {
            counted = 0;
            line = 1;
        }
        for (; counted < at; counted++) {
            line += text.charAt(counted) == '\n' ? 1 : 0;
        }
        return line;
    }

    DatabaseRefused refused(String what) {
        return new DatabaseRefused(display + ": line " + line() + ": " + what);
    }

    /** The next word in lower case; empty at the end. */
    String word() {
        gap();
        if (at == text.length()) {
            return "";
        }
        return matched(WORD)
                .orElseThrow(() -> refused("there should be a statement"))
                .toLowerCase(Locale.ROOT);
    }

    void expect(String word) {
        if (!skipIf(word)) {
            throw refused("there should be `" + word.toUpperCase(Locale.ROOT) + "`");
        }
    }

    boolean skipIf(String word) {
        gap();
        int before = at;
        if (matched(WORD).filter(word::equalsIgnoreCase).isPresent()) {
            return true;
        }
        at = before;
        return false;
    }

    /** A name with or without its schema, as the catalogue has it. */
    String name() {
        gap();
        String name = part();
        if (at < text.length() && text.charAt(at) == '.') {
            at++;
            return name + "." + part();
        }
        return name;
    }

    private String part() {
        String part = matched(NAME).orElseThrow(() -> refused("there should be a name"));
        return part.startsWith("\"")
                ? part.substring(1, part.length() - 1).replace("\"\"", "\"")
                : part.toLowerCase(Locale.ROOT);
    }

    boolean at(char wanted) {
        gap();
        return at < text.length() && text.charAt(at) == wanted;
    }

    boolean skip(char wanted) {
        if (!at(wanted)) {
            return false;
        }
        at++;
        return true;
    }

    void open() {
        if (!skip('(')) {
            throw refused("there should be `(`");
        }
    }

    void close() {
        if (!skip(')')) {
            throw refused("there should be `,` or `)`; values are literals, without casts, functions or operators");
        }
    }

    void end() {
        if (!skip(';')) {
            throw refused("there should be `;`");
        }
    }

    /** A value as COPY writes it. */
    String literal() {
        gap();
        if (at('\'')) {
            return escaped(quoted(false));
        }
        if (text.regionMatches(true, at, "E'", 0, 2)) {
            at++;
            return escaped(quoted(true));
        }
        if (skipIf("null")) {
            return "\\N";
        }
        if (skipIf("true")) {
            return "t";
        }
        if (skipIf("false")) {
            return "f";
        }
        return matched(NUMBER)
                .orElseThrow(() -> refused(
                        "there should be a literal: a number, 'text', TRUE, FALSE or NULL; functions and DEFAULT would mean"
                                + " something else each time"));
    }

    private String quoted(boolean escapes) {
        StringBuilder value = new StringBuilder();
        int from = at++;
        while (at < text.length()) {
            char next = text.charAt(at++);
            if (next == '\'') {
                if (at < text.length() && text.charAt(at) == '\'') {
                    at++;
                    value.append('\'');
                } else {
                    return value.toString();
                }
            } else if (next == '\\' && escapes && at < text.length()) {
                value.append(escape());
            } else {
                value.append(next);
            }
        }
        at = from;
        throw refused("the text that begins here does not end");
    }

    private String escape() {
        char next = text.charAt(at++);
        return switch (next) {
            case 'n' -> "\n";
            case 't' -> "\t";
            case 'r' -> "\r";
            case 'b' -> "\b";
            case 'f' -> "\f";
            case 'u' -> code(4);
            case 'U' -> code(8);
            case 'x', '0', '1', '2', '3', '4', '5', '6', '7' ->
                throw refused("write the character itself instead of its bytes");
            default -> String.valueOf(next);
        };
    }

    private String code(int digits) {
        int end = Math.min(text.length(), at + digits);
        String code = text.substring(at, end);
        at = end;
        if (!code.matches("[0-9A-Fa-f]{" + digits + "}") || !Character.isValidCodePoint(Integer.parseInt(code, 16))) {
            throw refused("\\u" + code + " is no character");
        }
        return Character.toString(Integer.parseInt(code, 16));
    }

    private static String escaped(String value) {
        return value.replace("\\", "\\\\")
                .replace("\n", "\\n")
                .replace("\r", "\\r")
                .replace("\t", "\\t");
    }

    /** The lines after `COPY … FROM stdin;`, up to the one that ends them. */
    List<String> copyLines() {
        int start = text.indexOf('\n', at) + 1;
        List<String> lines = new ArrayList<>();
        while (start > 0 && start < text.length()) {
            int end = text.indexOf('\n', start);
            String line = text.substring(start, end < 0 ? text.length() : end);
            line = line.endsWith("\r") ? line.substring(0, line.length() - 1) : line;
            start = end < 0 ? text.length() : end + 1;
            if (line.equals("\\.")) {
                at = start;
                return lines;
            }
            lines.add(line);
        }
        throw refused("the rows after COPY have to end with a line `\\.`");
    }

    /** Up to and over the next `;` that is in no text. */
    void skipStatement() {
        while (at < text.length() && !at(';')) {
            if (at('\'')) {
                quoted(false);
            } else {
                at++;
            }
        }
        end();
    }

    private Optional<String> matched(Pattern pattern) {
        Matcher matcher = pattern.matcher(text).region(at, text.length());
        if (!matcher.lookingAt()) {
            return Optional.empty();
        }
        at = matcher.end();
        return Optional.of(matcher.group());
    }

    private void gap() {
        Matcher gap = GAP.matcher(text).region(at, text.length());
        while (gap.lookingAt()) {
            at = gap.end();
            gap.region(at, text.length());
        }
    }
}
