package dev.slipway.database.restore;

import dev.slipway.restore.Comparison;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The tables that rows are copied back into, and what hangs on them: whether they still have the shape that the rows need,
 * in which order they are filled, and what of other tables would be taken along.
 */
final class CopyTables {

    private static final String FOREIGN_KEYS = """
            SELECT (SELECT quote_ident(n.nspname) || '.' || quote_ident(c.relname)
                    FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE c.oid = k.conrelid),
                   (SELECT quote_ident(n.nspname) || '.' || quote_ident(c.relname)
                    FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE c.oid = k.confrelid),
                   k.confdeltype, k.confupdtype,
                   (SELECT array_agg(quote_ident(a.attname)) FROM pg_attribute a
                    WHERE a.attrelid = k.confrelid AND a.attnum = ANY (k.confkey))
            FROM pg_constraint k WHERE k.contype = 'f'
            """;

    private static final String NEEDED = """
            SELECT quote_ident(n.nspname) || '.' || quote_ident(c.relname),
                   array_agg(quote_ident(a.attname) ORDER BY a.attnum)
            FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid JOIN pg_namespace n ON n.oid = c.relnamespace
            WHERE c.relkind = 'r' AND a.attnum > 0 AND NOT a.attisdropped
              AND a.attnotnull AND NOT a.atthasdef AND a.attidentity = '' AND a.attgenerated = ''
              AND n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'
            GROUP BY 1
            """;

    private static final String INSTEAD = "use `restore: {switch: rename}`";

    private record Reference(String from, String to, String onDelete, String onUpdate, List<String> columns) {}

    private final List<UserTable> ordered;
    private final List<Reference> references;

    private CopyTables(List<UserTable> ordered, List<Reference> references) {
        this.ordered = ordered;
        this.references = references;
    }

    /**
     * The chosen tables as they are now, with the columns that the backup has.
     *
     * @throws dev.slipway.steps.StepFailed where one does not fit
     */
    static CopyTables of(Connection to, Collection<UserTable> backup) throws SQLException {
        Map<String, UserTable> there = UserTable.all(to);
        List<String> problems = unfit(backup, there);
        if (!problems.isEmpty()) {
            throw CopyBack.refused(String.join("; ", problems));
        }
        List<UserTable> tables = backup.stream()
                .map(table -> fitting(table, there.get(table.name())))
                .toList();
        List<Reference> references = references(to);
        return new CopyTables(parentsFirst(tables, references), references);
    }

    /** Why the rows could not go back, as far as a comparison knows; asked before anybody is asked for a yes. */
    static List<String> problems(
            Connection now,
            Collection<UserTable> backup,
            Map<String, UserTable> there,
            List<Comparison.Table> different)
            throws SQLException {
        List<String> problems = new ArrayList<>(unfit(backup, there));
        if (!problems.isEmpty()) {
            return problems;
        }
        CopyTables tables = new CopyTables(
                backup.stream()
                        .map(table -> fitting(table, there.get(table.name())))
                        .toList(),
                references(now));
        Map<String, Set<String>> needed = needed(now);
        for (UserTable table : tables.ordered) {
            different.stream()
                    .filter(each -> each.name().equals(table.name()))
                    .findFirst()
                    .ifPresent(rows -> {
                        boolean all = table.key().isEmpty();
                        if (all || rows.added() > 0) {
                            tables.reachesFurther(table).ifPresent(problems::add);
                        }
                        if (!all && rows.changed() > 0) {
                            tables.changesOthers(table).ifPresent(problems::add);
                        }
                        if (all || rows.gone() > 0) {
                            lacksValues(table, needed).ifPresent(problems::add);
                        }
                    });
        }
        return problems;
    }

    private static List<String> unfit(Collection<UserTable> backup, Map<String, UserTable> there) {
        List<String> problems = new ArrayList<>();
        for (UserTable table : backup) {
            UserTable now = there.get(table.name());
            if (now == null) {
                problems.add(table.name() + " is not there any more, and rows are copied into tables that are there"
                        + " only; leave it out with --tables, or " + INSTEAD);
                continue;
            }
            List<String> lacking = table.columns().stream()
                    .filter(column -> !now.columns().contains(column))
                    .toList();
            if (!lacking.isEmpty()) {
                problems.add(table.name() + " has no " + String.join(", ", lacking)
                        + " any more, which the backup has; leave the table out with --tables, or " + INSTEAD);
            }
        }
        return problems;
    }

    private static UserTable fitting(UserTable backup, UserTable now) {
        return new UserTable(
                now.name(), now.plain(), backup.columns(), now.key().equals(backup.key()) ? now.key() : List.of());
    }

    /** A new column that takes no row without a value: rows that come back have none for it. */
    private static Optional<String> lacksValues(UserTable table, Map<String, Set<String>> needed) {
        Set<String> more = new LinkedHashSet<>(needed.getOrDefault(table.name(), Set.of()));
        more.removeAll(table.columns());
        return more.isEmpty()
                ? Optional.empty()
                : Optional.of(table.name() + " needs a value for " + String.join(", ", more)
                        + ", which the backup does not have; give " + (more.size() == 1 ? "it" : "them")
                        + " a default, leave the table out with --tables, or " + INSTEAD);
    }

    private static Map<String, Set<String>> needed(Connection now) throws SQLException {
        Map<String, Set<String>> needed = new LinkedHashMap<>();
        try (Statement statement = now.createStatement();
                ResultSet rows = statement.executeQuery(NEEDED)) {
            while (rows.next()) {
                needed.put(rows.getString(1), new LinkedHashSet<>(List.of((String[])
                        rows.getArray(2).getArray())));
            }
        }
        return needed;
    }

    /** Parents before their children. */
    List<UserTable> ordered() {
        return ordered;
    }

    private static List<Reference> references(Connection to) throws SQLException {
        List<Reference> references = new ArrayList<>();
        try (Statement statement = to.createStatement();
                ResultSet rows = statement.executeQuery(FOREIGN_KEYS)) {
            while (rows.next()) {
                references.add(new Reference(
                        rows.getString(1), rows.getString(2), rows.getString(3), rows.getString(4), List.of((String[])
                                rows.getArray(5).getArray())));
            }
        }
        return references;
    }

    private static List<UserTable> parentsFirst(List<UserTable> tables, List<Reference> references) {
        List<UserTable> ordered = new ArrayList<>();
        Set<UserTable> left = new LinkedHashSet<>(tables);
        while (!left.isEmpty()) {
            List<UserTable> ready = left.stream()
                    .filter(table -> references.stream()
                            .noneMatch(reference -> reference.from().equals(table.name())
                                    && !reference.to().equals(table.name())
                                    && left.stream()
                                            .anyMatch(other -> other.name().equals(reference.to()))))
                    .toList();
            // a circle: only deferrable keys let anybody through, and the server says so otherwise
            List<UserTable> next = ready.isEmpty() ? List.of(left.iterator().next()) : ready;
            ordered.addAll(next);
            next.forEach(left::remove);
        }
        return ordered;
    }

    /** Rows of tables that nobody has named must not go with them. */
    Optional<String> reachesFurther(UserTable table) {
        return references.stream()
                .filter(reference -> reference.to().equals(table.name())
                        && isOutside(reference)
                        && "cnd".contains(reference.onDelete()))
                .findFirst()
                .map(reference -> "rows of " + table.name() + " would be taken out, and with them "
                        + (reference.onDelete().equals("c") ? "rows" : "values") + " of " + reference.from()
                        + ", which is not among the tables that are copied back; name it in --tables, too");
    }

    /** The same for values that go along; a key by which rows are found is never written over, so nothing follows it. */
    Optional<String> changesOthers(UserTable table) {
        return references.stream()
                .filter(reference -> reference.to().equals(table.name())
                        && isOutside(reference)
                        && "cnd".contains(reference.onUpdate())
                        && !table.key().containsAll(reference.columns()))
                .findFirst()
                .map(reference -> "rows of " + table.name() + " would be set to what they were, and with "
                        + String.join(", ", reference.columns()) + " values of " + reference.from()
                        + ", which is not among the tables that are copied back; name it in --tables, too");
    }

    private boolean isOutside(Reference reference) {
        return ordered.stream().noneMatch(other -> other.name().equals(reference.from()));
    }
}
