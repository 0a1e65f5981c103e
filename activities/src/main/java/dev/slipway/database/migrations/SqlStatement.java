package dev.slipway.database.migrations;

import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * One statement of a script, without its semicolon.
 *
 * @param text from its first word on
 * @param line where its first word stands, from 1
 * @param words its keywords and names in upper case, quoted names as they are with their quotes, each bracket and symbol
 *     as one; strings and numbers are left out
 * @param data the lines after {@code COPY … FROM stdin}; empty for every other statement
 */
public record SqlStatement(String text, int line, List<String> words, Optional<String> data) {

    private static final Pattern TRANSACTION_INSIDE =
            Pattern.compile("\\b(COMMIT|ROLLBACK)\\b\\s*(WORK|TRANSACTION)?\\s*(AND\\s+(NO\\s+)?CHAIN)?\\s*;");

    private static final Set<String> SWIFT = Set.of("CREATE", "ALTER", "DROP", "COMMENT", "GRANT", "REVOKE");

    public SqlStatement {
        words = List.copyOf(words);
    }

    /** Whether it opens a transaction block. */
    boolean begins() {
        return starts("BEGIN") || starts("START", "TRANSACTION");
    }

    /** Whether it opens one that is like any other. */
    boolean beginsPlainly() {
        return words.equals(List.of("BEGIN"))
                || words.equals(List.of("BEGIN", "WORK"))
                || words.equals(List.of("BEGIN", "TRANSACTION"))
                || words.equals(List.of("START", "TRANSACTION"));
    }

    /** Whether it ends a transaction block with what it did. */
    boolean commits() {
        return (starts("COMMIT") || starts("END")) && !words.contains("PREPARED") && !words.contains("CHAIN");
    }

    /** Whether it ends a transaction block, or is of the kind that does. */
    boolean ends() {
        return starts("COMMIT")
                || starts("END")
                || starts("ABORT")
                || starts("ROLLBACK") && !words.contains("TO")
                || starts("PREPARE", "TRANSACTION");
    }

    /** Whether another transaction block begins where it ends one. */
    boolean chains() {
        return words.contains("CHAIN") && !words.contains("NO");
    }

    /** The driver reads dates and texts in one form only, and hangs up when the server changes to another. */
    boolean isForeignToTheDriver() {
        String lower = text.toLowerCase(Locale.ROOT);
        boolean style = has("DATESTYLE") && !lower.contains("iso") && !words.contains("DEFAULT");
        boolean encoding = (has("CLIENT_ENCODING") || starts("SET", "NAMES"))
                && !lower.matches("(?s).*(utf-?8|unicode|default).*");
        return starts("SET") && (style || encoding);
    }

    /** Whether it only defines something, or adds given rows. */
    boolean isSwift() {
        return data().isEmpty()
                && !words.isEmpty()
                && (SWIFT.contains(words.get(0)) && !words.contains("SELECT") && !words.contains("EXTENSION")
                        || starts("INSERT", "INTO") && words.contains("VALUES") && !words.contains("SELECT")
                        || beginsPlainly()
                        || commits());
    }

    /** Whether it changes who the session is. */
    boolean changesRole() {
        return has("SET", "ROLE")
                || has("LOCAL", "ROLE")
                || has("SESSION", "ROLE")
                || has("SESSION", "AUTHORIZATION")
                || has("RESET", "ROLE");
    }

    boolean isCopyFromStdin() {
        return starts("COPY") && has("FROM", "STDIN");
    }

    /** Whether PostgreSQL refuses it in a transaction block. */
    public boolean standsAlone() {
        return isConcurrent()
                || starts("VACUUM")
                || starts("ALTER", "SYSTEM")
                || starts("CREATE", "DATABASE")
                || starts("DROP", "DATABASE")
                || starts("ALTER", "DATABASE") && has("SET", "TABLESPACE")
                || starts("CREATE", "TABLESPACE")
                || starts("DROP", "TABLESPACE")
                || starts("CREATE", "SUBSCRIPTION")
                || starts("DROP", "SUBSCRIPTION")
                || starts("ALTER", "SUBSCRIPTION") && (words.contains("REFRESH") || words.contains("PUBLICATION"))
                || starts("REINDEX")
                        && (words.contains("DATABASE") || words.contains("SYSTEM") || words.contains("SCHEMA"))
                || starts("CLUSTER") && words.size() == 1
                || has("COMMIT", "PREPARED")
                || has("ROLLBACK", "PREPARED")
                || starts("DO")
                        && TRANSACTION_INSIDE
                                .matcher(text.toUpperCase(Locale.ROOT))
                                .find();
    }

    /** Whether it works without blocking others, at the price of leaving something behind when it fails. */
    boolean isConcurrent() {
        return words.contains("CONCURRENTLY")
                && (isCreateIndex()
                        || starts("DROP", "INDEX")
                        || starts("REINDEX")
                        || starts("ALTER", "TABLE") && words.contains("DETACH"));
    }

    /** Whether it waits for others without holding up anybody meanwhile: of an index, and no lock that others queue behind. */
    boolean waitsGently() {
        return isConcurrent() && !starts("ALTER", "TABLE");
    }

    boolean isCreateIndex() {
        return starts("CREATE", "INDEX") || starts("CREATE", "UNIQUE", "INDEX");
    }

    /** The value that it adds to an enum, as it is written; empty for every other statement. */
    Optional<String> addedValue() {
        if (!starts("ALTER", "TYPE") || !has("ADD", "VALUE")) {
            return Optional.empty();
        }
        int quote = text.indexOf('\'');
        int end = quote < 0 ? -1 : text.indexOf('\'', quote + 1);
        return end < 0 ? Optional.empty() : Optional.of(text.substring(quote, end + 1));
    }

    /** What a person recognises it by: its first words, without the values in it. */
    public String title() {
        String first = String.join(" ", words.subList(0, Math.min(8, words.size())));
        String title = first.replaceAll(" ([.,()\\[\\];]) ?", "$1").replaceAll("\\s+", " ");
        return words.size() > 8 ? title + " …" : title;
    }

    boolean starts(String... first) {
        if (words.size() < first.length) {
            return false;
        }
        return words.subList(0, first.length).equals(List.of(first));
    }

    /** Whether these words stand in it, one after the other. */
    boolean has(String... some) {
        return Collections.indexOfSubList(words, List.of(some)) >= 0;
    }
}
