package dev.slipway.opening;

import dev.slipway.database.migrations.Left;
import dev.slipway.record.Grant;
import dev.slipway.record.State;
import dev.slipway.record.Step;
import dev.slipway.record.Step.StepState;
import dev.slipway.record.StepKind;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** What a grant has made different, out of its steps: in words, and as what a person would type to take it back. */
final class Changes {

    private static final String HALF_MIGRATED = "may be half migrated";
    private static final String OF_PENDING = " pending migrations applied";

    private Changes() {}

    /** How the words begin that tell of a restore into a database. */
    static String database(String name) {
        return "the database " + name + " ";
    }

    private static String schema(String name) {
        return "the schema of " + name + " ";
    }

    /** Whether the words tell of a migration of this database that did not come to its end. */
    static boolean tellsOfHalfMigrated(String changed, String database) {
        return changed.startsWith(schema(database))
                && (changed.endsWith(HALF_MIGRATED) || changed.contains(OF_PENDING));
    }

    private static String before(Step step) {
        // a step that was tried again has no version of before, and all that it knows is that it applied something
        return step.facts().containsKey("from") || step.attempt() <= 1
                ? " (was " + step.facts().getOrDefault("from", "unknown") + ")"
                : "";
    }

    /** What was seen of it when it had failed; which files, and how to mend it, its failure says. */
    private static String unfinished(Step step) {
        Map<String, String> facts = step.facts();
        if (!facts.containsKey("to") || Left.UNKNOWN.name().equals(facts.get("left"))) {
            return HALF_MIGRATED;
        }
        String next =
                switch (Left.valueOf(facts.get("left"))) {
                    case PART -> ", and a part of the next";
                    case PERHAPS_PART -> ", and perhaps a part of the next";
                    case NOTHING, FILES, UNKNOWN -> "";
                };
        return "is at " + facts.get("to") + ": " + facts.get("applied") + " of " + facts.get("pending") + OF_PENDING
                + next;
    }

    /** One sentence for each thing that is, or may be, another than before; empty where nothing is. */
    static List<String> of(Grant grant) {
        List<String> changed = new ArrayList<>();
        for (Step step : grant.steps()) {
            if (!step.kind().changesSomething() || !step.leftSomething()) {
                continue;
            }
            switch (step.kind()) {
                case MIGRATE -> {
                    boolean done = step.state() == StepState.DONE;
                    if (!done) {
                        changed.add(schema(step.name()) + unfinished(step));
                    } else if (!step.facts().getOrDefault("applied", "unknown").equals("0")) {
                        changed.add(schema(step.name()) + "is at "
                                + step.facts().getOrDefault("to", "a new version") + before(step));
                    }
                }
                case REFERENCE_DATA -> {
                    if (!step.facts().containsKey("skipped") && !step.facts().containsKey("same")) {
                        changed.add("the reference data of " + step.name()
                                + (step.state() == StepState.DONE ? " was promoted" : " may have been promoted"));
                    }
                }
                case DEPLOY ->
                    changed.add(step.name()
                            + (step.state() == StepState.DONE
                                    ? " serves " + step.facts().getOrDefault("id", grant.version())
                                    : step.facts().containsKey("id")
                                            ? " still serves " + step.facts().get("id")
                                                    + ": it was nothing before, so there was nothing to go back to"
                                            : " may serve " + grant.version() + ", or nothing"));
                case ROLL_BACK ->
                    changed.add(step.name()
                            + (step.state() == StepState.DONE
                                    ? " is back on " + step.facts().getOrDefault("id", grant.version())
                                    : " may not be back on " + grant.version()));
                case SWITCH ->
                    changed.add(database(step.name())
                            + (step.state() == StepState.DONE
                                    ? "holds a backup that was taken " + State.KeptBackup.when(grant.previousVersion())
                                    : "may hold a backup that was taken "
                                            + State.KeptBackup.when(grant.previousVersion()) + ", or what it held"));
                case BACKUP, VERIFY, WATCH, RESTORE -> {
                    // none of them changes what serves
                }
            }
        }
        return changed;
    }

    /** For a person's hands: what was changed and not undone, newest first. */
    static List<String> byHand(Grant grant) {
        List<String> commands = new ArrayList<>();
        for (int at = grant.steps().size() - 1; at >= 0; at--) {
            Step step = grant.steps().get(at);
            // what was gone back to needs no undo; where that did not come to its end, its command is the way
            boolean goneBack = step.kind() == StepKind.ROLL_BACK && step.state() == StepState.DONE;
            if (step.leftSomething()
                    && !goneBack
                    && !Leftover.isRenamed(grant, step)
                    && !step.appliedNothing()
                    && !step.undo().isEmpty()) {
                commands.add(step.undo());
            }
        }
        return commands;
    }

    /** Whether the target of a deployment was new with its release. */
    static boolean nothingBefore(Grant grant, Step step) {
        return grant.previous().getOrDefault(step.name(), "").isEmpty();
    }

    /** A target that was new with this release: it could not go back with the others. */
    static boolean leftANewTarget(Grant grant) {
        return grant.steps().stream()
                .anyMatch(step -> step.kind() == StepKind.DEPLOY && step.leftSomething() && nothingBefore(grant, step));
    }
}
