package dev.slipway.database.reference;

import dev.slipway.database.Literals;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * A table of reference data in both places, and the statements on it.
 *
 * @param target as it is where the rows are to be
 * @param source the name, quoted, of what has the right rows
 * @param columns those that are compared and written; not the generated ones, which follow from the others
 * @param where which rows are meant; empty for all
 * @param deleteExtra whether rows that only the target has go
 * @param shown columns whose values may be shown
 */
record ReferenceTable(
        TableShape target,
        String source,
        List<TableShape.Column> columns,
        String where,
        boolean deleteExtra,
        Set<String> shown) {

    private static final List<String> WHOLE_NUMBERS = List.of("smallint", "integer", "bigint");

    ReferenceTable {
        columns = List.copyOf(columns);
    }

    /** How the same table in the source differs from this one, in words; empty when it does not. */
    static List<String> drift(TableShape target, TableShape source, List<String> without) {
        Map<String, String> ours = types(target, without);
        Map<String, String> theirs = types(source, without);
        List<String> drift = new ArrayList<>();
        ours.forEach((column, type) -> {
            if (!theirs.containsKey(column)) {
                drift.add(target + "." + column + " is only in the target");
            } else if (!theirs.get(column).equals(type)) {
                drift.add(target + "." + column + " is " + theirs.get(column) + " in the source and " + type
                        + " in the target");
            }
        });
        theirs.keySet().stream()
                .filter(column -> !ours.containsKey(column))
                .forEach(column -> drift.add(target + "." + column + " is only in the source"));
        if (!target.key().equals(source.key())) {
            drift.add(target + " has the primary key " + source.key() + " in the source and " + target.key()
                    + " in the target");
        }
        return drift;
    }

    private static Map<String, String> types(TableShape table, List<String> without) {
        Map<String, String> types = new TreeMap<>();
        table.columns().stream()
                .filter(column -> !without.contains(column.name()))
                .forEach(column -> types.put(column.name(), column.type() + (column.generated() ? " generated" : "")));
        return types;
    }

    List<TableShape.Column> key() {
        return target.key().stream()
                .map(name -> target.columns().stream()
                        .filter(column -> column.name().equals(name))
                        .findFirst()
                        .orElseThrow())
                .toList();
    }

    String ours() {
        return target.quotedName();
    }

    /**
     * Number and digest of the rows. The text of a row is the same in every database: an enum is its label there, not its
     * number, and what has no equality, such as json, has a text.
     */
    String digest(String relation) {
        return "SELECT count(*) || ' ' || coalesce(sum(" + rowHash() + "), 0) FROM " + relation + " t"
                + (where.isEmpty() ? "" : " WHERE (" + where + ")");
    }

    /**
     * Keys with the digests of their rows, in an order that both servers and Java agree on: that of whole numbers, which an
     * index may have already, or else of the keys' hashes.
     */
    String sortedKeys(String relation, boolean onlyMeant) {
        boolean number =
                target.key().size() == 1 && WHOLE_NUMBERS.contains(key().get(0).type());
        String texts = names(key(), column -> "t." + column.quoted() + "::text COLLATE \"C\"");
        String first = "t." + key().get(0).quoted();
        return "COPY (SELECT " + (number ? first + "::bigint" : keyHash()) + ", " + rowHash() + ", "
                + (where.isEmpty() ? "true" : "(" + where + ") IS TRUE") + ", " + texts + " FROM " + relation + " t"
                + (onlyMeant && !where.isEmpty() ? " WHERE (" + where + ")" : "") + " ORDER BY "
                + (number ? first : keyHash() + ", " + texts) + ") TO STDOUT WITH (FORMAT binary)";
    }

    private String keyHash() {
        return "hashtextextended("
                + (target.key().size() == 1
                        ? "t." + key().get(0).quoted() + "::text"
                        : "ROW(" + names(key(), column -> "t." + column.quoted()) + ")::text")
                + ", 0)";
    }

    private String rowHash() {
        return "hashtextextended(ROW(" + names(columns, column -> "t." + column.quoted()) + ")::text, 0)";
    }

    /** All rows that are meant, in the order of their keys. */
    String copyAllOut() {
        return "COPY (SELECT " + names(columns, column -> "t." + column.quoted()) + " FROM " + source + " t"
                + (where.isEmpty() ? "" : " WHERE (" + where + ")") + " ORDER BY "
                + names(key(), column -> "t." + column.quoted()) + ") TO STDOUT" + format();
    }

    /** The rows of some keys, in their order. */
    String copyOut(String relation, List<Key> keys) {
        return "COPY (SELECT " + names(columns, column -> "t." + column.quoted()) + byKeys(relation, keys)
                + ") TO STDOUT" + format();
    }

    /** The columns of some keys' rows, as texts made by a function, in their order. */
    String select(String relation, List<Key> keys, Function<TableShape.Column, String> each) {
        return "SELECT k.n, " + columns.stream().map(each).collect(Collectors.joining(", ")) + byKeys(relation, keys);
    }

    private String byKeys(String relation, List<Key> keys) {
        List<String> arrays = new ArrayList<>();
        List<String> names = new ArrayList<>();
        List<String> same = new ArrayList<>();
        for (int at = 0; at < target.key().size(); at++) {
            TableShape.Column column = key().get(at);
            int part = at;
            arrays.add(Literals.array(
                            keys.stream().map(key -> key.parts().get(part)).toList())
                    + "::text[]::" + column.type() + "[]");
            names.add("k" + at);
            same.add("t." + column.quoted() + " = k.k" + at);
        }
        return " FROM unnest(" + String.join(", ", arrays) + ") WITH ORDINALITY AS k(" + String.join(", ", names)
                + ", n) JOIN " + relation + " t ON " + String.join(" AND ", same) + " ORDER BY k.n";
    }

    String copyIn(String relation) {
        return "COPY " + relation + " (" + names(columns, TableShape.Column::quoted) + ") FROM STDIN" + format();
    }

    private String format() {
        return columns.stream().allMatch(TableShape.Column::binary) ? " WITH (FORMAT binary)" : "";
    }

    /** A table of this session with the same columns, and no constraint. */
    String createLike(String relation, String whenCommitted) {
        return "CREATE TEMP TABLE " + relation + whenCommitted + " AS SELECT "
                + names(columns, column -> "t." + column.quoted()) + " FROM " + ours() + " t WITH NO DATA";
    }

    /** The rows of some keys as they are here, into a table like this one. */
    String stage(String staged, List<Key> keys) {
        return "INSERT INTO " + staged + " SELECT " + names(columns, column -> "t." + column.quoted())
                + byKeys(ours(), keys);
    }

    String insert(String staged) {
        return "INSERT INTO " + ours() + " (" + names(columns, TableShape.Column::quoted)
                + ") OVERRIDING SYSTEM VALUE SELECT " + names(columns, column -> "s." + column.quoted()) + " FROM "
                + staged + " s";
    }

    /** An identity that is always generated cannot be updated: where it differs, the check at the end says so. */
    String update(String staged) {
        return "UPDATE " + ours() + " t SET "
                + names(
                        columns.stream()
                                .filter(column -> !column.alwaysIdentity()
                                        && !target.key().contains(column.name()))
                                .toList(),
                        column -> column.quoted() + " = s." + column.quoted())
                + " FROM " + staged + " s WHERE " + sameKey();
    }

    String delete(String staged) {
        return "DELETE FROM " + ours() + " t USING " + staged + " s WHERE " + sameKey();
    }

    String lock() {
        return "LOCK TABLE " + ours() + " IN SHARE ROW EXCLUSIVE MODE";
    }

    /** How many written rows are not what was written, and then how many in each column. */
    String altered(String staged) {
        return "SELECT count(*), "
                + names(
                        columns,
                        column -> "count(*) FILTER (WHERE t." + column.quoted() + "::text IS DISTINCT FROM s."
                                + column.quoted() + "::text)")
                + " FROM " + staged + " s LEFT JOIN "
                + ours() + " t ON " + sameKey() + " WHERE ROW(" + names(columns, column -> "t." + column.quoted())
                + ")::text IS DISTINCT FROM ROW(" + names(columns, column -> "s." + column.quoted()) + ")::text";
    }

    private String sameKey() {
        return key().stream()
                .map(column -> "t." + column.quoted() + " = s." + column.quoted())
                .collect(Collectors.joining(" AND "));
    }

    private static String names(List<TableShape.Column> columns, Function<TableShape.Column, String> each) {
        return columns.stream().map(each).collect(Collectors.joining(", "));
    }

    @Override
    public String toString() {
        return target.toString();
    }

    /** The key of a row, as texts in the order of the key's columns. */
    record Key(List<String> parts) {
        Key {
            parts = List.copyOf(parts);
        }
    }
}
