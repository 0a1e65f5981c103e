package dev.slipway.database;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Whether a restored database holds what its backup's manifest says that it should hold. */
final class ManifestCheck {

    private static final String TABLES = """
            SELECT n.nspname || '.' || c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
            WHERE c.relkind IN ('r', 'p')
            """;

    private ManifestCheck() {}

    /**
     * What is missing, or not as it was.
     *
     * @param lenient whether a table may be missing, because this machine lacks what it leans on
     */
    static List<String> problems(Connection restored, Manifest manifest, boolean lenient) throws SQLException {
        Set<String> there = new HashSet<>();
        try (Statement statement = restored.createStatement();
                ResultSet rows = statement.executeQuery(TABLES)) {
            while (rows.next()) {
                there.add(rows.getString(1));
            }
        }
        List<String> problems = new ArrayList<>();
        List<String> missing = manifest.tables().stream()
                .filter(table -> !there.contains(table))
                .toList();
        if (!missing.isEmpty() && !lenient) {
            problems.add("the manifest names " + some(missing) + ", which " + (missing.size() == 1 ? "is" : "are")
                    + " not in what was restored");
        }
        Set<String> known = UserTable.all(restored).keySet();
        for (Manifest.TableRows expected : manifest.rows()) {
            if (expected.rows() >= 0 && known.contains(expected.table())) {
                long rows = Long.parseLong(Connections.text(restored, "SELECT count(*) FROM ONLY " + expected.table()));
                if (rows != expected.rows()) {
                    problems.add(expected.table() + " has " + rows + " rows, and the manifest says " + expected.rows());
                }
            }
        }
        return problems;
    }

    private static String some(List<String> names) {
        return names.size() <= 5
                ? String.join(", ", names)
                : String.join(", ", names.subList(0, 5)) + " and " + (names.size() - 5) + " more";
    }
}
