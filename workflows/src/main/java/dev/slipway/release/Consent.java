package dev.slipway.release;

import dev.slipway.plan.Approval;
import dev.slipway.plan.ReleasePlan;
import dev.slipway.plan.Times;
import dev.slipway.release.ReleaseActivities.ReviewResult;
import dev.slipway.trust.SignedStatement;
import dev.slipway.trust.Statement;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** Who has said yes to a running release: signed, or claimed without a signature. */
final class Consent {

    private final ReleasePlan plan;
    private final ReleaseName name;
    private final Story story;
    private final Map<String, SignedStatement> approvals = new LinkedHashMap<>();
    private final Map<String, Claim> claims = new LinkedHashMap<>();
    private final Word<SignedStatement> approve;
    private final Word<Claim> claim;
    private Map<String, List<String>> people;
    private Runnable whenSaid = () -> {};

    Consent(ReleasePlan plan, ReleaseName name, Story story) {
        this.plan = plan;
        this.people = plan.people();
        this.name = name;
        this.story = story;
        this.approve = Word.signed("approve", name, story, this::problemsOfApproval, this::takeApproval);
        this.claim = new Word<>(
                "claim",
                name,
                story,
                new Claim("", "", "", List.of(), "", Instant.EPOCH),
                this::problemsOfClaim,
                this::takeClaim);
        story.approvedBy(this::approvals);
    }

    Word<SignedStatement> approve() {
        return approve;
    }

    Word<Claim> claim() {
        return claim;
    }

    /** @param inForce those whom the worker counts: name to key lines; empty where it has not said */
    void count(Map<String, List<String>> inForce) {
        if (!inForce.isEmpty()) {
            people = inForce;
        }
    }

    /** Those whose keys count: name to key lines. */
    Map<String, List<String>> people() {
        return people;
    }

    /** Whether as many different people have said yes as the plan asks for. */
    boolean approved() {
        return missing() <= 0;
    }

    int missing() {
        return quorum() - approvals.size() - claims.size();
    }

    /** Those whose yes would count, and who have not said it yet. */
    List<String> mayStillSay() {
        return maySay().stream().filter(person -> !hasSaid(person)).toList();
    }

    private List<String> maySay() {
        Approval approval = plan.approval(story.lane());
        return approval.from().stream()
                .filter(people::containsKey)
                .filter(person -> !approval.excludesRequester() || !person.equals(story.requester()))
                .filter(person ->
                        !approval.excludesAuthors() || !story.authors().contains(person))
                .toList();
    }

    private boolean hasSaid(String person) {
        return approvals.containsKey(person) || claims.containsKey(person);
    }

    /** What a new review asks of whom: whoever has said yes, others may say it in their place. */
    String neededAgain() {
        int quorum = quorum();
        if (quorum <= 0) {
            return "it is reviewed again; no approval is asked for";
        }
        List<String> said = Stream.concat(approvals.keySet().stream(), claims.keySet().stream())
                .toList();
        List<String> may = maySay();
        String whose = quorum >= may.size()
                ? String.join(" and ", may)
                : (quorum == 1 ? "one" : quorum) + " of " + String.join(", ", may);
        return "it is reviewed again"
                + (said.isEmpty() ? "" : ", and the yes of " + String.join(" and ", said) + " counts no more")
                + (may.isEmpty()
                        ? "; nobody is left who may approve it"
                        : ": " + whose + (quorum == 1 ? " has" : " have") + " to type `slipway approve " + name.text()
                                + "`");
    }

    private int quorum() {
        return story.scope().needsApproval() ? plan.approval(story.lane()).quorum() : 0;
    }

    List<SignedStatement> approvals() {
        return List.copyOf(approvals.values());
    }

    List<Claim> claims() {
        return List.copyOf(claims.values());
    }

    /** @param then what shows who is still waited for */
    void whenSaid(Runnable then) {
        whenSaid = then;
    }

    void showWhoIsMissing() {
        whenSaid.run();
    }

    /** For a new review: a yes to another one counts no more. */
    void forget() {
        approvals.clear();
        claims.clear();
    }

    /** @param approval id of an approval */
    boolean counts(String approval) {
        return approvals.values().stream().anyMatch(each -> each.id().equals(approval));
    }

    /**
     * @param approval id of the approval that counts no more
     * @return whose it was; empty where nobody's was
     */
    String takeBack(String approval) {
        String whose = approvals.entrySet().stream()
                .filter(each -> each.getValue().id().equals(approval))
                .map(Map.Entry::getKey)
                .findFirst()
                .orElse("");
        approvals.remove(whose);
        return whose;
    }

    private List<String> problemsOfApproval(SignedStatement approval) {
        return notWaitingForApproval()
                .map(List::of)
                .orElseGet(() -> Approvals.problemsOfApproval(plan, people, asked(), approval, DurableTime.now()));
    }

    /** The newest of one person counts: the key of an earlier one may have been suspended since. Told is only the first. */
    private Word.Answer takeApproval(SignedStatement approval) {
        String by = Word.by(approval);
        claims.remove(by);
        Optional<SignedStatement> before = Optional.ofNullable(approvals.put(by, approval));
        if (before.isEmpty()) {
            story.journal()
                    .info(
                            Phase.APPROVAL,
                            "approved by " + by + Word.reason(approval),
                            ticked(approval.statement().map(Statement::ticked).orElse(List.of())));
        }
        showWhoIsMissing();
        String then = approved() ? "approved; " + name.text() + " goes on" : "taken; " + missing() + " more needed";
        return Word.Answer.taken(new Decision(
                before.flatMap(SignedStatement::statement)
                                .map(earlier -> "you have already said yes at " + Times.text(earlier.time())
                                        + ", and this one counts in its place; ")
                                .orElse("")
                        + then,
                approval.id()));
    }

    private List<String> problemsOfClaim(Claim sent) {
        return notWaitingForApproval()
                .map(List::of)
                .orElseGet(() -> Approvals.problemsOfClaim(plan, asked(), now(sent), DurableTime.now()));
    }

    private Word.Answer takeClaim(Claim sent) {
        Claim taken = now(sent);
        Optional<Claim> before = approvals.containsKey(taken.by())
                ? Optional.empty()
                : Optional.ofNullable(claims.put(taken.by(), taken));
        if (before.filter(earlier -> earlier.reason().equals(taken.reason())).isEmpty()) {
            story.journal()
                    .warn(
                            Phase.APPROVAL,
                            "claimed, without a signature, to be approved by " + taken.by()
                                    + (taken.reason().isBlank() ? "" : ": " + taken.reason()),
                            ticked(taken.ticked()));
        }
        showWhoIsMissing();
        return Word.Answer.taken(new Decision(
                "claimed, not signed; " + (approved() ? name.text() + " goes on" : missing() + " more needed"), ""));
    }

    /** What it is about, and when it came, is not for the caller to say. */
    private Claim now(Claim sent) {
        return new Claim(sent.by(), sent.confirm(), sent.reason(), sent.ticked(), asked().review(), DurableTime.now());
    }

    private Approvals.Asked asked() {
        return new Approvals.Asked(
                story.requester(),
                story.lane(),
                story.authors(),
                story.review().map(ReviewResult::hash).orElse(""));
    }

    private Optional<String> notWaitingForApproval() {
        return story.phase() != Phase.APPROVAL || story.review().isEmpty()
                ? Optional.of(name.text() + " does not wait for an approval; it is in phase "
                        + story.phase().words())
                : Optional.empty();
    }

    private static List<String> ticked(List<String> items) {
        return items.stream().map(item -> "ticked: " + item).toList();
    }
}
