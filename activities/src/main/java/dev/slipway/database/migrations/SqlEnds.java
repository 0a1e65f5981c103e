package dev.slipway.database.migrations;

/**
 * Where what begins at a place of a script ends, by the rules of PostgreSQL's lexer: comments, strings, quoted names, dollar
 * quotes. Places are indexes into the text.
 */
final class SqlEnds {

    private final String name;
    private final String text;

    SqlEnds(String name, String text) {
        this.name = name;
        this.text = text;
    }

    /** The line break, or the end of the text. */
    int line(int start) {
        int at = start;
        while (at < text.length() && text.charAt(at) != '\n' && text.charAt(at) != '\r') {
            at++;
        }
        return at;
    }

    /** After a comment, whatever comments are in it. */
    int comment(int start) {
        int at = start;
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
        return at;
    }

    /**
     * After a string, with what continues it.
     *
     * @param backslashes whether a backslash takes the next character with it
     */
    int string(int start, boolean backslashes) {
        int at = start + 1;
        while (true) {
            if (at >= text.length()) {
                throw refused(start, "a string is opened and not closed", "close it with '");
            }
            char c = text.charAt(at);
            if (c == '\\' && backslashes || c == '\'' && text.startsWith("''", at)) {
                at += 2;
            } else if (c == '\'') {
                at++;
                int next = continued(at);
                if (next < 0) {
                    return at;
                }
                // a string goes on on a later line, by the rules of its beginning
                at = next + 1;
            } else {
                at++;
            }
        }
    }

    /** Where the string that just ended goes on: at a quote after white space with a line break in it; else -1. */
    private int continued(int end) {
        boolean broken = false;
        for (int i = end; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '\n' || c == '\r') {
                broken = true;
            } else if (broken && text.startsWith("--", i)) {
                i = line(i) - 1;
            } else if (c == '\'' && broken) {
                return i;
            } else if (!isSpace(c)) {
                return -1;
            }
        }
        return -1;
    }

    /** After a quoted name. */
    int quotedName(int start) {
        int at = start + 1;
        while (true) {
            int end = text.indexOf('"', at);
            if (end < 0) {
                throw refused(start, "a quoted name is opened and not closed", "close it with \"");
            }
            at = end + 1;
            if (at >= text.length() || text.charAt(at) != '"') {
                return at;
            }
            at++;
        }
    }

    /** After a dollar quote, or after a parameter such as $1. */
    int dollar(int start) {
        int end = start + 1;
        while (end < text.length() && isNamePart(text.charAt(end)) && text.charAt(end) != '$') {
            end++;
        }
        boolean tag = end < text.length()
                && text.charAt(end) == '$'
                && (end == start + 1 || isNameStart(text.charAt(start + 1)));
        if (!tag) {
            return Math.max(start + 1, end);
        }
        String delimiter = text.substring(start, end + 1);
        int close = text.indexOf(delimiter, end + 1);
        if (close < 0) {
            throw refused(start, "a text that " + delimiter + " opens is not closed", "close it with " + delimiter);
        }
        return close + delimiter.length();
    }

    static boolean isSpace(char c) {
        return c == ' ' || c >= '\t' && c <= '\r';
    }

    static boolean isNameStart(char c) {
        return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c == '_' || c >= 0x80;
    }

    static boolean isNamePart(char c) {
        return isNameStart(c) || c >= '0' && c <= '9' || c == '$';
    }

    /** What cannot be taken apart. */
    MigrationFailed refused(int place, String what, String next) {
        long line = 1;
        for (int i = 0; i < Math.min(place, text.length()); i++) {
            char c = text.charAt(i);
            if (c == '\n' || c == '\r' && (i + 1 >= text.length() || text.charAt(i + 1) != '\n')) {
                line++;
            }
        }
        return new MigrationFailed(name + " line " + line + ": " + what + "; " + next, true);
    }
}
