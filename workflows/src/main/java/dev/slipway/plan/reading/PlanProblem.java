package dev.slipway.plan.reading;

import dev.slipway.plan.Quoted;

/**
 * One thing that is wrong with a plan, at its place.
 *
 * @param file the plan file as it was named; empty where the request itself is wrong
 * @param line counted from 1; 0 where it is not about a place in the file
 * @param column counted from 1, in characters
 * @param path for instance {@code production.databases.main.url}; empty for the whole file
 * @param what what is wrong, the value quoted
 * @param next what to do next
 * @param source the line of the file as it stands there, for {@link #withSnippet()}
 */
public record PlanProblem(String file, int line, int column, String path, String what, String next, String source) {

    private static final int LONGEST_SNIPPET = 160;

    /** One line: {@code slipway.yaml:12:7: production.approval: unknown key `aproval`; did you mean `approval`?} */
    public String text() {
        String place = line == 0 ? "" : file + ":" + line + ":" + column + ": ";
        String where = path.isEmpty() ? "" : path + ": ";
        return place + where + what + (next.isEmpty() ? "" : "; " + next);
    }

    /** The one line, the line of the file below it, and a caret under the place. */
    public String withSnippet() {
        if (line == 0 || source.isBlank()) {
            return text();
        }
        int start = column > LONGEST_SNIPPET ? source.offsetByCodePoints(0, column - 1 - LONGEST_SNIPPET / 2) : 0;
        int place = source.offsetByCodePoints(0, Math.min(column - 1, source.codePointCount(0, source.length())));
        int end = Math.min(source.length(), start + LONGEST_SNIPPET);
        String shown = Quoted.plain(source.substring(start, Math.max(end, start)));
        String before = Quoted.plain(source.substring(start, Math.max(place, start)));
        return text() + "\n    " + shown + "\n    " + " ".repeat(before.codePointCount(0, before.length())) + "^";
    }
}
