package dev.slipway.database.migrations;

import java.util.ArrayList;
import java.util.List;

/**
 * How a directory of migrations stands to a database.
 *
 * @param version the newest applied version, or "none"
 * @param pending what would be applied, in order
 * @param applied what is applied, in order
 * @param problems why nothing may be applied, each with what mends it; all reasons at once, empty when all is well
 * @param notes what a person should know before saying yes
 */
public record MigrationStatus(
        String version, List<Migration> pending, List<Migration> applied, List<String> problems, List<String> notes) {

    public MigrationStatus {
        pending = List.copyOf(pending);
        applied = List.copyOf(applied);
        problems = List.copyOf(problems);
        notes = List.copyOf(notes);
    }

    /** The same with one more problem. */
    public MigrationStatus refusing(String problem) {
        List<String> more = new ArrayList<>(problems);
        more.add(problem);
        return new MigrationStatus(version, pending, applied, more, notes);
    }

    /** The same with one more note. */
    public MigrationStatus noting(String note) {
        List<String> more = new ArrayList<>(notes);
        more.add(note);
        return new MigrationStatus(version, pending, applied, problems, more);
    }
}
