package dev.slipway.database;

import java.util.List;
import java.util.stream.Collectors;

/** Values as they stand in a statement, for those statements that take no parameters. */
public final class Literals {

    private Literals() {}

    /** The session reads backslashes as they stand: `standard_conforming_strings` is pinned. */
    static String text(String value) {
        return "'" + value.replace("'", "''") + "'";
    }

    /** An array of texts. */
    public static String array(List<String> values) {
        return text(values.stream()
                .map(value -> "\"" + value.replace("\\", "\\\\").replace("\"", "\\\"") + "\"")
                .collect(Collectors.joining(",", "{", "}")));
    }
}
