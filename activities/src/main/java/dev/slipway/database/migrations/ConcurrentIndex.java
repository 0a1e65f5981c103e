package dev.slipway.database.migrations;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * What a statement that works on an index {@code CONCURRENTLY} leaves when it fails or is cut off: an index that is there
 * and not valid, or one that nobody has noted yet.
 */
final class ConcurrentIndex {

    /** But for those that a session builds just now; which ones it builds is hidden from some logins. */
    private static final String INVALID = """
            SELECT format('%%I.%%I', n.nspname, c.relname)
            FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid JOIN pg_namespace n ON n.oid = c.relnamespace
            WHERE NOT i.indisvalid AND c.relkind = 'i' AND %s
            AND NOT EXISTS (
                SELECT 1 FROM pg_stat_progress_create_index p
                WHERE p.datname = current_database() AND coalesce(p.index_relid, i.indexrelid) = i.indexrelid)
            ORDER BY 1
            """;

    private final SqlStatement statement;
    private final List<String> words;

    ConcurrentIndex(SqlStatement statement) {
        this.statement = statement;
        this.words = statement.isConcurrent() ? statement.words() : List.of();
    }

    /** Those that it has left and that a next attempt has to drop, with their schema, quoted. */
    List<String> invalid(Connection session) throws SQLException {
        if (words.isEmpty()) {
            return List.of();
        }
        if (statement.isCreateIndex() && name().isEmpty()) {
            return generated(session);
        }
        if (statement.isCreateIndex()) {
            return names(
                    session,
                    INVALID.formatted("i.indrelid = to_regclass(?) AND c.relname = (parse_ident(?))[1]"),
                    List.of(table(), name()));
        }
        if (statement.starts("REINDEX")) {
            String of = after("CONCURRENTLY");
            return names(
                    session,
                    INVALID.formatted(
                            "c.relname ~ '_cc(new|old)[0-9]*$' AND (i.indrelid = to_regclass(?) OR i.indrelid ="
                                    + " (SELECT indrelid FROM pg_index WHERE indexrelid = to_regclass(?)))"),
                    List.of(of, of));
        }
        return List.of();
    }

    /** Of an index that PostgreSQL has named: with such a name, and with the words of this statement in it. */
    private List<String> generated(Connection session) throws SQLException {
        GeneratedName pattern = new GeneratedName(table(), words);
        List<String> left = new ArrayList<>();
        for (String index : names(session, INVALID.formatted("i.indrelid = to_regclass(?)"), List.of(table()))) {
            String name =
                    names(session, "SELECT relname FROM pg_class WHERE oid = to_regclass(?)", List.of(index)).stream()
                            .findFirst()
                            .orElse("");
            boolean like = names(session, "SELECT pg_get_indexdef(to_regclass(?))", List.of(index)).stream()
                    .anyMatch(this::isLike);
            if (like && pattern.matches(name)) {
                left.add(index);
            }
        }
        return left;
    }

    /** Whether it did all of its work before it was cut off, as far as the catalogue tells. */
    boolean isDone(Connection session) throws SQLException {
        if (words.isEmpty()) {
            return false;
        }
        if (statement.starts("DROP", "INDEX")) {
            return !words.contains("EXISTS")
                    && names(session, "SELECT 1 WHERE to_regclass(?) IS NOT NULL", List.of(after("CONCURRENTLY")))
                            .isEmpty();
        }
        if (!statement.isCreateIndex() || name().isEmpty() || words.contains("EXISTS")) {
            return false;
        }
        List<String> definition = names(
                session,
                "SELECT pg_get_indexdef(i.indexrelid) FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid"
                        + " WHERE i.indisvalid AND i.indrelid = to_regclass(?) AND c.relname = (parse_ident(?))[1]",
                List.of(table(), name()));
        return !definition.isEmpty() && isLike(definition.get(0));
    }

    /** Whether the index that is there has the words of this statement in it. */
    private boolean isLike(String definition) {
        String there = definition.toUpperCase(Locale.ROOT);
        int open = words.indexOf("(");
        return open >= 0
                && there.contains(" UNIQUE ") == words.contains("UNIQUE")
                && words.subList(open, words.size()).stream()
                        .filter(word -> Character.isLetter(word.charAt(0)) && !word.equals("ASC"))
                        .allMatch(there::contains);
    }

    private String name() {
        int at = words.indexOf("CONCURRENTLY") + 1;
        if (words.size() > at + 2 && words.get(at).equals("IF")) {
            at += 3;
        }
        return words.size() <= at || words.get(at).equals("ON") ? "" : folded(words.get(at));
    }

    private String table() {
        String table = after("ON");
        return table.equals("only") ? after("ONLY") : table;
    }

    /** The name, with its schema, that stands after a word. */
    private String after(String word) {
        int at = words.indexOf(word) + 1;
        StringBuilder name = new StringBuilder();
        while (at < words.size()) {
            name.append(folded(words.get(at)));
            if (at + 1 >= words.size() || !words.get(at + 1).equals(".")) {
                break;
            }
            name.append('.');
            at += 2;
        }
        return name.toString();
    }

    private static String folded(String word) {
        return word.startsWith("\"") ? word : word.toLowerCase(Locale.ROOT);
    }

    private static List<String> names(Connection session, String sql, List<String> parameters) throws SQLException {
        List<String> names = new ArrayList<>();
        try (PreparedStatement look = session.prepareStatement(sql)) {
            for (int i = 0; i < parameters.size(); i++) {
                look.setString(i + 1, parameters.get(i));
            }
            try (ResultSet found = look.executeQuery()) {
                while (found.next()) {
                    names.add(found.getString(1));
                }
            }
        }
        return names;
    }
}
