package dev.slipway.database.rehearsal;

import java.util.Map;
import java.util.Set;

/**
 * What the server's codes mean. Only the code leaves a rehearsal: the server's own words may hold values of rows, and a
 * migration can say whatever it likes in an error of its own.
 */
final class SqlStates {

    private static final Map<String, String> WORDS = Map.ofEntries(
            Map.entry("23502", "a null where none may be"),
            Map.entry("23503", "a row refers to another that is not there"),
            Map.entry("23505", "a value that is there twice and has to be unique"),
            Map.entry("23514", "a row does not meet a check"),
            Map.entry("23P01", "two rows exclude each other"),
            Map.entry("22P02", "a value cannot be read as the type"),
            Map.entry("22001", "a text is longer than its column"),
            Map.entry("22003", "a number is out of range"),
            Map.entry("22007", "a text is no date"),
            Map.entry("42601", "a syntax error"),
            Map.entry("42P01", "a table that is not there"),
            Map.entry("42P07", "a table or index that is there already"),
            Map.entry("42701", "a column that is there already"),
            Map.entry("42703", "a column that is not there"),
            Map.entry("42704", "an object that is not there"),
            Map.entry("42710", "an object that is there already"),
            Map.entry("42723", "a function that is there already"),
            Map.entry("42804", "a type that does not fit"),
            Map.entry("42846", "a type that cannot be cast"),
            Map.entry("42883", "a function that is not there"),
            Map.entry("42501", "rights that a rehearsal does not give"),
            Map.entry("2BP01", "other objects hang on it"),
            Map.entry("3F000", "a schema that is not there"),
            Map.entry("25001", "a statement that runs only outside of a transaction"),
            Map.entry("0A000", "something that this server cannot do"),
            Map.entry("58P01", "a file that is not on this machine, such as an extension's"),
            Map.entry("P0001", "an error that the migration itself raised"),
            Map.entry("P0004", "an assertion of the migration that failed"),
            Map.entry("57014", "it was cancelled, or took longer than its own statement_timeout"),
            Map.entry("55P03", "a lock that was not to be had"),
            Map.entry("53100", "a full disk"),
            Map.entry("53200", "no memory left"));

    /** What a real database may allow and this copy does not: it tells nothing about the migration. */
    private static final Set<String> OF_THE_COPY = Set.of("42501", "58P01", "0A000", "53100", "53200");

    /** The same, where the copy is known to lack something. */
    private static final Set<String> OF_AN_INCOMPLETE_COPY = Set.of("42704", "3F000", "42P01", "42883");

    private SqlStates() {}

    static String words(String state) {
        String known = WORDS.get(state);
        return known == null ? "an error that has no usual code" : known + " (SQLSTATE " + state + ")";
    }

    static boolean isOfTheCopy(String state, boolean incomplete) {
        return OF_THE_COPY.contains(state) || incomplete && OF_AN_INCOMPLETE_COPY.contains(state);
    }
}
