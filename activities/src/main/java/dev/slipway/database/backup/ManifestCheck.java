package dev.slipway.database.backup;

import dev.slipway.database.BeatingWork;
import dev.slipway.database.PostgresUrl;
import dev.slipway.process.Pulse;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Whether a restored database holds what its backup's manifest says that it should hold. */
public final class ManifestCheck {

    private ManifestCheck() {}

    /**
     * What is missing, or not as it was: by the tables' names, and by their rows and digests where the backup took them in
     * its own snapshot.
     *
     * @param lenient whether a table may be missing, because this machine lacks what it leans on
     */
    public static List<String> problems(PostgresUrl restored, Manifest manifest, boolean lenient, Pulse pulse) {
        try (SourceSession session = SourceSession.open(restored, DumpOptions.usual())) {
            return new BeatingWork("comparisons with the manifest", pulse)
                    .run(() -> problems(session, manifest, lenient), thread -> session.cancel());
        }
    }

    private static List<String> problems(SourceSession restored, Manifest manifest, boolean lenient) {
        List<String> problems = new ArrayList<>();
        Set<String> there = restored.tableNames();
        List<String> missing = manifest.tables().stream()
                .filter(table -> !there.contains(table))
                .toList();
        if (!missing.isEmpty() && !lenient) {
            problems.add("the manifest names " + some(missing) + ", which " + (missing.size() == 1 ? "is" : "are")
                    + " not in what was restored");
        }
        Map<String, SourceSession.Table> known = new HashMap<>();
        restored.tables().forEach(table -> known.put(table.name(), table));
        for (Manifest.TableRows expected : manifest.rows()) {
            if (expected.rows() >= 0 && known.containsKey(expected.table())) {
                Manifest.TableRows found = restored.rowsOf(known.get(expected.table()));
                if (found.rows() != expected.rows()) {
                    problems.add(expected.table() + " has " + found.rows() + " rows, and the manifest says "
                            + expected.rows());
                } else if (!expected.digest().isEmpty() && !expected.digest().equals(found.digest())) {
                    problems.add(
                            expected.table() + " has other rows than those that the manifest's digest is of, though"
                                    + " as many (" + expected.rows() + ")");
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
