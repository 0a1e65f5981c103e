package dev.slipway.deciding;

import com.fasterxml.jackson.databind.JsonNode;
import dev.slipway.ledger.Change;
import dev.slipway.ledger.Head;
import dev.slipway.opening.Authority;
import dev.slipway.plan.reading.Nearest;
import dev.slipway.process.Pulse;
import dev.slipway.record.Event;
import dev.slipway.record.State;
import dev.slipway.release.ReleaseName;
import dev.slipway.served.Served;
import dev.slipway.trust.Kind;
import dev.slipway.trust.Statement;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** Tells the record what serves now, after it was changed by hand. */
final class Reconciling implements Ruling {

    private final AskingTargets asking;

    Reconciling(AskingTargets asking) {
        this.asking = asking;
    }

    @Override
    public List<String> contradictions(Served served, Statement statement, Pulse pulse) {
        return asking.contradictions(served, statement, pulse);
    }

    @Override
    public Kind kind() {
        return Kind.RECONCILE;
    }

    @Override
    public List<String> may(Authority authority) {
        return Rule.orAskers(authority.quorumOf(true), authority);
    }

    @Override
    public int wanted(Authority authority) {
        return authority.quorum();
    }

    @Override
    public String about(State state, Statement statement) {
        return state.base();
    }

    @Override
    public boolean stillSo(State state, Statement statement) {
        return state.live().version().equals(statement.version());
    }

    @Override
    public List<String> problems(Served served, Authority authority, State state, Statement statement) {
        List<String> problems = new ArrayList<>();
        state.openGrant()
                .ifPresent(grant -> problems.add(
                        "a grant for " + grant.version() + " (" + grant.workflow() + ") is open; it has to end first"));
        if (!ReleaseName.PART.matcher(statement.version()).matches()) {
            problems.add("it names no version that serves now");
        }
        problems.addAll(unknownTargets(authority, state, statement));
        if (targets(statement).isEmpty()) {
            problems.add("it names no target, as {\"targets\":{\"web\":\"1.4.0\"}}");
        }
        return problems;
    }

    /** Targets that neither the plan in force has, nor the version that is said to serve. */
    static List<String> unknownTargets(Authority authority, State state, Statement statement) {
        Set<String> known = new TreeSet<>();
        authority.plan().ifPresent(plan -> plan.deploy().forEach(target -> known.add(target.name())));
        state.succeeded(statement.version())
                .ifPresent(version -> known.addAll(version.targets().keySet()));
        if (known.isEmpty()) {
            return List.of();
        }
        return targets(statement).keySet().stream()
                .filter(name -> !known.contains(name))
                .map(name -> {
                    String near = Nearest.asked(name, known);
                    return "there is no target '" + name + "'" + (near.isEmpty() ? "" : " (" + near + ")")
                            + "; there are " + known;
                })
                .toList();
    }

    /** What each target serves, as a statement says. */
    static Map<String, String> targets(Statement statement) {
        Map<String, String> targets = new LinkedHashMap<>();
        JsonNode named = statement.details().path("targets");
        named.properties().forEach(target -> {
            if (target.getValue().isTextual()) {
                targets.put(target.getKey(), target.getValue().textValue());
            }
        });
        return targets;
    }

    @Override
    public Change change(Served served, Head now, Statement statement, String by) {
        Map<String, String> targets = new LinkedHashMap<>(now.state().live().targets());
        targets.putAll(targets(statement));
        Optional<State.Succeeded> known = now.state().succeeded(statement.version());
        State.Live live = new State.Live(
                statement.version(),
                known.map(State.Succeeded::plan).orElse(now.state().live().plan()),
                known.map(State.Succeeded::commit).orElse(""),
                served.record().now(),
                targets);
        return new Change(
                new Event(
                        Event.Kind.RECONCILED,
                        served.name() + "@" + statement.version(),
                        "changed by hand, says " + by + ": " + statement.version() + " serves now; "
                                + statement.reason(),
                        Map.of(
                                "targets",
                                targets.toString(),
                                "before",
                                now.state().live().version())),
                now.state().withLive(live).withoutHalfBack(targets(statement).keySet()));
    }
}
