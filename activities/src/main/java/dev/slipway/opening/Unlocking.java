package dev.slipway.opening;

import dev.slipway.environment.EnvironmentActivities.UnlockResult;
import dev.slipway.ledger.Change;
import dev.slipway.ledger.Head;
import dev.slipway.plan.ReleasePlan;
import dev.slipway.record.Event;
import dev.slipway.record.Grant;
import dev.slipway.record.State;
import dev.slipway.release.Approvals;
import dev.slipway.served.Served;
import dev.slipway.trust.Kind;
import dev.slipway.trust.SignedStatement;
import dev.slipway.trust.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Takes a lock out of the record when somebody who may has looked; a grant that was left open ends with it. */
public final class Unlocking {

    public UnlockResult unlock(Served served, SignedStatement unlock) {
        Head head = served.record().head();
        Optional<State.Lock> lock = head.state().locked();
        if (lock.isEmpty() && unlockedBefore(head.state(), unlock)) {
            return new UnlockResult(true, served.name() + " is unlocked", List.of(head.mirror()));
        }
        if (lock.isEmpty()) {
            return new UnlockResult(false, served.name() + " is not locked", List.of(head.mirror()));
        }
        Optional<ReleasePlan> plan = plan(served, head.state());
        if (plan.isEmpty()) {
            return new UnlockResult(
                    false, "no plan is kept beside the record, so nobody can be known", List.of(head.mirror()));
        }
        List<String> problems = new ArrayList<>(Approvals.problemsOfRollbackRight(
                plan.get(),
                served.people(plan.get()),
                Kind.UNLOCK,
                lock.get().id(),
                unlock,
                served.record().now()));
        unlock.statement()
                .filter(statement -> statement.reason().isBlank())
                .ifPresent(statement -> problems.add("unlocking needs a reason"));
        rollbackUnderWay(head.state(), served.record().now()).ifPresent(problems::add);
        if (head.state().spent(unlock.id())) {
            problems.add("this statement was used up already");
        }
        if (!problems.isEmpty()) {
            return new UnlockResult(false, String.join("; ", problems), List.of(head.mirror()));
        }
        Statement statement = unlock.statement().orElseThrow();
        String[] meanwhile = {""};
        Head after = served.record().change(now -> {
            meanwhile[0] = rollbackUnderWay(now.state(), served.record().now()).orElse("");
            if (!meanwhile[0].isEmpty()) {
                return Optional.empty();
            }
            if (now.state()
                    .locked()
                    .filter(each -> each.id().equals(lock.get().id()))
                    .isEmpty()) {
                return Optional.empty();
            }
            State state = now.state()
                    .withoutLock()
                    .withSpent(
                            List.of(new State.Spent(
                                    unlock.id(), statement.expires().plus(Duration.ofMinutes(5)))),
                            served.record().now());
            Optional<Grant> left = now.state().openGrant();
            return Optional.of(new Change(
                    new Event(
                            Event.Kind.UNLOCKED,
                            lock.get().release(),
                            "unlocked by " + statement.by() + ": " + statement.reason()
                                    + left.map(grant -> "; the grant of " + grant.version() + " ends here")
                                            .orElse(""),
                            Map.of("by", statement.by(), "statement", unlock.id())),
                    left.map(grant -> Closing.abandoned(
                                    served,
                                    state,
                                    grant,
                                    statement.by(),
                                    "left open by " + grant.workflow() + "; ended by the unlock of " + statement.by()
                                            + ": " + statement.reason(),
                                    served.record().now()))
                            .orElse(state)));
        });
        if (!meanwhile[0].isEmpty()) {
            return new UnlockResult(false, meanwhile[0], List.of(after.mirror()));
        }
        served.keep(unlock);
        return new UnlockResult(true, served.name() + " is unlocked", List.of(after.mirror()));
    }

    /** The answer to an unlock was lost, and it is asked for again. */
    private static boolean unlockedBefore(State state, SignedStatement unlock) {
        return state.spent(unlock.id())
                && unlock.statement()
                        .filter(statement -> statement.kind() == Kind.UNLOCK)
                        .isPresent();
    }

    /**
     * A grant that was opened under the lock is a rollback at work, and not what the lock found left open. Once its time is
     * over nothing of it begins any more, so one that was left behind itself does not bar the way for ever.
     */
    private static Optional<String> rollbackUnderWay(State state, Instant now) {
        return state.locked().flatMap(lock -> state.openGrant()
                .filter(grant -> !grant.opened().isBefore(lock.since()) && now.isBefore(grant.until()))
                .map(grant -> "a rollback is running (" + grant.workflow() + ", to " + grant.version()
                        + "); wait for it, or until " + grant.until()));
    }

    /** Who may is said by the plan that locked, or by the live one. */
    private static Optional<ReleasePlan> plan(Served served, State state) {
        return state.openGrant()
                .map(Grant::plan)
                .or(() -> state.history().stream()
                        // the release that locked, and not whatever was asked for, and never opened, since
                        .filter(ended -> state.locked()
                                .filter(lock -> lock.since().equals(ended.time()))
                                .isPresent())
                        .findFirst()
                        .map(State.Ended::plan))
                .or(() -> Optional.of(state.live().plan()))
                .flatMap(served::plan);
    }
}
