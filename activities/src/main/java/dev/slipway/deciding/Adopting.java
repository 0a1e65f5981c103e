package dev.slipway.deciding;

import com.fasterxml.jackson.databind.JsonNode;
import dev.slipway.environment.EnvironmentActivities.DecideResult;
import dev.slipway.ledger.Adoption;
import dev.slipway.ledger.Change;
import dev.slipway.ledger.Head;
import dev.slipway.opening.Authority;
import dev.slipway.record.Event;
import dev.slipway.record.State;
import dev.slipway.served.Served;
import dev.slipway.trust.Kind;
import dev.slipway.trust.SignedStatement;
import dev.slipway.trust.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Goes on with a record that has gone back, was forked or is lost: the quorum says which entry it goes on from (number and
 * hash), or what is live where there is none. Nothing else runs until then.
 */
final class Adopting implements Rule {

    @Override
    public Kind kind() {
        return Kind.ADOPT;
    }

    @Override
    public List<String> may(Authority authority) {
        return authority.quorumOf(true);
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
        return state.base();
    }

    @Override
    public boolean stillSo(State state, Statement statement) {
        return true;
    }

    @Override
    public List<String> problems(Served served, Authority authority, State state, Statement statement) {
        List<String> problems = new ArrayList<>(Reconciling.unknownTargets(authority, state, statement));
        if (statement.version().isEmpty() && !Reconciling.targets(statement).isEmpty()) {
            problems.add("it names targets, but no version that serves there");
        }
        return problems;
    }

    DecideResult adopt(Served served, List<SignedStatement> signed) {
        Adoption.Found found = served.record().adoption().look();
        if (found.trouble().isEmpty()) {
            Optional<Head> before = Deciding.takenBefore(served, signed.get(signed.size() - 1));
            return before.map(entry -> Deciding.done(served, entry, signed))
                    .orElseGet(() -> DecideResult.refused(
                            "the record of " + served.name() + " is sound; there is nothing to adopt",
                            found.head().map(Head::mirror).stream().toList()));
        }
        Statement statement = signed.get(signed.size() - 1).statement().orElseThrow();
        JsonNode what = statement.details();
        if (what.path("number").asLong(-1) != found.number()
                || !what.path("hash").asText().equals(found.hash())) {
            return DecideResult.refused(
                    "what lies in the store is entry " + found.number() + " (" + found.hash()
                            + "), and that is not what the statement adopts",
                    List.of());
        }
        State state = found.head().map(Head::state).orElse(State.empty());
        Deciding.Judged judged = Deciding.Judged.of(served, this, state, signed);
        if (!judged.counts()) {
            return judged.answer(List.of());
        }
        Change change = change(served, state, found, statement, judged.by());
        Head head = served.record()
                .adoption()
                .goOn(found, new Change(judged.event(change.event(), signed), judged.spent(served, change.state())));
        judged.counting().forEach(served::keep);
        return Deciding.done(served, head, judged.counting());
    }

    private static Change change(Served served, State state, Adoption.Found found, Statement statement, String by) {
        State.Live live = new State.Live(
                statement.version(),
                state.succeeded(statement.version())
                        .map(State.Succeeded::plan)
                        .orElse(state.live().plan()),
                state.succeeded(statement.version())
                        .map(State.Succeeded::commit)
                        .orElse(""),
                served.record().now(),
                Reconciling.targets(statement));
        boolean says = !statement.version().isEmpty();
        return new Change(
                new Event(
                        Event.Kind.ADOPTED,
                        "",
                        (by.equals(Deciding.RECOVERY) ? "BY THE RECOVERY KEY: " : "")
                                + (found.number() == 0
                                        ? "a new record was begun by "
                                        : "entry " + found.number() + " was adopted by ")
                                + by + ": " + statement.reason(),
                        Map.of("number", Long.toString(found.number()), "trouble", found.trouble())),
                says ? state.withLive(live).withoutHalfBack(live.targets().keySet()) : state);
    }
}
