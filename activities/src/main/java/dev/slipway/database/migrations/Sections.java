package dev.slipway.database.migrations;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The two directions that some tools write into one file, told apart by comments such as {@code -- migrate:up} and
 * {@code -- +goose Down}. Whoever would run all of such a file would take back at once what it does.
 */
final class Sections {

    private static final Pattern UP = heading("up");
    private static final Pattern DOWN = heading("down");

    private Sections() {}

    private static Pattern heading(String direction) {
        return Pattern.compile(
                "^--[ \\t]*(?:migrate:[ \\t]*" + direction + "|\\+goose[ \\t]+" + direction + "|\\+migrate[ \\t]+"
                        + direction + "|" + direction + "[ \\t]+migration)\\b[^\\n]*$",
                Pattern.CASE_INSENSITIVE | Pattern.MULTILINE);
    }

    /** All of a file without a way down in it. Lines keep their numbers. */
    static String up(String text) {
        Matcher down = DOWN.matcher(text);
        if (!down.find()) {
            return text;
        }
        Matcher up = UP.matcher(text);
        boolean upIsLast = up.find() && up.start() > down.start();
        return upIsLast
                ? "\n".repeat((int) text.substring(0, up.start())
                                .chars()
                                .filter(c -> c == '\n')
                                .count())
                        + text.substring(up.start())
                : text.substring(0, down.start());
    }

    /** What takes it back; empty where the file does not say. */
    static String down(String text) {
        Matcher down = DOWN.matcher(text);
        if (!down.find()) {
            return "";
        }
        Matcher up = UP.matcher(text);
        int end = up.find(down.end()) ? up.start() : text.length();
        return text.substring(down.start(), end);
    }
}
