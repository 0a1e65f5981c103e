package dev.slipway.opening;

import dev.slipway.ledger.Change;
import dev.slipway.ledger.Head;
import dev.slipway.plan.ReleasePlan;
import dev.slipway.record.Event;
import dev.slipway.record.State;
import dev.slipway.release.Approvals;
import dev.slipway.release.WordActivities.RejectRequest;
import dev.slipway.release.WordActivities.RejectResult;
import dev.slipway.served.Served;
import dev.slipway.trust.Kind;
import dev.slipway.trust.SignedStatement;
import dev.slipway.trust.Statement;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Puts a person's no into the record, and voids the request that it is about. */
public final class Rejecting {

    private Rejecting() {}

    /** A no counts when it stands in the record. */
    public static RejectResult reject(Served served, RejectRequest request) {
        ReleasePlan plan = served.plan(request.plan())
                .orElseThrow(() -> new Refused(List.of("the plan was not seen by a preflight of this environment")));
        Statement asked = served.record()
                .kept(request.request())
                .flatMap(Statement::parsed)
                .filter(statement -> (statement.kind() == Kind.REQUEST || statement.kind() == Kind.RUN)
                        && statement.plan().equals(request.plan()))
                .orElseThrow(() -> new Refused(List.of("the request was not seen by a preflight of this environment")));
        SignedStatement rejection = request.rejection();
        List<String> problems = Approvals.problemsOfRejection(
                plan,
                Authority.of(served, served.record().head().state()).people(plan),
                asked.lane(),
                rejection,
                served.record().now());
        if (!problems.isEmpty()) {
            return new RejectResult(false, String.join("; ", problems), List.of());
        }
        Head head = served.record()
                .change(now -> standing(now.state(), request, rejection) == Standing.FREE
                        ? Optional.of(rejected(served, request, asked, rejection, now.state()))
                        : Optional.empty());
        Map<String, String> newest = head.entry().event().facts();
        if (rejection.id().equals(newest.get("statement")) && request.request().equals(newest.get("request"))) {
            served.keep(rejection);
            return new RejectResult(true, "", List.of(head.signed()));
        }
        return switch (standing(head.state(), request, rejection)) {
            case BEGUN ->
                new RejectResult(
                        false, "the release has begun to change things; `slipway rollback` takes it back", List.of());
            case USED -> new RejectResult(false, "the rejection was used up already; sign another one", List.of());
            case OVER, FREE ->
                entryOf(served, request.request())
                        .map(entry -> new RejectResult(true, "", List.of(entry.signed())))
                        .orElseGet(() -> new RejectResult(
                                false, "the release has ended already, and not by a rejection", List.of()));
        };
    }

    private enum Standing {
        FREE,
        BEGUN,
        OVER,
        USED
    }

    private static Standing standing(State state, RejectRequest request, SignedStatement rejection) {
        if (state.openGrant()
                .filter(grant -> grant.id().equals(request.request()))
                .isPresent()) {
            return Standing.BEGUN;
        }
        if (state.spent(request.request())) {
            return Standing.OVER;
        }
        return state.spent(rejection.id()) ? Standing.USED : Standing.FREE;
    }

    private static Change rejected(
            Served served, RejectRequest request, Statement asked, SignedStatement rejection, State state) {
        Statement no = rejection.statement().orElseThrow();
        return new Change(
                new Event(
                        Event.Kind.REJECTED,
                        served.name() + "@" + asked.version(),
                        "rejected by " + no.by() + ": " + no.reason(),
                        Map.of("request", request.request(), "by", no.by(), "statement", rejection.id())),
                state.withSpent(
                        List.of(
                                new State.Spent(
                                        request.request(), asked.expires().plus(Closing.SHOWN_AGAIN)),
                                new State.Spent(rejection.id(), no.expires())),
                        served.record().now()));
    }

    private static Optional<Head> entryOf(Served served, String request) {
        return served.record()
                .find(entry -> entry.event().kind() == Event.Kind.REJECTED
                        && entry.event().facts().getOrDefault("request", "").equals(request));
    }
}
