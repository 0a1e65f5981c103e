package dev.slipway.database.backup;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * What pg_restore could not do.
 *
 * @param what the beginning of the statement, up to the name that it is about; empty where it was not told
 * @param error the server's first line, without values of the database
 */
public record RestoreError(String what, String error) {

    private static final Pattern ERROR =
            Pattern.compile("pg_restore: error: (?:could not execute query: )?(?:ERROR: +)?(.+)");
    /** No more than names: what follows may hold literals. */
    private static final Pattern STATEMENT =
            Pattern.compile("Command was: ((?:[A-Z]+ )+(?:\"[^\"]*\"|\\w+)(?:\\.(?:\"[^\"]*\"|\\w+))*).*");
    /** The server quotes the value that it could not read. */
    private static final Pattern VALUE =
            Pattern.compile("((?:invalid|malformed|value too long|date/time)[^:\"]*)[:\"].*");

    private static final Pattern ELSEWHERE = Pattern.compile("(?:schema|type|relation|function|operator|operator class"
            + "|operator family|access method|extension|role|table|collation|text search \\w+|foreign-data wrapper|language)"
            + " .+ (?:does not exist|is not available).*");

    /** pg_restore since 17 switches it off, also on a server that has never heard of it. */
    private static final String NEWER_SETTING = "unrecognized configuration parameter \"transaction_timeout\"";

    private static final String CUT_OFF = "there are more errors before these, whose text is not kept";

    /** As many lines of a program's output are kept; an error before them is not seen. */
    private static final int KEPT_LINES = 200;

    /** All that a run of pg_restore, which went on after each, has said. */
    static List<RestoreError> in(List<String> lines) {
        List<RestoreError> errors = new ArrayList<>();
        for (String line : lines) {
            Matcher error = ERROR.matcher(line);
            Matcher statement = STATEMENT.matcher(line);
            if (error.matches()) {
                errors.add(new RestoreError("", VALUE.matcher(error.group(1)).replaceFirst("$1")));
            } else if (statement.matches() && !errors.isEmpty()) {
                errors.set(
                        errors.size() - 1,
                        new RestoreError(
                                statement.group(1),
                                errors.get(errors.size() - 1).error()));
            }
        }
        if (lines.size() >= KEPT_LINES) {
            errors.add(new RestoreError("", CUT_OFF));
        }
        return List.copyOf(errors);
    }

    /** What of a program's last lines may be shown: its own, without those of the server that quote rows. */
    static String shown(List<String> lines) {
        return lines.stream()
                .filter(line -> line.startsWith("pg_restore: "))
                .map(line -> VALUE.matcher(line).replaceFirst("$1"))
                .collect(Collectors.joining(" | "));
    }

    /** Whether it only says that a new database has what every new database has, or lacks what its version lacks. */
    boolean isNone() {
        return error.equals("schema \"public\" already exists") || error.equals(NEWER_SETTING);
    }

    /** Whether it lies in something that the dump does not hold and this machine does not have. */
    boolean isElsewhere() {
        return ELSEWHERE.matcher(error).matches()
                || error.equals(CUT_OFF)
                || error.contains("violates foreign key constraint");
    }

    /** What helps where it is no fault of the dump's database; begins with a semicolon, or is empty. */
    String hint() {
        return error.startsWith("unrecognized parameter \"pg_")
                ? "; the server has a fix that the pg_dump of this machine does not know yet: bring PostgreSQL's programs here"
                        + " to their newest minor release"
                : "";
    }

    @Override
    public String toString() {
        return what.isEmpty() ? error : what + ": " + error;
    }
}
