package dev.slipway.opening;

import dev.slipway.plan.ReleasePlan;
import dev.slipway.record.Review;
import dev.slipway.record.State;
import dev.slipway.release.Approvals;
import dev.slipway.release.Claim;
import dev.slipway.release.ReleaseActivities.OpenRequest;
import dev.slipway.release.ReleaseActivities.Opening;
import dev.slipway.trust.Lane;
import dev.slipway.trust.SignedStatement;
import dev.slipway.trust.Statement;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** Counts who has said yes to a review: one person once, however many keys or statements, by those in force now. */
final class Count {

    private final Authority authority;
    private final ReleasePlan plan;
    private final State state;
    private final Instant now;

    private final Set<String> people = new TreeSet<>();
    private final List<String> told = new ArrayList<>();
    private final List<String> ticked = new ArrayList<>();
    private final List<SignedStatement> counting = new ArrayList<>();
    private final List<String> refused = new ArrayList<>();
    private boolean expired;

    Count(Authority authority, ReleasePlan plan, State state, Instant now) {
        this.authority = authority;
        this.plan = plan;
        this.state = state;
        this.now = now;
    }

    /**
     * What came of it.
     *
     * @param opening why it is not opened; empty where they are enough
     * @param people who counted, in words: who only claimed so is told as that
     * @param approvals the signed ones that counted
     * @param ticked the items of the checklist that somebody ticked, with who
     * @param suspended the keys that did not count
     */
    record Counted(
            Optional<Opening> opening,
            List<String> why,
            List<String> people,
            List<SignedStatement> approvals,
            List<String> ticked,
            List<String> suspended) {}

    Counted of(OpenRequest request, Review review) {
        Statement asked = request.request().statement().orElseThrow();
        Approvals.Asked about =
                new Approvals.Asked(review.requestedBy(), asked.lane(), review.authors(), review.hash());
        Map<String, List<String>> inForce = authority.people(plan);
        for (SignedStatement approval : request.approvals()) {
            signed(about, inForce, asked, approval);
        }
        for (Claim claim : request.claims()) {
            claimed(about, claim);
        }
        return counted(asked.lane());
    }

    private void signed(
            Approvals.Asked about, Map<String, List<String>> inForce, Statement asked, SignedStatement approval) {
        String by = approval.statement().map(Statement::by).orElse("?");
        List<String> problems = Approvals.problemsOfApproval(plan, inForce, about, approval, now);
        if (state.spent(approval.id())) {
            refused.add("the approval of '" + by + "' was used up already, or taken back");
        } else if (!problems.isEmpty()) {
            refused.addAll(problems);
            expired |= approval.statement()
                    .map(statement -> !now.isBefore(statement.expires()))
                    .orElse(false);
        } else if (!approval.statement().orElseThrow().steps().equals(asked.steps())) {
            refused.add("the approval of '" + by + "' is for other steps than the request");
        } else if (people.add(by)) {
            told.add(by);
            counting.add(approval);
            approval.statement().orElseThrow().ticked().forEach(item -> ticked.add(item + " (" + by + ")"));
        }
    }

    private void claimed(Approvals.Asked about, Claim claim) {
        List<String> problems = new ArrayList<>(Approvals.problemsOfClaim(plan, about, claim, now));
        if (!authority.allowsClaims()) {
            problems.add("a yes without a signature does not count here, whatever the plan says (the worker's floor, or"
                    + " the policy in force)");
        }
        if (!problems.isEmpty()) {
            refused.addAll(problems);
        } else if (people.add(claim.by())) {
            told.add(claim.by() + " (claimed)");
            claim.ticked().forEach(item -> ticked.add(item + " (claimed by " + claim.by() + ")"));
        }
    }

    private Counted counted(Lane lane) {
        List<String> why = new ArrayList<>();
        int wanted = plan.approval(lane).quorum();
        if (people.size() < wanted) {
            why.add(people.size() + " of " + wanted + " approvals count");
        }
        why.addAll(authority.missing(people));
        if (why.isEmpty()) {
            return new Counted(Optional.empty(), List.of(), told, counting, ticked, state.suspended());
        }
        why.addAll(refused);
        return new Counted(
                Optional.of(expired ? Opening.EXPIRED : Opening.REFUSED),
                why,
                told,
                counting,
                ticked,
                state.suspended());
    }
}
