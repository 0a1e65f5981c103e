package dev.slipway.opening;

import dev.slipway.ledger.Change;
import dev.slipway.ledger.Head;
import dev.slipway.plan.ReleasePlan;
import dev.slipway.record.Event;
import dev.slipway.record.Scope;
import dev.slipway.record.SignedText;
import dev.slipway.record.State;
import dev.slipway.release.Outcome;
import dev.slipway.served.Served;
import dev.slipway.trust.SignedStatement;
import dev.slipway.trust.Statement;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A preflight that is all that was asked for: that it found nothing is its end, and stands in the record as one. */
final class PreflightRun {

    private static final String UNTRIED = "; pending migrations were read, not tried";

    /** The same, where it was said before. */
    static Optional<Head> before(Served served, SignedStatement request) {
        return served.record().closing(request.id());
    }

    /** Whether this end says that migrations were pending. */
    static boolean untried(Head closing) {
        return closing.entry().event().text().endsWith(UNTRIED);
    }

    /**
     * The entry that says so of this request.
     *
     * @param untried whether migrations are pending
     */
    SignedText recorded(Served served, ReleasePlan plan, SignedStatement request, boolean untried) {
        Head head = served.record()
                .change(now -> now.state().ended(request.id()).isPresent()
                        ? Optional.empty()
                        : Optional.of(change(
                                now.state(),
                                plan,
                                request,
                                untried,
                                served.record().now())));
        Head closed = served.record().closing(request.id()).orElse(head);
        served.record().keepClosing(request.id(), closed);
        return closed.signed();
    }

    private static Change change(
            State state, ReleasePlan plan, SignedStatement request, boolean untried, Instant time) {
        Statement asked = request.statement().orElseThrow();
        State.Ended ended = new State.Ended(
                plan.version(),
                plan.digest(),
                request.id(),
                "",
                Outcome.SUCCEEDED.name(),
                "nothing stands in its way" + (untried ? UNTRIED : ""),
                List.of(),
                true,
                asked.by(),
                asked.time(),
                time,
                Scope.PREFLIGHT,
                "");
        return new Change(
                new Event(
                        Event.Kind.CLOSED,
                        Granting.release(plan),
                        "preflight alone: nothing stands in the way" + (untried ? UNTRIED : ""),
                        Map.of(
                                "request", request.id(),
                                "outcome", Outcome.SUCCEEDED.name(),
                                "plan", plan.digest(),
                                "version", plan.version(),
                                "safe", "true")),
                state.withEnded(ended).withSpent(List.of(Granting.spent(request)), time));
    }
}
