package dev.slipway.deciding;

import dev.slipway.ledger.Change;
import dev.slipway.ledger.Head;
import dev.slipway.opening.Authority;
import dev.slipway.record.Event;
import dev.slipway.record.State;
import dev.slipway.served.Served;
import dev.slipway.trust.Kind;
import dev.slipway.trust.Statement;
import java.util.List;
import java.util.Map;

/** Ends a freeze before its time. */
final class Unfreezing implements Ruling {

    @Override
    public Kind kind() {
        return Kind.UNFREEZE;
    }

    @Override
    public List<String> may(Authority authority) {
        return Rule.orAskers(authority.named(), authority);
    }

    @Override
    public String about(State state, Statement statement) {
        return state.freezeState();
    }

    @Override
    public boolean stillSo(State state, Statement statement) {
        return state.freeze().isEmpty();
    }

    @Override
    public List<String> problems(Served served, Authority authority, State state, Statement statement) {
        return state.frozen(served.record().now()).isEmpty() ? List.of(served.name() + " is not frozen") : List.of();
    }

    @Override
    public Change change(Served served, Head now, Statement statement, String by) {
        return new Change(
                new Event(Event.Kind.UNFROZEN, "", "unfrozen by " + by + ": " + statement.reason(), Map.of()),
                now.state().withoutFreeze());
    }
}
