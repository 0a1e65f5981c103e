package dev.slipway.deciding;

import dev.slipway.ledger.Change;
import dev.slipway.ledger.Head;
import dev.slipway.opening.Authority;
import dev.slipway.record.Event;
import dev.slipway.record.State;
import dev.slipway.served.Served;
import dev.slipway.trust.Kind;
import dev.slipway.trust.SshPublicKey;
import dev.slipway.trust.Statement;
import dev.slipway.trust.UnusableKey;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A key counts no more, from now on and for good: whoever lost it makes another one. Any one approver may. The recovery key
 * is not suspended this way: it stands in the worker's file.
 */
final class Suspending implements Ruling {

    @Override
    public Kind kind() {
        return Kind.SUSPEND;
    }

    @Override
    public List<String> may(Authority authority) {
        return authority.approvers();
    }

    @Override
    public String about(State state, Statement statement) {
        return statement.about();
    }

    @Override
    public boolean stillSo(State state, Statement statement) {
        return state.suspended().contains(statement.about());
    }

    @Override
    public List<String> problems(Served served, Authority authority, State state, Statement statement) {
        if (state.suspended().contains(statement.about())) {
            return List.of("this key is suspended already");
        }
        return owner(authority, statement.about()).isPresent()
                ? List.of()
                : List.of("nobody here has a key with the SHA-256 " + statement.about());
    }

    private static Optional<String> owner(Authority authority, String sha256) {
        return authority.people().entrySet().stream()
                .filter(person -> person.getValue().stream().anyMatch(line -> is(line, sha256)))
                .map(Map.Entry::getKey)
                .findFirst();
    }

    private static boolean is(String line, String sha256) {
        try {
            return SshPublicKey.parse(line).sha256().equals(sha256);
        } catch (UnusableKey e) {
            return false;
        }
    }

    @Override
    public Change change(Served served, Head now, Statement statement, String by) {
        String owner =
                owner(Authority.of(served, now.state()), statement.about()).orElse("nobody known");
        return new Change(
                new Event(
                        Event.Kind.SUSPENDED,
                        "",
                        "a key of " + owner + " was suspended by " + by + ": " + statement.reason(),
                        Map.of("key", statement.about(), "owner", owner)),
                now.state().withSuspended(statement.about()));
    }
}
