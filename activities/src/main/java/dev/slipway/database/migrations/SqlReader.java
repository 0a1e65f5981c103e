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
    private final SqlEnds ends;
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
        this.ends = new SqlEnds(name, text);
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
        if (SqlEnds.isSpace(c)) {
            at++;
        } else if (text.startsWith("--", at)) {
            at = ends.line(at);
        } else if (text.startsWith("/*", at)) {
            at = ends.comment(at);
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
            at = ends.string(at, !standardStrings);
        } else if (c == '"') {
            int start = at;
            at = ends.quotedName(at);
            add(text.substring(start, at));
        } else if (c == '$') {
            at = ends.dollar(at);
        } else if (SqlEnds.isNameStart(c)) {
            readWord();
        } else if (Character.isDigit(c)) {
            while (at < text.length()
                    && (SqlEnds.isNamePart(text.charAt(at)) && text.charAt(at) != '$' || text.charAt(at) == '.')) {
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
        while (at < text.length() && SqlEnds.isNamePart(text.charAt(at))) {
            at++;
        }
        String word = text.substring(start, at).toUpperCase(Locale.ROOT);
        boolean quoteFollows = at < text.length() && text.charAt(at) == '\'';
        if (quoteFollows && word.equals("E")) {
            at = ends.string(at, true);
            return;
        }
        if (quoteFollows && (word.equals("B") || word.equals("X") || word.equals("N"))) {
            at = ends.string(at, word.equals("N") && !standardStrings);
            return;
        }
        if (word.equals("U") && text.startsWith("&'", at)) {
            at++;
            at = ends.string(at, false);
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

    private void readCommand() {
        int end = ends.line(at);
        String command = text.substring(at, end);
        String word = command.split("\\s", 2)[0];
        if (first < 0 && (word.equals("\\restrict") || word.equals("\\unrestrict"))) {
            // dumps frame themselves with these, and they change nothing
            at = end;
            begin = end;
            return;
        }
        String shown = word.length() < 2 && command.length() > 1 ? command.substring(0, 2) : word;
        throw ends.refused(
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
        at = ends.line(at);
        if (!text.substring(semicolon + 1, at).isBlank()
                && !text.substring(semicolon + 1, at).strip().startsWith("--")) {
            throw ends.refused(
                    semicolon, "something stands on the line of COPY … FROM stdin", "begin its data on the next line");
        }
        at = afterBreak(at);
        int data = at;
        int last = -1;
        while (at < text.length() && last < 0) {
            int start = at;
            at = ends.line(at);
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
}
