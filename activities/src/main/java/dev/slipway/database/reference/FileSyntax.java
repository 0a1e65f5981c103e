package dev.slipway.database.reference;

import dev.slipway.database.DatabaseRefused;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What is wrong with a file of rows whatever its table looks like, found without a database: a migration that makes the table
 * may still be pending.
 */
public final class FileSyntax {

    private static final int MOST = 5;

    private FileSyntax() {}

    /** Of the files of all tables, with their lines; empty where they can be read. */
    public static List<String> problems(ReferenceSource.OfFiles source, List<String> tables) {
        List<String> problems = new ArrayList<>();
        for (String table : tables) {
            boolean csv = Files.exists(source.folder().resolve(table + ".csv"));
            String file = table + (csv ? ".csv" : ".sql");
            String display = source.name() + "/" + file;
            try {
                String text = ReferenceFiles.text(source.folder().resolve(file), display);
                if (csv) {
                    problems.addAll(ofCsv(display, CsvRows.of(display, text)));
                } else {
                    SqlRows.check(display, text, table);
                }
            } catch (DatabaseRefused e) {
                problems.add(e.getMessage());
            }
        }
        return problems;
    }

    private static List<String> ofCsv(String display, CsvRows rows) {
        List<String> problems = new ArrayList<>();
        if (rows.columns().stream().distinct().count() < rows.columns().size()) {
            problems.add(display + ": line 1: a column is named twice");
        }
        Map<List<String>, Integer> seen = new HashMap<>();
        for (CsvRows.Record each : rows.records()) {
            Integer before = seen.putIfAbsent(each.values(), each.line());
            if (!each.closed()) {
                problems.add(
                        display + ": line " + each.line()
                                + ": a quoted value begins in this row and does not end; a quote inside of one is written twice");
            } else if (each.values().size() != rows.columns().size()) {
                problems.add(display + ": line " + each.line() + ": the row has "
                        + each.values().size() + " values for " + rows.columns().size() + " columns");
            } else if (before != null) {
                problems.add(display + ": line " + each.line() + ": the row is the same as that of line " + before
                        + ", so it has the same key");
            }
        }
        return problems.size() <= MOST
                ? problems
                : List.of(String.join("; ", problems.subList(0, MOST)) + "; and " + (problems.size() - MOST) + " more");
    }
}
