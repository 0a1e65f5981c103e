package dev.slipway.watch;

import java.util.function.IntPredicate;

/** A place in a short text that is being read from left to right. */
final class Cursor {
    private final String text;
    private int at;

    Cursor(String text) {
        this.text = text;
    }

    boolean atEnd() {
        return at >= text.length();
    }

    char peek() {
        return atEnd() ? '\0' : text.charAt(at);
    }

    char take() {
        return text.charAt(at++);
    }

    boolean accept(String token) {
        if (!text.startsWith(token, at)) {
            return false;
        }
        at += token.length();
        return true;
    }

    void skipBlanks() {
        while (!atEnd() && Character.isWhitespace(peek())) {
            at++;
        }
    }

    String takeWhile(IntPredicate wanted) {
        int from = at;
        while (!atEnd() && wanted.test(peek())) {
            at++;
        }
        return text.substring(from, at);
    }

    int place() {
        return at;
    }

    /** What is wrong here: {@code expected} should stand at the cursor. */
    Misread expected(String expected) {
        return expectedAt(at, expected);
    }

    Misread expectedAt(int place, String expected) {
        int from = Math.min(place, text.length());
        int to = from;
        while (to < text.length() && to - from < 30 && (to == from || !Character.isWhitespace(text.charAt(to)))) {
            to++;
        }
        return new Misread(from + 1, expected, text.substring(from, to));
    }
}
