package dev.slipway.opening;

import dev.slipway.database.rehearsal.HeldLock;
import dev.slipway.database.rehearsal.MigrationClass;
import dev.slipway.database.rehearsal.ReadFile;
import dev.slipway.database.rehearsal.Rehearsed;
import dev.slipway.database.rehearsal.RehearsedFile;
import dev.slipway.plan.Migrate.Guards;
import java.util.List;

/** What a plan does not let through: judged by a rehearsal, or where there was none by the text of the files alone. */
final class RehearsalGuards {

    private RehearsalGuards() {}

    static void judge(RehearsalScene scene, Rehearsed rehearsed, List<String> problems) {
        Guards guards = scene.guards();
        if (guards.rehearsal() == Guards.Rehearse.REQUIRED) {
            rehearsed.failed().ifPresent(failed -> problems.add("the rehearsal failed: " + failed));
        }
        for (RehearsedFile file : rehearsed.files()) {
            if (guards.refuse().contains(file.kind().word())) {
                problems.add(file.migration().file() + " is " + file.kind().word() + ", which the plan refuses"
                        + (file.why().isEmpty() ? "" : ": " + String.join("; ", file.why())));
            }
            guards.longest().ifPresent(longest -> file.locks().stream()
                    .filter(HeldLock::blocksAnybody)
                    .filter(lock -> lock.held().compareTo(longest) > 0)
                    .forEach(lock -> problems.add(file.migration().file() + " " + lock.words()
                            + " in the rehearsal, and the plan lets no lock be longer than "
                            + longest.toMillis() + " ms")));
        }
        if (rehearsed.failed().isPresent() && guards.refuse().contains(MigrationClass.ONE_WAY.word())) {
            problems.add("the rehearsal failed, so nothing is known of a way back: "
                    + rehearsed.failed().get());
        }
        secured(guards, rehearsed.unprotected(), problems);
        problems.addAll(rehearsed.afterwards());
    }

    /** Without a rehearsal only what the text says is known, and a limit that cannot be judged is no reason to go on. */
    static void judgeText(RehearsalScene scene, String skipped, List<String> problems) {
        Guards guards = scene.guards();
        if (guards.rehearsal() == Guards.Rehearse.REQUIRED) {
            problems.add("a rehearsal is required, and was not held: " + skipped);
        }
        for (int i = 0; i < scene.pending().size(); i++) {
            ReadFile read = scene.read().get(i);
            if (guards.refuse().contains(read.kind().word())) {
                problems.add(scene.pending().get(i).migration().file() + " is "
                        + read.kind().word() + " as far as its text tells, which the plan refuses: "
                        + String.join("; ", read.does()));
            }
        }
        if (guards.longest().isPresent() && guards.rehearsal() != Guards.Rehearse.REQUIRED) {
            problems.add("how long locks would be held is not known, and the plan gives a limit: no rehearsal was held,"
                    + " because " + skipped);
        }
        secured(guards, ReadFile.unprotected(scene.read()), problems);
    }

    private static void secured(Guards guards, List<String> unprotected, List<String> problems) {
        if (guards.rowLevelSecurity()) {
            unprotected.forEach(table -> problems.add("the new table " + table
                    + " has no row-level security, which the plan requires; add `ALTER TABLE " + table
                    + " ENABLE ROW LEVEL SECURITY`"));
        }
    }
}
