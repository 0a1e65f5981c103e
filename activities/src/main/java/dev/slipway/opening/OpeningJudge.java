package dev.slipway.opening;

import dev.slipway.database.migrations.MigrationTools;
import dev.slipway.database.reference.ReferenceData;
import dev.slipway.deploy.Deployers;
import dev.slipway.gates.Gates;
import dev.slipway.ledger.Change;
import dev.slipway.ledger.Head;
import dev.slipway.plan.ReleasePlan;
import dev.slipway.plan.ReleaseWindow;
import dev.slipway.plan.Times;
import dev.slipway.process.Pulse;
import dev.slipway.record.Event;
import dev.slipway.record.Grant;
import dev.slipway.record.Review;
import dev.slipway.record.Scope;
import dev.slipway.record.State;
import dev.slipway.record.Step;
import dev.slipway.release.Approvals;
import dev.slipway.release.ReleaseActivities.OpenRequest;
import dev.slipway.release.ReleaseActivities.OpenResult;
import dev.slipway.release.ReleaseActivities.Opening;
import dev.slipway.served.Served;
import dev.slipway.trust.Lane;
import dev.slipway.trust.SignedStatement;
import dev.slipway.trust.Statement;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;

/**
 * The only place where yes is judged, with the turn in hand: everything is looked up and computed again, by the worker
 * that holds the secrets, against the record. What comes of it is a grant in the record, or a reason.
 */
public final class OpeningJudge {

    private final Facts facts;
    private final Deployers deployers;
    private final Gates gates;
    private final PlanOfSource planOfSource = new PlanOfSource();

    public OpeningJudge(MigrationTools tools, ReferenceData promotion, Deployers deployers, Gates gates) {
        this.facts = new Facts(tools, promotion);
        this.deployers = deployers;
        this.gates = gates;
    }

    public OpenResult open(Served served, OpenRequest request, Pulse pulse) {
        Head head = served.record().head();
        Optional<Grant> mine = head.state().openGrant().filter(grant -> grant.id()
                .equals(request.request().id()));
        if (mine.isPresent()) {
            return Granting.opened(served, mine.get(), List.of());
        }
        Optional<String> clock = served.record().clockTrouble(head);
        if (clock.isPresent()) {
            return OpenResult.not(Opening.LATER, List.of(clock.get()));
        }
        Optional<ReleasePlan> kept = served.plan(request.plan());
        if (kept.isEmpty()) {
            return OpenResult.not(Opening.REFUSED, List.of("the plan was not seen by a preflight of this environment"));
        }
        return judged(served, request, kept.get(), head, pulse);
    }

    private OpenResult judged(Served served, OpenRequest request, ReleasePlan plan, Head head, Pulse pulse) {
        Instant now = served.record().now();
        Authority authority = Authority.of(served, head.state());
        Lane lane = request.request().statement().map(Statement::lane).orElse(Lane.NORMAL);
        List<String> ofRequest = Approvals.problemsOfRequest(plan, authority.people(plan), request.request(), now);
        if (!ofRequest.isEmpty() && onlyExpired(request.request(), now)) {
            return OpenResult.not(Opening.EXPIRED, ofRequest);
        }
        Scope scope = Scope.of(request.request());
        List<String> never = never(served, head, request, plan, lane, ofRequest);
        Optional<Review> review = review(served, request);
        if (review.isEmpty()) {
            never.add("the review is not signed by this environment's key, or not about this request");
        }
        if (!never.isEmpty()) {
            return OpenResult.not(Opening.REFUSED, never);
        }
        Facts.Found found = facts.find(served, plan, scope, pulse);
        List<String> stale = stale(head, review.get(), found);
        if (!stale.isEmpty()) {
            return OpenResult.not(Opening.BASE_CHANGED, stale);
        }
        Count.Counted counted = new Count(authority, plan, head.state(), now).of(request, review.get());
        if (counted.opening().isPresent()) {
            return OpenResult.not(counted.opening().get(), counted.why());
        }
        List<String> later = later(head, plan, lane, now);
        if (!later.isEmpty()) {
            return OpenResult.later(later, Granting.over(head.state(), now));
        }
        // last, because a gate may be a command of the plan, which only what is approved may run
        Gates.Judged judged = gates.judgeAll(served, plan, lane, pulse);
        if (!judged.waiting().isEmpty()) {
            return OpenResult.not(Opening.LATER, judged.waiting());
        }
        return append(served, request, plan, lane, review.get(), counted, pulse);
    }

    /** Why this request opens nothing whoever says yes to it, by the record, the source and whose policy holds. */
    private List<String> never(
            Served served, Head head, OpenRequest request, ReleasePlan plan, Lane lane, List<String> ofRequest) {
        Scope scope = Scope.of(request.request());
        List<String> never = new ArrayList<>();
        if (head.state().spent(request.request().id())) {
            never.add("the request was used up already");
        }
        never.addAll(ofRequest);
        if (scope.preflightOnly()) {
            never.add("a preflight opens nothing");
        }
        if (scope.whole()) {
            Preflighting.againAllowed(head.state(), plan, request.request(), never);
        }
        never.addAll(planOfSource.problems(served, plan, lane));
        never.addAll(Authority.of(served, head.state()).problems(plan, lane));
        return never;
    }

    private static boolean onlyExpired(SignedStatement request, Instant now) {
        return request.statement()
                .map(statement -> !now.isBefore(statement.expires()))
                .orElse(false);
    }

    private static Optional<Review> review(Served served, OpenRequest request) {
        if (!served.record().genuine(request.review().text(), request.review().signature())) {
            return Optional.empty();
        }
        Review review = Review.parse(request.review().text());
        boolean same = review.text().equals(request.review().text())
                && review.service().equals(request.service())
                && review.environment().equals(request.environment())
                && review.version().equals(request.version())
                && review.plan().equals(request.plan())
                && review.request().equals(request.request().id())
                && review.phase().equals(Scope.of(request.request()).phase());
        return same ? Optional.of(review) : Optional.empty();
    }

    private static List<String> stale(Head head, Review review, Facts.Found found) {
        List<String> stale = new ArrayList<>();
        if (!review.base().equals(head.state().base())) {
            stale.add("something was released here since the review; it is reviewed again");
        }
        if (!review.policy().equals(head.state().policy())) {
            stale.add("the policy was changed since the review; it is reviewed again");
        }
        if (!review.facts().equals(found.hash())) {
            stale.add("migrations, reference data or a schema have changed since the review; it is reviewed again");
        }
        // the review says them to people, and ends the release where they are still there
        found.problems().forEach(problem -> stale.add(problem + "; it is reviewed again"));
        return stale;
    }

    private static List<String> later(Head head, ReleasePlan plan, Lane lane, Instant now) {
        List<String> later = new ArrayList<>();
        if (plan.window().limited() && !plan.skips(lane, "window") && !new ReleaseWindow(plan.window()).contains(now)) {
            later.add("the release window is closed");
        }
        head.state()
                .frozen(now)
                .filter(freeze -> !plan.skips(lane, "freeze"))
                .ifPresent(freeze -> later.add(
                        "frozen until " + Times.text(freeze.until()) + " by " + freeze.by() + ": " + freeze.reason()));
        head.state()
                .locked()
                .ifPresent(lock -> later.add("locked since " + Times.text(lock.since()) + ": " + lock.reason()));
        head.state()
                .openGrant()
                .ifPresent(
                        grant -> later.add("a grant for " + grant.version() + " (" + grant.workflow() + ") is open"));
        later.addAll(Granting.stillActing(head.state(), now));
        return later;
    }

    private OpenResult append(
            Served served,
            OpenRequest request,
            ReleasePlan plan,
            Lane lane,
            Review review,
            Count.Counted counted,
            Pulse pulse) {
        Instant now = served.record().now();
        Serving serving = Serving.of(deployers, served, request, plan, pulse);
        Scope scope = Scope.of(request.request());
        List<Step> steps = Granting.steps(plan, scope);
        Grant grant = new Grant(
                request.request().id(),
                scope.whole() ? Grant.RELEASE : Grant.RUN,
                plan.version(),
                plan.digest(),
                review.hash(),
                request.workflow(),
                now,
                now.plus(Granting.total(plan, steps)),
                steps,
                review.live().version().isEmpty()
                        ? serving.previous().values().stream().findFirst().orElse("")
                        : review.live().version(),
                serving.previous(),
                request.run(),
                lane.word(),
                counted.approvals().stream().map(SignedStatement::id).toList());
        AtomicReference<Optional<OpenResult>> hindered = new AtomicReference<>(Optional.empty());
        Head head = served.record().change(latest -> {
            hindered.set(hindrance(served, request, plan, lane, review, counted, latest));
            return hindered.get().isPresent()
                    ? Optional.empty()
                    : Optional.of(opened(request, plan, lane, review, counted, grant, latest));
        });
        // where the answer of a store was lost, the grant that is in the way is this one
        boolean open = head.state()
                .openGrant()
                .filter(there -> there.id().equals(grant.id()))
                .isPresent();
        if (!open) {
            return hindered.get().orElseThrow();
        }
        counted.approvals().forEach(served::keep);
        return Granting.opened(served, grant, serving.drift());
    }

    /** Gates and targets took their time, in which somebody else may have written into the record. */
    private static Optional<OpenResult> hindrance(
            Served served,
            OpenRequest request,
            ReleasePlan plan,
            Lane lane,
            Review review,
            Count.Counted counted,
            Head latest) {
        Optional<String> clock = served.record().clockTrouble(latest);
        if (clock.isPresent()) {
            return Optional.of(OpenResult.not(Opening.LATER, List.of(clock.get())));
        }
        List<String> tooLate = tooLate(served, request, plan, lane, review, latest);
        if (!tooLate.isEmpty()) {
            return Optional.of(OpenResult.not(Opening.EXPIRED, tooLate));
        }
        State state = latest.state();
        boolean voided = state.spent(request.request().id())
                || counted.approvals().stream().anyMatch(approval -> state.spent(approval.id()));
        if (voided) {
            return Optional.of(OpenResult.not(
                    Opening.REFUSED, List.of("the request or an approval was used up, or taken back, meanwhile")));
        }
        Instant now = served.record().now();
        boolean another = !state.base().equals(review.base())
                || !state.policy().equals(review.policy())
                || !state.suspended().equals(counted.suspended())
                || state.locked().isPresent()
                || state.frozen(now)
                        .filter(freeze -> !plan.skips(lane, "freeze"))
                        .isPresent()
                || state.openGrant().isPresent()
                || !state.leases(now).isEmpty();
        return another
                ? Optional.of(OpenResult.not(Opening.BASE_CHANGED, List.of("another release was faster")))
                : Optional.empty();
    }

    private static Change opened(
            OpenRequest request,
            ReleasePlan plan,
            Lane lane,
            Review review,
            Count.Counted counted,
            Grant grant,
            Head latest) {
        Scope scope = Scope.of(request.request());
        String release = Granting.release(plan);
        List<State.Spent> spent = new ArrayList<>();
        spent.add(Granting.spent(request.request()));
        counted.approvals().forEach(approval -> spent.add(Granting.spent(approval)));
        String text = release + (scope.whole() ? "" : " (" + scope.phase() + " alone)") + " may begin, "
                + (lane == Lane.HOTFIX ? "as a hotfix, " : "") + "approved by "
                + (counted.people().isEmpty() ? "nobody: none is asked for" : counted.people());
        return new Change(
                new Event(Event.Kind.OPENED, release, text, facts(request, review, lane, counted)),
                latest.state().withGrant(grant).withSpent(spent, grant.opened()));
    }

    /** What has expired meanwhile opens nothing, however long ago it was judged. */
    private static List<String> tooLate(
            Served served, OpenRequest request, ReleasePlan plan, Lane lane, Review review, Head latest) {
        Instant now = served.record().now();
        Authority authority = Authority.of(served, latest.state());
        List<String> late =
                new ArrayList<>(Approvals.problemsOfRequest(plan, authority.people(plan), request.request(), now));
        Count.Counted counted = new Count(authority, plan, latest.state(), now).of(request, review);
        counted.opening()
                .filter(opening -> opening == Opening.EXPIRED)
                .ifPresent(expired -> late.addAll(counted.why()));
        return late;
    }

    private static Map<String, String> facts(OpenRequest request, Review review, Lane lane, Count.Counted counted) {
        Map<String, String> facts = new LinkedHashMap<>();
        facts.put("request", request.request().id());
        facts.put("by", review.requestedBy());
        facts.put("approved", String.join(", ", counted.people()));
        facts.put("lane", lane.word());
        if (!counted.ticked().isEmpty()) {
            facts.put("ticked", String.join("\n", counted.ticked()));
        }
        return facts;
    }
}
