package dev.slipway.opening;

import dev.slipway.deploy.Deployers;
import dev.slipway.plan.ReleasePlan;
import dev.slipway.plan.Target;
import dev.slipway.process.Pulse;
import dev.slipway.record.Grant;
import dev.slipway.record.Scope;
import dev.slipway.record.State;
import dev.slipway.record.Step;
import dev.slipway.record.StepKind;
import dev.slipway.release.ReleaseActivities.OpenRequest;
import dev.slipway.served.Served;
import dev.slipway.steps.StepContext;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What the targets serve when a release is opened.
 *
 * @param previous target to the exact id that a rollback goes to
 * @param drift sentences on what is not as the record has it
 */
record Serving(Map<String, String> previous, List<String> drift) {

    /** Asks them, where a whole release is about to begin. */
    static Serving of(Deployers deployers, Served served, OpenRequest request, ReleasePlan plan, Pulse pulse) {
        State state = served.record().head().state();
        Map<String, String> previous = new LinkedHashMap<>();
        List<String> drift = new ArrayList<>(halfBack(served, state));
        if (!Scope.of(request.request()).whole()) {
            return new Serving(previous, drift);
        }
        for (Target target : plan.deploy()) {
            String current = deployers.of(target).current(looking(served, plan, request, target.name()), pulse);
            String known = state.live().targets().getOrDefault(target.name(), "");
            if (!known.isEmpty() && !known.equals(current)) {
                drift.add(target.name() + " serves '" + current + "', but the record says '" + known
                        + "': somebody changed it by hand. A rollback would go to '"
                        + (current.isEmpty() ? known : current) + "'");
            }
            String back = current.isEmpty() ? known : current;
            if (state.servesUnknown(target.name()) && !state.everServed(target.name(), current)) {
                // half of what never succeeded is no way back
                back = state.servedBefore(target.name()).orElse(back);
                drift.add(target.name()
                        + (current.isEmpty()
                                ? " does not say what it serves."
                                : " says that it serves '" + current + "', which never succeeded here.")
                        + (back.isEmpty()
                                ? " A rollback would have nowhere to go"
                                : " A rollback would go to '" + back + "'"));
            }
            if (!back.isEmpty()) {
                previous.put(target.name(), back);
            }
        }
        return new Serving(previous, drift);
    }

    private static List<String> halfBack(Served served, State state) {
        List<String> drift = new ArrayList<>();
        state.halfBack()
                .forEach((target, version) -> drift.add((state.servesUnknown(target)
                                ? "nobody knows what " + target
                                        + " serves: its last change was cut off, or failed, and it should be on "
                                        + version
                                : target + " should have gone back to " + version
                                        + " and did not, so what serves there is its way back now")
                        + "; `slipway rollback " + served.name() + " --resume` would bring it back first"));
        return drift;
    }

    private static StepContext looking(Served served, ReleasePlan plan, OpenRequest request, String target) {
        Step none = Step.planned(0, StepKind.DEPLOY, target);
        Grant notYet = new Grant(
                request.request().id(),
                Grant.RELEASE,
                plan.version(),
                plan.digest(),
                "",
                "",
                Instant.EPOCH,
                Instant.EPOCH,
                List.of(),
                "",
                Map.of());
        return new StepContext(served, notYet, none, plan);
    }
}
