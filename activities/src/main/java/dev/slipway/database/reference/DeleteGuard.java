package dev.slipway.database.reference;

import dev.slipway.database.DatabaseRefused;
import dev.slipway.database.PostgresUrl;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/** Refuses to delete rows where that would delete or empty others that nobody has named. */
final class DeleteGuard {

    private static final String CASCADES = """
            SELECT conrelid::regclass::text || ' (' || conname || ')' FROM pg_constraint
            WHERE contype = 'f' AND confdeltype IN ('c', 'n', 'd') AND conparentid = 0
              AND confrelid = ANY (?::bigint[]::oid[]) AND NOT conrelid = ANY (?::bigint[]::oid[])
            ORDER BY 1
            """;

    private DeleteGuard() {}

    static void check(PostgresUrl url, List<ReferenceTable> tables, Connection target) throws SQLException {
        List<ReferenceTable> losing =
                tables.stream().filter(ReferenceTable::deleteExtra).toList();
        // of these every row is accounted for: it is wanted, or it goes anyway
        List<ReferenceTable> whole =
                losing.stream().filter(table -> table.where().isEmpty()).toList();
        List<String> cascades = new ArrayList<>();
        Catalogue.ask(target, CASCADES, losing, whole, row -> cascades.add(row.getString(1)));
        if (!cascades.isEmpty()) {
            throw new DatabaseRefused(url.display()
                    + ": deleting rows here would delete or empty rows of tables that are not named with `extra: delete`: "
                    + String.join(", ", cascades) + "; name these tables so, without `where`, or keep what is extra");
        }
    }
}
