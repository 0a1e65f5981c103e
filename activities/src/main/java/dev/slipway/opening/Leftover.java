package dev.slipway.opening;

import dev.slipway.database.restore.RestoreStep;
import dev.slipway.database.restore.SwitchStep;
import dev.slipway.record.Grant;
import dev.slipway.record.Step;
import dev.slipway.record.StepKind;
import dev.slipway.release.Outcome;
import dev.slipway.served.Served;
import java.util.List;
import java.util.Optional;

/**
 * What is left to do for people when a restore, or a phase alone, ends without success: the database that stays beside the
 * present one with the command that drops it, or how to go on with the phase.
 */
final class Leftover {

    private Leftover() {}

    /** One sentence; empty where nothing is left. */
    static Optional<String> of(Served served, Grant grant, Outcome outcome, List<String> changed) {
        return switch (grant.kind()) {
            case Grant.RESTORE -> ofRestore(grant);
            // who ended it by their own word knows how to go on
            case Grant.RUN -> outcome == Outcome.FAILED ? Optional.of(ofRun(served, grant, changed)) : Optional.empty();
            default -> Optional.empty();
        };
    }

    private static String ofRun(Served served, Grant grant, List<String> changed) {
        String again = "`slipway run " + Closing.phase(served, grant.id()) + " " + served.name() + " --version "
                + grant.version() + "`";
        return changed.isEmpty()
                ? "nothing was changed; when that is mended: " + again
                : "look at what was changed, then `slipway unlock " + served.name() + "`, and when that is mended: "
                        + again;
    }

    private static Optional<String> ofRestore(Grant grant) {
        return grant.steps().stream()
                .filter(step -> step.kind() == StepKind.RESTORE && step.leftSomething() && !isRenamed(grant, step))
                .findFirst()
                .map(step -> step.state() == Step.StepState.DONE
                        ? "what was restored is left beside the present database; when nobody needs it: `"
                                + RestoreStep.toDrop(step) + "`"
                        : "what was restored so far may be left beside the present database, and is not whole: `"
                                + RestoreStep.toDrop(step) + "`");
    }

    /** Whether what was restored has, or may have, the present one's name by now: then dropping it by its own is wrong. */
    static boolean isRenamed(Grant grant, Step restore) {
        return restore.kind() == StepKind.RESTORE
                && grant.steps().stream()
                        .anyMatch(step ->
                                step.kind() == StepKind.SWITCH && step.leftSomething() && SwitchStep.renames(step));
    }
}
