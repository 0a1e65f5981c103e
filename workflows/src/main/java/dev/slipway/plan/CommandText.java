package dev.slipway.plan;

import java.util.List;

/** A command as a person would type it. */
final class CommandText {

    private CommandText() {}

    /** For instance {@code ./switch ${version}}. */
    static String of(List<String> arguments) {
        return String.join(
                " ",
                arguments.stream()
                        .map(argument ->
                                argument.matches("[A-Za-z0-9_@%+=:,./${}-]+") ? argument : "'" + argument + "'")
                        .toList());
    }
}
