package dev.slipway.deciding;

import dev.slipway.ledger.Change;
import dev.slipway.ledger.Head;
import dev.slipway.opening.Authority;
import dev.slipway.record.Event;
import dev.slipway.record.Policy;
import dev.slipway.record.State;
import dev.slipway.served.Served;
import dev.slipway.trust.CanonicalJson;
import dev.slipway.trust.Kind;
import dev.slipway.trust.SshPublicKey;
import dev.slipway.trust.Statement;
import dev.slipway.trust.UnusableKey;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Puts another policy into force, by the quorum of the present one. The first one needs people whom the worker's own file
 * names, or the recovery key: a plan is written by whoever pushes.
 */
final class ChangingPolicy implements Ruling {

    @Override
    public Kind kind() {
        return Kind.POLICY;
    }

    @Override
    public List<String> may(Authority authority) {
        return authority.quorumOf(false);
    }

    @Override
    public int wanted(Authority authority) {
        return authority.quorum();
    }

    @Override
    public boolean recovers() {
        return true;
    }

    @Override
    public String about(State state, Statement statement) {
        return state.policy();
    }

    @Override
    public boolean stillSo(State state, Statement statement) {
        return policy(statement).digest().equals(state.policy());
    }

    @Override
    public List<String> problems(Served served, Authority authority, State state, Statement statement) {
        Policy policy;
        try {
            policy = policy(statement);
        } catch (IllegalArgumentException e) {
            return List.of(e.getMessage());
        }
        List<String> problems = new ArrayList<>();
        if (!CanonicalJson.text(statement.details().path("policy")).equals(policy.text())) {
            return List.of("the policy says something that this worker does not know; take a newer slipway for it");
        }
        policy.people()
                .forEach((name, lines) -> lines.forEach(line -> {
                    try {
                        SshPublicKey.parse(line);
                    } catch (UnusableKey e) {
                        problems.add("of '" + name + "': " + e.getMessage());
                    }
                }));
        policy.from().stream()
                .filter(name -> !policy.people().isEmpty() && !policy.people().containsKey(name))
                .forEach(name -> problems.add("'" + name + "' is named in `from`, but not in `people`"));
        problems.addAll(authority.under(policy).unreachable());
        if (policy.digest().equals(state.policy())) {
            problems.add("this very policy is in force already");
        }
        return problems;
    }

    private static Policy policy(Statement statement) {
        return Policy.of(statement.details().path("policy"));
    }

    @Override
    public Change change(Served served, Head now, Statement statement, String by) {
        Policy policy = policy(statement);
        served.record().keep(policy.text());
        return new Change(
                new Event(
                        Event.Kind.POLICY,
                        "",
                        (by.equals(Deciding.RECOVERY) ? "BY THE RECOVERY KEY: " : "") + "the policy was changed by "
                                + by + ": " + statement.reason(),
                        Map.of("before", now.state().policy(), "policy", policy.digest())),
                now.state().withPolicy(policy.digest()));
    }
}
