package dev.slipway.database.rehearsal;

import dev.slipway.database.migrations.SqlStatement;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/** What a statement does, in plain words, read from its text alone: names, but never a value. */
final class StatementWords {

    /**
     * One thing that a statement does.
     *
     * @param words for people
     * @param additive whether code that does not know of it cannot miss anything, and nothing that it writes is refused
     */
    record Said(String words, boolean additive) {}

    private static final Set<String> NO_EFFECT = Set.of(
            "SET", "RESET", "SHOW", "BEGIN", "START", "COMMIT", "END", "SAVEPOINT", "RELEASE", "ANALYZE", "DISCARD");

    private static final Set<String> FILLERS = Set.of(
            "OR",
            "REPLACE",
            "TEMP",
            "TEMPORARY",
            "UNLOGGED",
            "GLOBAL",
            "LOCAL",
            "RECURSIVE",
            "CONSTRAINT",
            "TRUSTED",
            "PROCEDURAL",
            "DEFAULT");

    /** The object of CREATE, ALTER and DROP, as people call it; longer ones first. */
    private static final List<Map.Entry<List<String>, String>> OBJECTS = List.of(
            Map.entry(List.of("MATERIALIZED", "VIEW"), "materialized view"),
            Map.entry(List.of("FOREIGN", "TABLE"), "foreign table"),
            Map.entry(List.of("FOREIGN", "DATA", "WRAPPER"), "foreign data wrapper"),
            Map.entry(List.of("EVENT", "TRIGGER"), "event trigger"),
            Map.entry(List.of("TEXT", "SEARCH", "CONFIGURATION"), "text search configuration"),
            Map.entry(List.of("USER", "MAPPING"), "user mapping"),
            Map.entry(List.of("TABLE"), "table"),
            Map.entry(List.of("VIEW"), "view"),
            Map.entry(List.of("INDEX"), "index"),
            Map.entry(List.of("FUNCTION"), "function"),
            Map.entry(List.of("PROCEDURE"), "procedure"),
            Map.entry(List.of("AGGREGATE"), "aggregate"),
            Map.entry(List.of("TRIGGER"), "trigger"),
            Map.entry(List.of("POLICY"), "policy"),
            Map.entry(List.of("TYPE"), "type"),
            Map.entry(List.of("DOMAIN"), "domain"),
            Map.entry(List.of("SCHEMA"), "schema"),
            Map.entry(List.of("SEQUENCE"), "sequence"),
            Map.entry(List.of("EXTENSION"), "extension"),
            Map.entry(List.of("ROLE"), "role"),
            Map.entry(List.of("USER"), "role"),
            Map.entry(List.of("RULE"), "rule"),
            Map.entry(List.of("PUBLICATION"), "publication"),
            Map.entry(List.of("SUBSCRIPTION"), "subscription"),
            Map.entry(List.of("SERVER"), "foreign server"),
            Map.entry(List.of("STATISTICS"), "statistics"),
            Map.entry(List.of("COLLATION"), "collation"),
            Map.entry(List.of("CAST"), "cast"),
            Map.entry(List.of("OPERATOR"), "operator"),
            Map.entry(List.of("DATABASE"), "database"),
            Map.entry(List.of("LANGUAGE"), "language"));

    /** What can be there without anybody having to know. */
    private static final Set<String> HARMLESS_WHEN_NEW = Set.of(
            "table",
            "view",
            "materialized view",
            "foreign table",
            "function",
            "procedure",
            "aggregate",
            "type",
            "domain",
            "schema",
            "sequence",
            "extension",
            "role",
            "statistics",
            "collation",
            "publication");

    private final List<String> words;
    private int at;

    private StatementWords(List<String> words) {
        this.words = words;
    }

    static List<Said> of(SqlStatement statement) {
        if (statement.words().isEmpty() || NO_EFFECT.contains(statement.words().get(0))) {
            return List.of();
        }
        return new StatementWords(statement.words()).read(statement);
    }

    private List<Said> read(SqlStatement statement) {
        String first = next();
        return switch (first) {
            case "CREATE" -> List.of(create());
            case "DROP" -> List.of(drop());
            case "ALTER" -> alter();
            case "UPDATE" -> List.of(changes("updates", skip("ONLY")));
            case "DELETE" -> List.of(changes("deletes", skip("FROM").skip("ONLY")));
            case "INSERT" ->
                List.of(additive("inserts rows into " + skip("INTO").name()));
            case "COPY" -> List.of(additive("loads rows into " + name()));
            case "MERGE" ->
                List.of(other("merges rows into " + skip("INTO").skip("ONLY").name()));
            case "TRUNCATE" ->
                List.of(other("empties " + skip("TABLE").skip("ONLY").names()));
            case "GRANT" -> List.of(additive("grants rights"));
            case "REVOKE" -> List.of(other("revokes rights"));
            case "COMMENT", "SECURITY" -> List.of(additive("comments"));
            case "DO" -> List.of(other("runs a block of code"));
            case "CALL" -> List.of(other("calls procedure " + name()));
            case "SELECT", "VALUES", "TABLE" -> List.of(other("runs a query"));
            case "WITH" -> List.of(with());
            case "LOCK" ->
                List.of(additive("locks " + skip("TABLE").skip("ONLY").names()));
            case "REFRESH" ->
                List.of(additive("refreshes "
                        + skip("MATERIALIZED").skip("VIEW").skip("CONCURRENTLY").name()));
            case "REINDEX" ->
                List.of(additive(
                        "rebuilds indexes" + (words.contains("CONCURRENTLY") ? ", without blocking writes" : "")));
            case "VACUUM" -> List.of(additive(words.contains("FULL") ? "rewrites tables by VACUUM FULL" : "vacuums"));
            case "CLUSTER" ->
                List.of(additive("rewrites " + (at < words.size() ? name() : "tables") + " in the order of an index"));
            case "REASSIGN" -> List.of(other("gives objects to another owner"));
            default -> List.of(other(statement.title().toLowerCase(Locale.ROOT)));
        };
    }

    private Said create() {
        boolean replaces = words.size() > 2 && words.get(1).equals("OR");
        boolean unique = false;
        while (at < words.size()
                && (FILLERS.contains(words.get(at)) || words.get(at).equals("UNIQUE"))) {
            unique |= words.get(at).equals("UNIQUE");
            at++;
        }
        String object = object();
        if (object.equals("index")) {
            return index(unique);
        }
        skip("CONCURRENTLY").skip("IF").skip("NOT").skip("EXISTS");
        String name = object.equals("cast") ? "" : name();
        String what = object + (name.isEmpty() ? "" : " " + name);
        if (object.equals("trigger") || object.equals("policy") || object.equals("rule")) {
            int on = words.indexOf(object.equals("rule") ? "TO" : "ON");
            at = on < 0 ? words.size() : on + 1;
            what += " on " + name();
            boolean permissive = object.equals("policy") && !words.contains("RESTRICTIVE");
            return new Said((replaces ? "makes or replaces " : "adds ") + what, permissive);
        }
        if (object.isEmpty()) {
            return other("creates " + title());
        }
        String filled = object.equals("table") && topLevel("AS") ? ", filled by a query" : "";
        return new Said(
                (replaces ? "makes or replaces " : "adds ") + what + filled,
                !replaces && HARMLESS_WHEN_NEW.contains(object));
    }

    private Said index(boolean unique) {
        boolean concurrently = peek("CONCURRENTLY");
        skip("CONCURRENTLY").skip("IF").skip("NOT").skip("EXISTS");
        String name = peek("ON") ? "" : name();
        String table = skip("ON").skip("ONLY").name();
        return new Said(
                "adds " + (unique ? "unique index" : "index") + (name.isEmpty() ? "" : " " + name) + " on " + table
                        + (concurrently ? ", without blocking writes" : ", blocking writes while it is built"),
                !unique);
    }

    private Said drop() {
        String object = object();
        boolean concurrently = peek("CONCURRENTLY");
        skip("CONCURRENTLY").skip("IF").skip("EXISTS");
        if (object.isEmpty()) {
            return other("drops " + title());
        }
        if (object.equals("trigger") || object.equals("policy") || object.equals("rule")) {
            String name = name();
            return other("drops " + object + " " + name + " on " + skip("ON").name());
        }
        return new Said(
                "drops " + object + " " + names() + (words.contains("CASCADE") ? " and what hangs on it" : "")
                        + (concurrently ? ", without blocking writes" : ""),
                false);
    }

    private List<Said> alter() {
        String object = object();
        skip("IF").skip("EXISTS").skip("ONLY");
        if (object.equals("table")) {
            String table = name();
            skip("*");
            return actions().stream()
                    .map(action -> new StatementWords(action).action(table))
                    .toList();
        }
        if (object.equals("type") && words.contains("ADD") && words.contains("VALUE")) {
            return List.of(additive("adds a value to " + name()));
        }
        return List.of(other(object.isEmpty() ? "alters " + title() : "changes " + object + " " + name()));
    }

    private Said action(String table) {
        String first = next();
        return switch (first) {
            case "ADD" -> add(table);
            case "DROP" -> {
                if (peek("CONSTRAINT")) {
                    yield other("drops constraint "
                            + skip("CONSTRAINT").skip("IF").skip("EXISTS").name() + " of " + table);
                }
                yield other("drops column " + table + "."
                        + skip("COLUMN").skip("IF").skip("EXISTS").name());
            }
            case "ALTER" -> column(table);
            case "RENAME" -> {
                if (peek("TO")) {
                    yield other("renames table " + table + " to " + skip("TO").name());
                }
                boolean constraint = peek("CONSTRAINT");
                String name = skip("CONSTRAINT").skip("COLUMN").name();
                yield other("renames " + (constraint ? "constraint " : "column ") + table + "." + name + " to "
                        + skip("TO").name());
            }
            case "VALIDATE" ->
                additive("checks all rows of " + table + " against constraint "
                        + skip("CONSTRAINT").name());
            case "ENABLE", "DISABLE", "FORCE", "NO" ->
                words.contains("SECURITY")
                        ? other("switches row-level security of " + table + " "
                                + (first.equals("ENABLE") || first.equals("FORCE") ? "on" : "off"))
                        : other("switches triggers or rules of " + table);
            case "OWNER" -> other("gives " + table + " to another owner");
            case "ATTACH" -> other("attaches partition " + skip("PARTITION").name() + " to " + table);
            case "DETACH" ->
                other("detaches partition " + skip("PARTITION").name() + " of " + table
                        + (words.contains("CONCURRENTLY") ? ", without blocking writes" : ""));
            case "SET" ->
                words.contains("SCHEMA")
                        ? other("moves " + table + " to another schema")
                        : additive("sets options of " + table);
            default -> other("changes " + table);
        };
    }

    private Said add(String table) {
        String valid = words.contains("VALID") ? ", without checking old rows" : "";
        if (peek("CONSTRAINT")) {
            return other("adds constraint " + skip("CONSTRAINT").name() + " to " + table + valid);
        }
        if (peek("PRIMARY") || peek("UNIQUE") || peek("FOREIGN") || peek("CHECK") || peek("EXCLUDE")) {
            String kind =
                    switch (words.get(at)) {
                        case "PRIMARY" -> "a primary key";
                        case "FOREIGN" -> "a foreign key";
                        case "UNIQUE" -> "a unique constraint";
                        case "CHECK" -> "a check";
                        default -> "an exclusion constraint";
                    };
            return other("adds " + kind + " to " + table + valid);
        }
        String column = skip("COLUMN").skip("IF").skip("NOT").skip("EXISTS").name();
        List<String> rest = words.subList(at, words.size());
        boolean notNull = Collections.indexOfSubList(rest, List.of("NOT", "NULL")) >= 0 || rest.contains("PRIMARY");
        boolean fills = rest.contains("DEFAULT")
                || rest.contains("GENERATED")
                || rest.stream().anyMatch(word -> word.endsWith("SERIAL"));
        return new Said(
                "adds column " + table + "." + column + (notNull ? " that takes no null" : "")
                        + (fills ? ", with a value of its own" : ""),
                (!notNull || fills) && !rest.contains("UNIQUE") && !rest.contains("PRIMARY"));
    }

    private Said column(String table) {
        if (peek("CONSTRAINT")) {
            return other("changes constraint " + skip("CONSTRAINT").name() + " of " + table);
        }
        String column = table + "." + skip("COLUMN").name();
        List<String> rest = words.subList(at, words.size());
        if (rest.contains("TYPE")) {
            return other("changes the type of column " + column);
        }
        if (Collections.indexOfSubList(rest, List.of("NOT", "NULL")) >= 0) {
            return rest.get(0).equals("SET")
                    ? other("lets column " + column + " take no null any more")
                    : additive("lets column " + column + " take null");
        }
        if (rest.contains("DEFAULT")) {
            return rest.get(0).equals("SET")
                    ? additive("gives column " + column + " another default")
                    : other("takes the default of column " + column + " away");
        }
        return other("changes column " + column);
    }

    private Said changes(String verb, StatementWords place) {
        String table = place.name();
        return other(verb + (topLevel("WHERE") ? " rows of " : " every row of ") + table);
    }

    private Said with() {
        boolean changes = words.contains("UPDATE") || words.contains("DELETE") || words.contains("MERGE");
        if (changes) {
            return other("changes rows by a query");
        }
        return words.contains("INSERT") ? additive("inserts rows by a query") : other("runs a query");
    }

    /** The parts of an ALTER TABLE between its commas, those in brackets aside. */
    private List<List<String>> actions() {
        List<List<String>> actions = new ArrayList<>();
        List<String> action = new ArrayList<>();
        int depth = 0;
        for (String word : words.subList(at, words.size())) {
            depth += word.equals("(") ? 1 : word.equals(")") ? -1 : 0;
            if (word.equals(",") && depth == 0) {
                actions.add(action);
                action = new ArrayList<>();
            } else {
                action.add(word);
            }
        }
        if (!action.isEmpty()) {
            actions.add(action);
        }
        return actions;
    }

    private String object() {
        for (Map.Entry<List<String>, String> each : OBJECTS) {
            int end = at + each.getKey().size();
            if (end <= words.size() && words.subList(at, end).equals(each.getKey())) {
                at = end;
                return each.getValue();
            }
        }
        return "";
    }

    private boolean topLevel(String wanted) {
        int depth = 0;
        for (String word : words) {
            depth += word.equals("(") ? 1 : word.equals(")") ? -1 : 0;
            if (depth == 0 && word.equals(wanted)) {
                return true;
            }
        }
        return false;
    }

    private String next() {
        return at < words.size() ? words.get(at++) : "";
    }

    private boolean peek(String wanted) {
        return at < words.size() && words.get(at).equals(wanted);
    }

    private StatementWords skip(String word) {
        if (peek(word)) {
            at++;
        }
        return this;
    }

    /** A name with its schema, as the catalogue spells it. */
    private String name() {
        StringBuilder name = new StringBuilder(spelled(next()));
        while (peek(".")) {
            at++;
            name.append('.').append(spelled(next()));
        }
        return name.toString();
    }

    private String names() {
        List<String> names = new ArrayList<>();
        names.add(name());
        while (at < words.size() && !peek("CASCADE") && !peek("RESTRICT")) {
            if (peek("(")) {
                int depth = 0;
                do {
                    String word = next();
                    depth += word.equals("(") ? 1 : word.equals(")") ? -1 : 0;
                } while (depth > 0 && at < words.size());
            } else if (peek(",")) {
                at++;
                names.add(name());
            } else {
                break;
            }
        }
        return String.join(", ", names);
    }

    private String title() {
        return String.join(" ", words.subList(Math.min(1, words.size()), Math.min(5, words.size())))
                .toLowerCase(Locale.ROOT);
    }

    private static String spelled(String word) {
        return word.length() > 1 && word.startsWith("\"")
                ? word.substring(1, word.length() - 1).replace("\"\"", "\"")
                : word.toLowerCase(Locale.ROOT);
    }

    private static Said additive(String words) {
        return new Said(words, true);
    }

    private static Said other(String words) {
        return new Said(words, false);
    }
}
