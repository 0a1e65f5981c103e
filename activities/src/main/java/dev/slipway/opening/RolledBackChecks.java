package dev.slipway.opening;

import dev.slipway.ledger.Change;
import dev.slipway.plan.ReleasePlan;
import dev.slipway.plan.Template;
import dev.slipway.process.Pulse;
import dev.slipway.record.Event;
import dev.slipway.record.Grant;
import dev.slipway.record.State;
import dev.slipway.record.Step;
import dev.slipway.record.Step.StepState;
import dev.slipway.record.StepKind;
import dev.slipway.release.ReleaseActivities.StepResult;
import dev.slipway.served.Served;
import dev.slipway.steps.StepFailed;
import dev.slipway.steps.StepRefused;
import dev.slipway.steps.Timeouts;
import dev.slipway.watching.PlanChecks;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The same verification, against the version that was gone back to, by that version's own plan where it is kept. */
public final class RolledBackChecks {

    private final PlanChecks checks;

    public RolledBackChecks(PlanChecks checks) {
        this.checks = checks;
    }

    public StepResult pass(Served served, String id, Pulse pulse) {
        State state = served.record().head().state();
        Grant grant = state.openGrant()
                .filter(open -> open.id().equals(id))
                .orElseThrow(() -> new StepRefused("no such grant is open in the record of " + served.name()));
        boolean rollback = grant.kind().equals(Grant.ROLLBACK);
        String version = rollback ? grant.version() : grant.previousVersion();
        if (!rollback) {
            Optional<StepResult> nothing = nothingWentBack(grant);
            if (nothing.isPresent()) {
                return nothing.get();
            }
        }
        ReleasePlan plan = served.plan(rollback ? grant.plan() : state.live().plan())
                .or(() -> served.plan(grant.plan()))
                .orElseThrow(() -> new StepRefused("no plan is kept beside the record"));
        if (plan.verify().isEmpty()) {
            return new StepResult("the plan of " + version + " verifies nothing", Map.of(), List.of(), "");
        }
        List<String> found = checks.pass(
                plan.verify(),
                text -> Template.fill(text, version, "", plan.commit()),
                Timeouts.of(plan, "verify"),
                pulse);
        record(served, id, version);
        return new StepResult("verified " + version + ": " + String.join("; ", found), Map.of(), List.of(), "");
    }

    /** That it was looked at is the record's word: an end is called safe by that alone. */
    private static void record(Served served, String id, String version) {
        if (passed(served, id)) {
            return;
        }
        served.record().change(head -> head.state()
                .openGrant()
                .filter(open -> open.id().equals(id))
                .map(open -> new Change(
                        new Event(
                                Event.Kind.VERIFIED,
                                served.name() + "@" + version,
                                "verified what was gone back to: " + version,
                                Map.of("request", id, "version", version)),
                        head.state())));
    }

    /** Whether what was gone back to under a grant was verified. */
    static boolean passed(Served served, String id) {
        return served.record()
                .find(entry -> entry.event().kind() == Event.Kind.VERIFIED
                        && entry.event().facts().getOrDefault("request", "").equals(id))
                .isPresent();
    }

    /** Where no target went back, there is no version to verify: a first release, or one that changed nothing. */
    private static Optional<StepResult> nothingWentBack(Grant grant) {
        boolean wentBack = grant.steps().stream().anyMatch(step -> step.state() == StepState.UNDONE);
        List<String> left = grant.steps().stream()
                .filter(step -> step.kind() == StepKind.DEPLOY && step.leftSomething())
                .map(Step::name)
                .toList();
        if (!wentBack && !left.isEmpty()) {
            throw new StepFailed(
                    String.join(", ", left) + ": nothing was live there before, so there is nothing to go back to",
                    List.of(),
                    true);
        }
        return wentBack || !grant.previousVersion().isEmpty()
                ? Optional.empty()
                : Optional.of(new StepResult("nothing was changed: nothing to verify", Map.of(), List.of(), ""));
    }
}
