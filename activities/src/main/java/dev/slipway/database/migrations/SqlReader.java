package dev.slipway.database.migrations;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** One reading of one script, by the rules of PostgreSQL's own lexer and psql's for where a statement ends. */
final class SqlReader {

    private static final int MOST_WORDS = 5_000;

    private static final Set<String> OFF = Set.of("off", "false", "0", "no");

    private static final Pattern SET_CONFIG =
            Pattern.compile("(?i)set_config\\s*\\(\\s*'standard_conforming_strings'\\s*,\\s*'([^']*)'");

    private final String name;
    private final String text;
    private final List<SqlStatement> statements = new ArrayList<>();
    private final List<String> written = new ArrayList<>();
    /** Whether a backslash is a plain character in a plain string; scripts of old dumps turn it off. */
    private boolean standardStrings = true;

    private int at;
    private int line = 1;
    private int counted;

    private int begin;
    private int first = -1;
    private int firstLine;
    private int depth;
    private int blocks;
    private List<String> words = new ArrayList<>();
    private String previous = "";

    SqlReader(String name, String text) {
        this.name = name;
        this.text = text;
    }

    SqlScript read() {
        while (at < text.length()) {
            readOne();
        }
        finish(text.length());
        return new SqlScript(name, statements, written);
    }

    private void readOne() {
        char c = text.charAt(at);
        if (isSpace(c)) {
            at++;
        } else if (text.startsWith("--", at)) {
            skipLine();
        } else if (text.startsWith("/*", at)) {
            skipComment();
        } else if (c == ';' && depth == 0 && blocks == 0) {
            endStatement();
        } else if (c == '\\') {
            readCommand();
        } else {
            if (first < 0) {
                first = at;
                firstLine = line(at);
            }
            readToken(c);
        }
    }

    private void readToken(char c) {
        if (c == '\'') {
            skipString(!standardStrings);
        } else if (c == '"') {
            int start = at;
            skipQuoted('"', "quoted name");
            add(text.substring(start, at));
        } else if (c == '$') {
            skipDollar();
        } else if (isNameStart(c)) {
            readWord();
        } else if (Character.isDigit(c)) {
            while (at < text.length()
                    && (isNamePart(text.charAt(at)) && text.charAt(at) != '$' || text.charAt(at) == '.')) {
                at++;
            }
        } else {
            if (c == '(') {
                depth++;
            } else if (c == ')' && depth > 0) {
                depth--;
            }
            add(String.valueOf(c));
            at++;
        }
    }

    private void readWord() {
        int start = at;
        while (at < text.length() && isNamePart(text.charAt(at))) {
            at++;
        }
        String word = text.substring(start, at).toUpperCase(Locale.ROOT);
        boolean quoteFollows = at < text.length() && text.charAt(at) == '\'';
        if (quoteFollows && word.equals("E")) {
            skipString(true);
            return;
        }
        if (quoteFollows && (word.equals("B") || word.equals("X") || word.equals("N"))) {
            skipString(word.equals("N") && !standardStrings);
            return;
        }
        if (word.equals("U") && text.startsWith("&'", at)) {
            at++;
            skipString(false);
            return;
        }
        if (depth == 0 && isRoutine()) {
            // the statements of an SQL-standard body end with semicolons of their own
            if (word.equals("ATOMIC") && previous.equals("BEGIN")) {
                blocks++;
            } else if (word.equals("CASE") && blocks > 0) {
                blocks++;
            } else if (word.equals("END") && blocks > 0) {
                blocks--;
            }
        }
        add(word);
    }

    private void add(String word) {
        previous = word;
        // rows upon rows of values say nothing more about what a statement is
        if (words.size() < MOST_WORDS) {
            words.add(word);
        }
    }

    private boolean isRoutine() {
        int what = words.size() > 2 && words.get(1).equals("OR") ? 3 : 1;
        return words.size() > what
                && words.get(0).equals("CREATE")
                && (words.get(what).equals("FUNCTION") || words.get(what).equals("PROCEDURE"));
    }

    private void skipLine() {
        while (at < text.length() && text.charAt(at) != '\n' && text.charAt(at) != '\r') {
            at++;
        }
    }

    private void skipComment() {
        int start = at;
        int open = 0;
        do {
            if (text.startsWith("/*", at)) {
                open++;
                at += 2;
            } else if (text.startsWith("*/", at)) {
                open--;
                at += 2;
            } else if (at < text.length()) {
                at++;
            } else {
                throw refused(start, "a comment is opened and not closed", "close it with */");
            }
        } while (open > 0);
    }

    private void skipString(boolean backslashes) {
        int start = at;
        at++;
        while (true) {
            if (at >= text.length()) {
                throw refused(start, "a string is opened and not closed", "close it with '");
            }
            char c = text.charAt(at);
            if (c == '\\' && backslashes) {
                at += 2;
            } else if (c == '\'' && text.startsWith("''", at)) {
                at += 2;
            } else if (c == '\'') {
                at++;
                int next = continued();
                if (next < 0) {
                    return;
                }
                // a string goes on on a later line, by the rules of its beginning
                at = next + 1;
            } else {
                at++;
            }
        }
    }

    /** Where the string that just ended goes on: at a quote after white space with a line break in it; else -1. */
    private int continued() {
        boolean broken = false;
        for (int i = at; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '\n' || c == '\r') {
                broken = true;
            } else if (broken && text.startsWith("--", i)) {
                while (i + 1 < text.length() && text.charAt(i + 1) != '\n' && text.charAt(i + 1) != '\r') {
                    i++;
                }
            } else if (c == '\'' && broken) {
                return i;
            } else if (!isSpace(c)) {
                return -1;
            }
        }
        return -1;
    }

    private void skipQuoted(char quote, String what) {
        int start = at;
        at++;
        while (true) {
            int end = text.indexOf(quote, at);
            if (end < 0) {
                throw refused(start, "a " + what + " is opened and not closed", "close it with " + quote);
            }
            at = end + 1;
            if (at >= text.length() || text.charAt(at) != quote) {
                return;
            }
            at++;
        }
    }

    private void skipDollar() {
        int end = at + 1;
        while (end < text.length() && isNamePart(text.charAt(end)) && text.charAt(end) != '$') {
            end++;
        }
        boolean tag =
                end < text.length() && text.charAt(end) == '$' && (end == at + 1 || isNameStart(text.charAt(at + 1)));
        if (!tag) {
            // a parameter such as $1
            at = Math.max(at + 1, end);
            return;
        }
        String delimiter = text.substring(at, end + 1);
        int close = text.indexOf(delimiter, end + 1);
        if (close < 0) {
            throw refused(at, "a text that " + delimiter + " opens is not closed", "close it with " + delimiter);
        }
        at = close + delimiter.length();
    }

    private void readCommand() {
        int end = at;
        while (end < text.length() && text.charAt(end) != '\n' && text.charAt(end) != '\r') {
            end++;
        }
        String command = text.substring(at, end);
        String word = command.split("\\s", 2)[0];
        if (first < 0 && (word.equals("\\restrict") || word.equals("\\unrestrict"))) {
            // dumps frame themselves with these, and they change nothing
            at = end;
            begin = end;
            return;
        }
        String shown = word.length() < 2 && command.length() > 1 ? command.substring(0, 2) : word;
        throw refused(
                at,
                "`" + shown.substring(0, Math.min(shown.length(), 20)) + "` is a command of psql, not SQL",
                "write what it does as SQL into the file");
    }

    private void endStatement() {
        int semicolon = at;
        at++;
        boolean copies = first >= 0 && isCopy();
        if (!copies) {
            finish(semicolon);
            return;
        }
        int end = semicolon;
        skipLine();
        if (!text.substring(semicolon + 1, at).isBlank()
                && !text.substring(semicolon + 1, at).strip().startsWith("--")) {
            throw refused(
                    semicolon, "something stands on the line of COPY … FROM stdin", "begin its data on the next line");
        }
        at = afterBreak(at);
        int data = at;
        int last = -1;
        while (at < text.length() && last < 0) {
            int start = at;
            skipLine();
            if (text.substring(start, at).equals("\\.")) {
                last = start;
            }
            at = afterBreak(at);
        }
        finish(end, Optional.of(text.substring(data, last < 0 ? text.length() : last)));
        begin = at;
    }

    private int afterBreak(int place) {
        if (text.startsWith("\r\n", place)) {
            return place + 2;
        }
        return Math.min(place + 1, text.length());
    }

    private boolean isCopy() {
        return new SqlStatement("", 0, words, Optional.empty()).isCopyFromStdin();
    }

    private void finish(int end) {
        finish(end, Optional.empty());
        begin = Math.min(end + 1, text.length());
    }

    private void finish(int end, Optional<String> data) {
        String piece = text.substring(begin, end).strip();
        if (!piece.isEmpty()) {
            written.add(data.map(lines -> piece + ";\n" + lines + "\\.").orElse(piece));
        }
        if (first >= 0) {
            String statement = text.substring(first, end).stripTrailing();
            statements.add(new SqlStatement(statement, firstLine, words, data));
            noteStrings(statement);
        }
        first = -1;
        depth = 0;
        blocks = 0;
        words = new ArrayList<>();
        previous = "";
    }

    /** Whether backslashes are plain from here on; the server says the same of a script that it is given piece by piece. */
    private void noteStrings(String statement) {
        if (words.isEmpty()) {
            return;
        }
        boolean named = words.contains("STANDARD_CONFORMING_STRINGS");
        switch (words.get(0)) {
            case "SET" -> {
                if (named) {
                    standardStrings =
                            isOn(statement.replaceAll("(?is).*standard_conforming_strings\\s*(=|to)\\s*", ""));
                }
            }
            case "RESET" -> standardStrings |= named || words.contains("ALL");
            case "SELECT" -> {
                Matcher call = SET_CONFIG.matcher(statement);
                if (call.find()) {
                    standardStrings = isOn(call.group(1));
                }
            }
            default -> {
                // nothing else says so
            }
        }
    }

    private static boolean isOn(String value) {
        return !OFF.contains(value.replace("'", "").strip().toLowerCase(Locale.ROOT));
    }

    private static boolean isSpace(char c) {
        return c == ' ' || c >= '\t' && c <= '\r';
    }

    private static boolean isNameStart(char c) {
        return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c == '_' || c >= 0x80;
    }

    private static boolean isNamePart(char c) {
        return isNameStart(c) || c >= '0' && c <= '9' || c == '$';
    }

    /** The line of a place, counted on from the last one asked for. */
    private int line(int place) {
        while (counted < place) {
            char c = text.charAt(counted);
            if (c == '\n' || c == '\r' && (counted + 1 >= text.length() || text.charAt(counted + 1) != '\n')) {
                line++;
            }
            counted++;
        }
        return line;
    }

    private MigrationFailed refused(int place, String what, String next) {
        return new MigrationFailed(name + " line " + line(place) + ": " + what + "; " + next, true);
    }
}
