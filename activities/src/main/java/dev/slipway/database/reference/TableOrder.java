package dev.slipway.database.reference;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Tables in the order in which their foreign keys let them be filled: those of a group refer to each other in a circle. */
final class TableOrder {

    private static final String PARENTS = """
            SELECT conrelid::bigint, confrelid::bigint FROM pg_constraint
            WHERE contype = 'f' AND conrelid <> confrelid
              AND conrelid = ANY (?::bigint[]::oid[]) AND confrelid = ANY (?::bigint[]::oid[])
            """;

    private TableOrder() {}

    /** Parents first; a group has more than one table only where none of them can be first. */
    static List<List<ReferenceTable>> groups(List<ReferenceTable> tables, Connection target) throws SQLException {
        Map<Long, Set<Long>> parents = new LinkedHashMap<>();
        tables.forEach(table -> parents.put(table.target().id(), new LinkedHashSet<>()));
        Catalogue.ask(target, PARENTS, tables, tables, row -> parents.get(row.getLong(1))
                .add(row.getLong(2)));
        List<List<ReferenceTable>> groups = new ArrayList<>();
        List<ReferenceTable> rest = new ArrayList<>(tables);
        while (!rest.isEmpty()) {
            List<ReferenceTable> next = next(rest, parents);
            rest.removeAll(next);
            groups.add(next);
            for (ReferenceTable done : next) {
                parents.values().forEach(set -> set.remove(done.target().id()));
            }
        }
        return groups;
    }

    /** The smallest set of tables all of whose ancestors are in it. */
    private static List<ReferenceTable> next(List<ReferenceTable> rest, Map<Long, Set<Long>> parents) {
        List<ReferenceTable> smallest = List.copyOf(rest);
        for (ReferenceTable table : rest) {
            Set<Long> above = new LinkedHashSet<>();
            climb(table.target().id(), parents, above);
            List<ReferenceTable> set = rest.stream()
                    .filter(each -> above.contains(each.target().id()))
                    .toList();
            if (set.size() < smallest.size()) {
                smallest = set;
            }
        }
        return smallest;
    }

    private static void climb(long table, Map<Long, Set<Long>> parents, Set<Long> above) {
        if (above.add(table)) {
            parents.get(table).forEach(parent -> climb(parent, parents, above));
        }
    }
}
