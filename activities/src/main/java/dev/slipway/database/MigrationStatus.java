package dev.slipway.database;

import java.util.ArrayList;
import java.util.List;

/**
 * How a directory of migrations stands to a database.
 *
 * @param version the newest applied version, or "none"
 * @param pending what would be applied, in order
 * @param applied what is applied, in order
 * @param edited applied files that are not any more what was applied
 * @param missing applied files that the directory does not hold
 * @param failed migrations that the history calls failed
 * @param outOfOrder files below the applied version that were never applied
 * @param programs pending files that are no SQL: Flyway would run them as child processes of the worker
 */
public record MigrationStatus(
        String version,
        List<Migration> pending,
        List<Migration> applied,
        List<Migration> edited,
        List<Migration> missing,
        List<Migration> failed,
        List<Migration> outOfOrder,
        List<Migration> programs) {

    public MigrationStatus {
        pending = List.copyOf(pending);
        applied = List.copyOf(applied);
        edited = List.copyOf(edited);
        missing = List.copyOf(missing);
        failed = List.copyOf(failed);
        outOfOrder = List.copyOf(outOfOrder);
        programs = List.copyOf(programs);
    }

    /** Why nothing may be applied, all reasons at once; empty when all is well. */
    public List<String> problems() {
        List<String> problems = new ArrayList<>();
        edited.forEach(
                one -> problems.add(one.file() + " was edited after it had been applied; put it back as it was and"
                        + " write the change as a new migration"));
        missing.forEach(one -> problems.add("version " + one.version() + " (" + one.file()
                + ") is applied, but its file is" + " not there; bring it back"));
        failed.forEach(one -> problems.add("version " + one.version() + " (" + one.file() + ") failed earlier outside a"
                + " transaction; look what it left, mend it, then remove its row with flyway repair"));
        outOfOrder.forEach(one -> problems.add(
                one.file() + " is older than version " + version + ", which is applied;" + " give it a newer version"));
        programs.forEach(one -> problems.add(
                one.file() + " is a program, and migrations are SQL only; take it out of the" + " directory"));
        return problems;
    }
}
