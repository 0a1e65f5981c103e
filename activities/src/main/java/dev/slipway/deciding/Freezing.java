package dev.slipway.deciding;

import dev.slipway.ledger.Change;
import dev.slipway.ledger.Head;
import dev.slipway.opening.Authority;
import dev.slipway.plan.Times;
import dev.slipway.record.Event;
import dev.slipway.record.State;
import dev.slipway.served.Served;
import dev.slipway.trust.Kind;
import dev.slipway.trust.Statement;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** No change begins until a time, except what goes back. Any one approver may. */
final class Freezing implements Ruling {

    private static final Duration LONGEST = Duration.ofDays(366);

    @Override
    public Kind kind() {
        return Kind.FREEZE;
    }

    @Override
    public List<String> may(Authority authority) {
        return Rule.orAskers(authority.approvers(), authority);
    }

    @Override
    public String about(State state, Statement statement) {
        return state.freezeState();
    }

    @Override
    public boolean stillSo(State state, Statement statement) {
        return state.freeze().stream()
                .anyMatch(freeze ->
                        until(statement).filter(freeze.until()::equals).isPresent());
    }

    @Override
    public List<String> problems(Served served, Authority authority, State state, Statement statement) {
        Instant now = served.record().now();
        Optional<Instant> until = until(statement);
        if (until.isEmpty()) {
            return List.of("a freeze says until when, as {\"until\":\"2026-12-24T00:00:00Z\"}");
        }
        if (!now.isBefore(until.get())) {
            return List.of("the freeze would be over already: " + Times.text(until.get()));
        }
        Optional<State.Freeze> longer =
                state.frozen(now).filter(freeze -> until.get().isBefore(freeze.until()));
        if (longer.isPresent()) {
            return List.of("it is frozen until " + Times.text(longer.get().until())
                    + " already, and that would end it sooner; `slipway unfreeze` ends a freeze");
        }
        return until.get().isAfter(now.plus(LONGEST))
                ? List.of("a freeze of more than a year is none; freeze again when it ends")
                : List.of();
    }

    private static Optional<Instant> until(Statement statement) {
        try {
            return Optional.of(Instant.parse(statement.details().path("until").asText()));
        } catch (DateTimeException e) {
            return Optional.empty();
        }
    }

    @Override
    public Change change(Served served, Head now, Statement statement, String by) {
        Instant until = until(statement).orElseThrow();
        State.Freeze freeze =
                new State.Freeze(statement.reason(), served.record().now(), until, by);
        return new Change(
                new Event(
                        Event.Kind.FROZEN,
                        "",
                        "frozen until " + Times.text(until) + " by " + by + ": " + statement.reason(),
                        Map.of("until", until.toString())),
                now.state().withFreeze(freeze));
    }
}
