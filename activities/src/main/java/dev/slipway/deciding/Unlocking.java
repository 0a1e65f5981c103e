package dev.slipway.deciding;

import dev.slipway.ledger.Change;
import dev.slipway.ledger.Head;
import dev.slipway.opening.Authority;
import dev.slipway.opening.Closing;
import dev.slipway.plan.Times;
import dev.slipway.record.Event;
import dev.slipway.record.Grant;
import dev.slipway.record.State;
import dev.slipway.served.Served;
import dev.slipway.trust.Kind;
import dev.slipway.trust.Statement;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** Takes a lock out of the record when somebody who may has looked; a grant that was left open ends with it. */
final class Unlocking implements Ruling {

    @Override
    public Kind kind() {
        return Kind.UNLOCK;
    }

    @Override
    public List<String> may(Authority authority) {
        return Rule.orAskers(authority.named(), authority);
    }

    @Override
    public boolean recovers() {
        return true;
    }

    @Override
    public String about(State state, Statement statement) {
        return state.locked().map(State.Lock::id).orElse(statement.about());
    }

    @Override
    public boolean stillSo(State state, Statement statement) {
        return state.locked().isEmpty();
    }

    @Override
    public List<String> problems(Served served, Authority authority, State state, Statement statement) {
        if (state.locked().isEmpty()) {
            return List.of(served.name() + " is not locked");
        }
        return rollbackUnderWay(state, served.record().now()).map(List::of).orElse(List.of());
    }

    /**
     * A grant that was opened under the lock is a rollback at work, and not what the lock found left open. Once its time is
     * over nothing of it begins any more, so one that was left behind itself does not bar the way for ever.
     */
    private static Optional<String> rollbackUnderWay(State state, Instant now) {
        return state.locked().flatMap(lock -> state.openGrant()
                .filter(grant -> !grant.opened().isBefore(lock.since()) && now.isBefore(grant.until()))
                .map(grant -> "a rollback is running (" + grant.workflow() + ", to " + grant.version()
                        + "); wait for it, or until " + Times.text(grant.until())));
    }

    @Override
    public Change change(Served served, Head now, Statement statement, String by) {
        State.Lock lock = now.state().locked().orElseThrow();
        Instant time = served.record().now();
        Optional<Grant> left = now.state().openGrant();
        State state = left.map(grant -> Closing.abandoned(
                        served,
                        now.state(),
                        grant,
                        by,
                        "left open by " + grant.workflow() + "; ended by the unlock of " + by + ": "
                                + statement.reason(),
                        time))
                .orElse(now.state())
                .withoutLock();
        String ended = left.map(grant -> "; the grant of " + grant.version() + " ends here")
                .orElse("");
        String acting = state.leases(time).stream()
                .map(lease -> "; " + lease.words() + ": nothing opens before")
                .collect(Collectors.joining());
        return new Change(
                new Event(
                        Event.Kind.UNLOCKED,
                        lock.release(),
                        "unlocked by " + by + ": " + statement.reason() + ended + acting,
                        Map.of()),
                state);
    }
}
