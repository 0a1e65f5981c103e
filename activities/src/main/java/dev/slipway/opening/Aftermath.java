package dev.slipway.opening;

import dev.slipway.deploy.RollBackStep;
import dev.slipway.plan.ReleasePlan;
import dev.slipway.record.Grant;
import dev.slipway.record.State;
import dev.slipway.record.Step;
import dev.slipway.record.Step.StepState;
import dev.slipway.record.StepKind;
import dev.slipway.release.Outcome;
import dev.slipway.served.Served;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;

/** What is true of an environment after a grant has ended: what is live, what is bad, what is half back, what is locked. */
final class Aftermath {

    private Aftermath() {}

    /**
     * @param state without the grant
     * @param lockId what an unlock would be about, where this locks
     */
    static State of(
            Served served, State state, Grant grant, Outcome outcome, String text, String lockId, Instant time) {
        if (grant.kind().equals(Grant.RESTORE) || grant.kind().equals(Grant.RUN)) {
            // what serves, and which versions succeeded, is as before; only what they serve from may be another
            return outcome == Outcome.SUCCEEDED || Changes.of(grant).isEmpty()
                    ? state
                    : state.withLock(new State.Lock(lockId, outcome.because(text), time, release(served, grant)));
        }
        ReleasePlan plan = served.plan(grant.plan()).orElseThrow();
        State next =
                state.withLive(live(state, grant, plan, outcome, time)).withHalfBack(halfBack(state, grant, outcome));
        String release = release(served, grant);
        State.Lock lock = new State.Lock(lockId, EndSentence.told(grant, outcome, text), time, release);
        if (grant.kind().equals(Grant.ROLLBACK)) {
            // where only some targets went back, the version that was left may still be good on the others
            State left = grant.previousVersion().equals(grant.version())
                            || !next.live().version().equals(grant.version())
                    ? next
                    : next.withBad(new State.BadMark(grant.previousVersion(), text, time));
            boolean looksFirst = plan.rollback().lockAfter() && !foundAsItWas(grant);
            return outcome == Outcome.ROLLED_BACK && !looksFirst ? left : left.withLock(lock);
        }
        return switch (outcome) {
            case SUCCEEDED ->
                next.withSucceeded(new State.Succeeded(
                        grant.version(),
                        grant.plan(),
                        plan.commit(),
                        time,
                        next.live().targets()));
            case ROLLED_BACK -> {
                State marked = next.withBad(new State.BadMark(grant.version(), text, time));
                yield plan.rollback().lockAfter() || Changes.leftANewTarget(grant) ? marked.withLock(lock) : marked;
            }
            case ROLLBACK_FAILED ->
                next.withBad(new State.BadMark(grant.version(), text, time)).withLock(lock);
            case CANCELLED, FAILED, REJECTED, EXPIRED -> Changes.of(grant).isEmpty() ? next : next.withLock(lock);
        };
    }

    /** Whether a rollback to what is live did nothing at all: a first attempt found every target there already. */
    private static boolean foundAsItWas(Grant rollback) {
        return rollback.previousVersion().equals(rollback.version())
                && rollback.steps().stream()
                        .allMatch(step -> step.attempt() <= 1 && step.facts().containsKey(RollBackStep.ALREADY));
    }

    /** Which targets should have gone back, and where to; what serves on the others is known. */
    static Map<String, String> halfBack(State state, Grant grant, Outcome outcome) {
        Map<String, String> half = new LinkedHashMap<>(state.halfBack());
        for (Step step : grant.steps()) {
            String name = step.name();
            if (step.kind() == StepKind.ROLL_BACK) {
                if (step.state() == StepState.DONE) {
                    half.remove(name);
                } else {
                    half.put(name, grant.version());
                }
            } else if (step.kind() == StepKind.DEPLOY && step.state() != StepState.PLANNED) {
                boolean stays = step.leftSomething() && step.state() == StepState.DONE;
                boolean asked = stays ? outcome == Outcome.ROLLBACK_FAILED : step.leftSomething();
                if (asked && !Changes.nothingBefore(grant, step)) {
                    half.put(name, grant.previousVersion());
                } else if (step.leftSomething() || step.state() == StepState.UNDONE) {
                    half.remove(name);
                }
            }
        }
        return half;
    }

    static State.Live live(State state, Grant grant, ReleasePlan plan, Outcome outcome, Instant time) {
        State.Live before = state.live();
        Map<String, String> wanted = grant.kind().equals(Grant.ROLLBACK)
                ? state.succeeded(grant.version()).map(State.Succeeded::targets).orElse(Map.of())
                : Map.of();
        Map<String, String> targets = new LinkedHashMap<>(before.targets());
        boolean everyTargetNew = true;
        for (Step step : grant.steps()) {
            if (step.kind() == StepKind.DEPLOY || step.kind() == StepKind.ROLL_BACK) {
                switch (step.state()) {
                    case DONE -> targets.put(step.name(), step.facts().getOrDefault("id", grant.version()));
                    case UNDONE -> {
                        targets.put(step.name(), grant.previous().getOrDefault(step.name(), ""));
                        everyTargetNew = false;
                    }
                    case BEGAN, FAILED -> {
                        if (step.facts().containsKey("id")) {
                            targets.put(step.name(), step.facts().get("id"));
                        } else if (step.leftSomething()) {
                            // nobody knows what serves there, and a guess would be a later release's way back
                            targets.remove(step.name());
                        }
                        everyTargetNew = false;
                    }
                    case PLANNED -> everyTargetNew = false;
                }
            }
        }
        if (outcome == Outcome.SUCCEEDED
                || (everyTargetNew && whole(grant, targets, wanted) && !targets.equals(before.targets()))) {
            return new State.Live(grant.version(), grant.plan(), plan.commit(), time, targets);
        }
        return new State.Live(before.version(), before.plan(), before.commit(), before.since(), targets);
    }

    /** Whether no target of the version that is gone back to was left out, and serves something else. */
    private static boolean whole(Grant grant, Map<String, String> targets, Map<String, String> wanted) {
        return wanted.entrySet().stream()
                .allMatch(each -> grant.previous().containsKey(each.getKey())
                        || each.getValue().equals(targets.get(each.getKey())));
    }

    /** For instance {@code shop/production@1.4.0}. */
    static String release(Served served, Grant grant) {
        return served.name() + "@" + grant.version();
    }
}
