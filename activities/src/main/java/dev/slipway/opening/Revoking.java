package dev.slipway.opening;

import dev.slipway.ledger.Change;
import dev.slipway.ledger.Head;
import dev.slipway.plan.ReleasePlan;
import dev.slipway.record.Event;
import dev.slipway.record.Grant;
import dev.slipway.record.State;
import dev.slipway.release.Approvals;
import dev.slipway.release.WordActivities.RevokeRequest;
import dev.slipway.release.WordActivities.RevokeResult;
import dev.slipway.served.Served;
import dev.slipway.trust.Lane;
import dev.slipway.trust.SignedStatement;
import dev.slipway.trust.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Takes an approval back. It competes with the first step's {@code began} for the same number of the record: an approval is
 * revocable exactly until something changes.
 */
public final class Revoking {

    /** As long as an approval may be asked to hold at most, and a little more. */
    private static final Duration LONGEST_APPROVAL = Duration.ofDays(31);

    public RevokeResult revoke(Served served, RevokeRequest request) {
        ReleasePlan plan = served.plan(request.plan())
                .orElseThrow(() -> new Refused(List.of("the plan was not seen by a preflight of this environment")));
        SignedStatement revocation = request.revocation();
        Optional<Head> before = takenBefore(served, revocation);
        if (before.isPresent()) {
            boolean ended = before.get()
                    .entry()
                    .event()
                    .facts()
                    .getOrDefault("ended", "")
                    .equals("true");
            return new RevokeResult(true, ended, "", List.of(before.get().signed()));
        }
        String[] why = {""};
        boolean[] ended = {false};
        Head head = served.record().change(now -> {
            ended[0] = false;
            List<String> problems = problems(served, request, plan, now.state());
            why[0] = String.join("; ", problems);
            if (!problems.isEmpty()) {
                return Optional.empty();
            }
            ended[0] = now.state()
                    .openGrant()
                    .filter(grant -> opened(grant, request))
                    .isPresent();
            return Optional.of(change(served, request, plan, now.state(), ended[0]));
        });
        if (!why[0].isEmpty()) {
            return new RevokeResult(false, false, why[0], List.of());
        }
        served.keep(revocation);
        return new RevokeResult(true, ended[0], "", List.of(head.signed()));
    }

    private static Optional<Head> takenBefore(Served served, SignedStatement revocation) {
        return served.record().head().state().spent(revocation.id())
                ? served.record()
                        .find(entry -> entry.event().kind() == Event.Kind.REVOKED
                                && entry.event()
                                        .facts()
                                        .getOrDefault("statements", "")
                                        .equals(revocation.id()))
                : Optional.empty();
    }

    private static boolean opened(Grant grant, RevokeRequest request) {
        return grant.approvals().contains(request.approval());
    }

    private static List<String> problems(Served served, RevokeRequest request, ReleasePlan plan, State state) {
        Lane lane = request.revocation().statement().map(Statement::lane).orElse(Lane.NORMAL);
        List<String> problems = new ArrayList<>(Approvals.problemsOfRevocation(
                plan,
                Authority.of(served, state).people(plan),
                lane,
                request.approval(),
                request.revocation(),
                served.record().now()));
        if (state.spent(request.revocation().id())) {
            problems.add("this statement was used up already");
        }
        Optional<Grant> grant = state.openGrant().filter(open -> opened(open, request));
        if (grant.filter(open -> !open.untouched()).isPresent()) {
            problems.add(
                    "the release has begun to change things; `slipway rollback " + served.name() + "` takes it back");
        } else if (grant.isEmpty() && state.spent(request.approval())) {
            problems.add("the approval was used up, or taken back, already");
        }
        return problems;
    }

    private static Change change(Served served, RevokeRequest request, ReleasePlan plan, State state, boolean ended) {
        Statement statement = request.revocation().statement().orElseThrow();
        State next = (ended ? state.withoutGrant(served.name() + "@" + plan.version()) : state)
                .withSpent(
                        List.of(
                                // nobody has shown it to this worker yet, so how long it holds is only known as its
                                // most
                                new State.Spent(
                                        request.approval(),
                                        served.record().now().plus(LONGEST_APPROVAL)),
                                new State.Spent(
                                        request.revocation().id(),
                                        statement.expires().plus(Duration.ofMinutes(5)))),
                        served.record().now());
        return new Change(
                new Event(
                        Event.Kind.REVOKED,
                        served.name() + "@" + plan.version(),
                        "an approval was revoked by " + statement.by() + ": " + statement.reason(),
                        Map.of(
                                "request",
                                request.request(),
                                "approval",
                                request.approval(),
                                "by",
                                statement.by(),
                                "reason",
                                statement.reason(),
                                "statements",
                                request.revocation().id(),
                                "ended",
                                Boolean.toString(ended))),
                next);
    }
}
