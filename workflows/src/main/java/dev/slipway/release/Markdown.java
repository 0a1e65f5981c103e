package dev.slipway.release;

/** The dialect in which the Temporal UI shows details. */
final class Markdown {

    private Markdown() {}

    /** A line of the journal, as one cell of a table. */
    static String cell(String text) {
        String line = text.replace("\n", " ");
        return (line.startsWith(Journal.UNDO) ? Journal.UNDO + code(line.substring(Journal.UNDO.length())) : line)
                .replace("|", "\\|");
    }

    /** A command as it has to be typed: outside of code, the UI makes formulas of `$` and dashes of `--`. */
    static String code(String command) {
        String fence = "`";
        while (command.contains(fence)) {
            fence += "`";
        }
        String space = fence.length() > 1 ? " " : "";
        return fence + space + command + space + fence;
    }
}
