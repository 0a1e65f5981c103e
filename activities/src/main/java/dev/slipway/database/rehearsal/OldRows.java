package dev.slipway.database.rehearsal;

import dev.slipway.database.rehearsal.Schema.Kind;
import java.sql.SQLException;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** The rows that were there before, compared with those of the copy that nobody touches. */
final class OldRows {

    private final Eye untouched;
    private final Eye eye;
    private final Schema start;
    private final List<Act> acts;

    /** @param acts grows while files run */
    OldRows(Eye untouched, Eye eye, Schema start, List<Act> acts) {
        this.untouched = untouched;
        this.eye = eye;
        this.start = start;
        this.acts = acts;
    }

    /**
     * Of the tables that some file touched, those whose rows are not what they were in their old columns.
     *
     * @param onlyKept whether columns that are gone, or of another type, are left out
     */
    Set<String> changed(Schema now, boolean onlyKept) throws SQLException {
        Set<String> changed = new TreeSet<>();
        for (String table : acts.stream().flatMap(act -> act.touched().stream()).collect(Collectors.toSet())) {
            List<String> columns = start.facts().keySet().stream()
                    .filter(fact -> fact.kind() == Kind.COLUMN && fact.parent().equals(table))
                    .filter(fact -> !onlyKept
                            || now.of(Kind.COLUMN, table, fact.name())
                                    .equals(start.facts().get(fact)))
                    .map(Schema.Fact::name)
                    .sorted()
                    .toList();
            if (!now.has(Kind.TABLE, table, "") || !same(table, columns)) {
                changed.add(table);
            }
        }
        return changed;
    }

    boolean same(String table, Collection<String> columns) {
        try {
            List<String> sorted = List.copyOf(columns);
            return untouched.digest(table, sorted).equals(eye.digest(table, sorted));
        } catch (SQLException notComparable) {
            // what cannot be known counts as no
            return false;
        }
    }
}
