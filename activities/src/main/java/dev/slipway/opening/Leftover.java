package dev.slipway.opening;

import dev.slipway.database.RestoreStep;
import dev.slipway.database.SwitchStep;
import dev.slipway.record.Grant;
import dev.slipway.record.Step;
import dev.slipway.record.StepKind;
import java.util.Optional;

/** The database that a restore leaves beside the present one when it ends without a switch, and the command that drops it. */
final class Leftover {

    private Leftover() {}

    /** One sentence; empty where nothing is left, or nobody knows under which name. */
    static Optional<String> of(Grant grant) {
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
