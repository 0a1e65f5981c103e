package dev.slipway.database.backup;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What a restored copy is held against: the tables' rows in the dump's own snapshot, and what else there was.
 *
 * @param shape in that snapshot; its sequences are not part of one
 * @param before how far the sequences counted when the dump began
 * @param after and when it had ended: the dump's values lie between
 */
record CopyComparison(
        List<SourceSession.Table> tables,
        List<Manifest.TableRows> rows,
        Manifest.Shape shape,
        Map<String, Long> before,
        Map<String, Long> after) {

    private static final int NAMED = 8;

    /**
     * @param differences one sentence each; none where the copy is what was dumped
     * @param skipped tables that could not be made on this machine, and so were not compared
     */
    record Result(List<String> differences, List<String> skipped, int compared) {

        String shortened() {
            return String.join("; ", differences.subList(0, Math.min(NAMED, differences.size())))
                    + (differences.size() > NAMED ? "; and " + (differences.size() - NAMED) + " more differences" : "");
        }
    }

    /** @param missing what could not be restored for a reason that lies in this machine */
    Result with(SourceSession copy, List<RestoreError> missing) {
        List<String> differences = new ArrayList<>();
        List<String> skipped = new ArrayList<>();
        Map<String, SourceSession.Table> there = new HashMap<>();
        copy.tables().forEach(table -> there.put(table.name(), table));
        Map<String, Manifest.TableRows> wanted = new HashMap<>();
        rows.forEach(row -> wanted.put(row.table(), row));
        int compared = 0;
        for (SourceSession.Table table : tables) {
            SourceSession.Table restored = there.remove(table.name());
            if (restored == null) {
                if (missing.isEmpty()) {
                    differences.add("the table " + table.name() + " is not there after a restore");
                } else {
                    skipped.add(table.name());
                }
            } else {
                compared++;
                compare(table, wanted.get(table.name()), restored, copy, differences);
            }
        }
        there.keySet().forEach(name -> differences.add("the table " + name + " is there only after a restore"));
        if (missing.isEmpty()) {
            compareShape(copy.shape(), differences);
        }
        compareSequences(copy.sequences(), missing, differences);
        return new Result(differences, skipped, compared);
    }

    private static void compare(
            SourceSession.Table table,
            Manifest.TableRows wanted,
            SourceSession.Table restored,
            SourceSession copy,
            List<String> differences) {
        if (!table.columns().equals(restored.columns())) {
            differences.add("the table " + table.name() + " has other columns after a restore");
            return;
        }
        Manifest.TableRows found = copy.rowsOf(restored);
        if (found.rows() != wanted.rows()) {
            differences.add("the table " + table.name() + " has " + found.rows() + " rows after a restore, and had "
                    + wanted.rows() + " in the dump's snapshot");
        } else if (!found.digest().equals(wanted.digest())) {
            differences.add("the table " + table.name() + " has other rows after a restore than in the dump's snapshot,"
                    + " though as many (" + wanted.rows() + ")");
        }
    }

    private void compareShape(Manifest.Shape found, List<String> differences) {
        count("indexes", shape.indexes(), found.indexes(), differences);
        count("constraints", shape.constraints(), found.constraints(), differences);
        count("functions", shape.functions(), found.functions(), differences);
        count("triggers", shape.triggers(), found.triggers(), differences);
        count("policies", shape.policies(), found.policies(), differences);
        count("views", shape.views(), found.views(), differences);
    }

    private static void count(String what, int wanted, int found, List<String> differences) {
        if (wanted != found) {
            differences.add(found + " " + what + " are there after a restore, and there were " + wanted);
        }
    }

    private void compareSequences(Map<String, Long> found, List<RestoreError> missing, List<String> differences) {
        before.forEach((name, first) -> {
            long last = after.getOrDefault(name, first);
            Long restored = found.get(name);
            if (restored == null) {
                if (missing.isEmpty()) {
                    differences.add("the sequence " + name + " has no value after a restore, and had " + first);
                }
            } else if (restored < Math.min(first, last) || restored > Math.max(first, last)) {
                differences.add("the sequence " + name + " stands at " + restored + " after a restore, and stood at "
                        + (first == last ? "" + first : first + " to " + last));
            }
        });
    }
}
