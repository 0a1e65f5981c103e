package dev.slipway.opening;

import dev.slipway.ledger.Head;
import dev.slipway.plan.ReleasePlan;
import dev.slipway.plan.Restore;
import dev.slipway.plan.Times;
import dev.slipway.record.Event;
import dev.slipway.record.Grant;
import dev.slipway.record.Scope;
import dev.slipway.record.State;
import dev.slipway.record.Step;
import dev.slipway.record.StepKind;
import dev.slipway.release.ReleaseActivities.OpenResult;
import dev.slipway.release.ReleaseActivities.Opening;
import dev.slipway.release.ReleaseActivities.PlannedStep;
import dev.slipway.served.Served;
import dev.slipway.steps.Timeouts;
import dev.slipway.trust.SignedStatement;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** What every grant has in common, of a release and of a rollback: its steps, its time, and the answer that it is open. */
final class Granting {

    /** A grant lives a little longer than its steps may take together, so that a retried outage does not end it. */
    private static final Duration SLACK = Duration.ofMinutes(30);

    private Granting() {}

    /**
     * What of ended grants may still be acting: nothing opens before its time is over. On one host the lock of the steps
     * would do; with a record that several machines share, the record is all that they have in common.
     */
    static List<String> stillActing(State state, Instant now) {
        return state.leases(now).stream().map(State.Lease::words).toList();
    }

    /** Why nothing else opens beside this grant, and what ends it. */
    static String isOpen(Served served, State state, Grant grant) {
        String ends = "`slipway unlock " + served.name() + " --reason …`";
        String how = state.locked()
                .map(lock -> grant.opened().isBefore(lock.since())
                        ? served.name() + " is locked, and " + ends
                                + " ends that grant when you have looked at what it left"
                        : "it is a rollback under the lock: wait for it; after " + Times.text(grant.until()) + " "
                                + ends + " ends it")
                .orElseGet(() -> "it ends with its workflow. Where that is gone, " + served.name()
                        + " is locked as soon as another release asks for its turn, and then " + ends
                        + " ends the grant");
        return "a grant for " + grant.version() + " (" + grant.workflow() + ") is open; " + how;
    }

    /** When nothing of ended grants acts any more; long ago where nothing does. */
    static Instant over(State state, Instant now) {
        return state.leases(now).stream()
                .map(State.Lease::until)
                .max(Instant::compareTo)
                .orElse(Instant.EPOCH);
    }

    /** Of a way back: the last target of the plan first. */
    static List<Step> stepsBack(ReleasePlan plan, Map<String, String> targets) {
        List<Step> steps = new ArrayList<>();
        for (int at = plan.deploy().size() - 1; at >= 0; at--) {
            String name = plan.deploy().get(at).name();
            if (targets.containsKey(name)) {
                add(steps, StepKind.ROLL_BACK, name);
            }
        }
        return steps;
    }

    /** From the plan, in the design's order: all backups before the first change. */
    static List<Step> steps(ReleasePlan plan, Scope scope) {
        List<Step> steps = new ArrayList<>();
        for (Step step : steps(plan)) {
            if (scope.has(step.kind())) {
                add(steps, step.kind(), step.name());
            }
        }
        return steps;
    }

    private static List<Step> steps(ReleasePlan plan) {
        List<Step> steps = new ArrayList<>();
        plan.databases().forEach((name, database) -> database.backupIfAny()
                .ifPresent(any -> add(steps, StepKind.BACKUP, name)));
        plan.databases().forEach((name, database) -> database.migrateIfAny()
                .ifPresent(any -> add(steps, StepKind.MIGRATE, name)));
        plan.databases().forEach((name, database) -> database.referenceDataIfAny()
                .ifPresent(any -> add(steps, StepKind.REFERENCE_DATA, name)));
        plan.deploy().forEach(target -> add(steps, StepKind.DEPLOY, target.name()));
        if (!plan.verify().isEmpty()) {
            add(steps, StepKind.VERIFY, "");
        }
        if (plan.watch().wanted()) {
            add(steps, StepKind.WATCH, "");
        }
        return steps;
    }

    /** What is there is dumped once more before anything of it is written over; where it is kept whole, that is enough. */
    static List<Step> stepsOfRestore(ReleasePlan plan, String database) {
        List<Step> steps = new ArrayList<>();
        add(steps, StepKind.RESTORE, database);
        String way = plan.databases().get(database).restoring().way();
        boolean over = way.equals(Restore.COPY) || way.equals(Restore.COMMAND);
        if (over && plan.databases().get(database).backupIfAny().isPresent()) {
            add(steps, StepKind.BACKUP, database);
        }
        if (!way.equals(Restore.NONE)) {
            add(steps, StepKind.SWITCH, database);
        }
        return steps;
    }

    private static void add(List<Step> steps, StepKind kind, String name) {
        steps.add(Step.planned(steps.size() + 1, kind, name));
    }

    static Duration total(ReleasePlan plan, List<Step> steps) {
        Duration first = plan.watch().baseline().stream().reduce(SLACK, Duration::plus);
        return steps.stream().map(step -> timeout(plan, step)).reduce(first, Duration::plus);
    }

    static Duration timeout(ReleasePlan plan, Step step) {
        return switch (step.kind()) {
            case BACKUP -> Timeouts.of(plan, "backup").multipliedBy(2);
            case MIGRATE -> Timeouts.of(plan, "migrate");
            case REFERENCE_DATA -> Timeouts.of(plan, "reference-data");
            case DEPLOY -> Timeouts.of(plan, "deploy");
            case VERIFY -> Timeouts.of(plan, "verify");
            case WATCH -> plan.watch().window().multipliedBy(2).plusMinutes(10);
            case ROLL_BACK -> Timeouts.of(plan, "rollback");
            // reading the backup, restoring it and comparing both have the limit each
            case RESTORE -> Timeouts.ofRestore(plan).multipliedBy(3);
            case SWITCH -> Timeouts.ofRestore(plan);
        };
    }

    static OpenResult opened(Served served, Grant grant, List<String> drift) {
        Head entry = served.record()
                .find(each -> each.event().kind() == Event.Kind.OPENED
                        && each.event().facts().getOrDefault("request", "").equals(grant.id()))
                .orElseThrow(() -> new Refused(List.of("the grant's entry is not in the record")));
        ReleasePlan plan = served.plan(grant.plan()).orElseThrow();
        return new OpenResult(
                Opening.OPENED,
                drift,
                grant.id(),
                entry.hash(),
                entry.state().base(),
                grant.steps().stream()
                        .map(step -> new PlannedStep(step.number(), step.kind(), step.name(), timeout(plan, step)))
                        .toList(),
                grant.version(),
                grant.previousVersion(),
                grant.until(),
                List.of(served.record().head().mirror()),
                plan.rollback().within());
    }

    static State.Spent spent(SignedStatement statement) {
        return new State.Spent(
                statement.id(),
                statement
                        .statement()
                        .map(text -> text.expires().plus(Duration.ofMinutes(5)))
                        .orElse(Instant.EPOCH));
    }

    static String release(ReleasePlan plan) {
        return plan.service() + "/" + plan.environment() + "@" + plan.version();
    }
}
