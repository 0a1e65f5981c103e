package dev.slipway.release;

import dev.slipway.plan.ReleasePlan;
import dev.slipway.plan.Times;
import dev.slipway.record.StepKind;
import dev.slipway.release.ReleaseActivities.RejectRequest;
import dev.slipway.release.ReleaseActivities.RejectResult;
import dev.slipway.release.ReleaseActivities.ReviewResult;
import dev.slipway.release.ReleaseActivities.RevokeRequest;
import dev.slipway.release.ReleaseActivities.RevokeResult;
import dev.slipway.release.ReleaseActivities.WordRequest;
import dev.slipway.release.ReleaseActivities.WordResult;
import dev.slipway.trust.Kind;
import dev.slipway.trust.Lane;
import dev.slipway.trust.SignedStatement;
import dev.slipway.trust.Statement;
import io.temporal.failure.ActivityFailure;
import io.temporal.failure.ApplicationFailure;
import io.temporal.workflow.CancellationScope;
import io.temporal.workflow.Workflow;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What people say to a running release: approve, revoke, reject, roll back, finish, and the answers to what it asks (retry,
 * give up, extend). What is judged here is a courtesy to the
 * caller; the worker judges again whatever changes something.
 */
final class Decisions {

    private final ReleasePlan plan;
    private final SignedStatement request;
    private final ReleaseName name;
    private Runnable whenSaid = () -> {};
    private final Story story;
    private final Lane lane;
    private final Map<String, SignedStatement> approvals = new LinkedHashMap<>();
    private final Map<String, Claim> claims = new LinkedHashMap<>();
    private final List<SignedStatement> taken = new ArrayList<>();
    private Map<String, List<String>> people;
    private Optional<CancellationScope> work = Optional.empty();
    private boolean rejected;
    private boolean revoked;
    private boolean rollbackAsked;
    private boolean finished;
    private boolean retried;

    /** What was said to the last question, and by whom; while it is put into the record, too. */
    private String answer = "";

    private boolean answering;
    private boolean gaveUp;
    private Instant watchUntil = Instant.EPOCH;

    Decisions(ReleaseInput input, ReleaseName name, Story story) {
        this.plan = input.plan();
        this.people = plan.people();
        this.request = input.request();
        this.name = name;
        this.story = story;
        this.lane = story.lane();
        story.approvedBy(this::approvals);
    }

    /** @param inForce those whom the worker counts: name to key lines; empty where it has not said */
    void count(Map<String, List<String>> inForce) {
        if (!inForce.isEmpty()) {
            people = inForce;
        }
    }

    /** @param scope what a rollback stops */
    void mayStop(CancellationScope scope) {
        work = Optional.of(scope);
    }

    /** Whether as many different people have said yes as the plan asks for. */
    boolean approved() {
        return missing() <= 0;
    }

    /** @param then what shows who is still waited for */
    void whenSaid(Runnable then) {
        whenSaid = then;
    }

    /** Whether this person's key counts, and they have not said yes yet. */
    boolean mayStillSay(String person) {
        return people.containsKey(person) && !approvals.containsKey(person) && !claims.containsKey(person);
    }

    int missing() {
        return (story.scope().needsApproval() ? plan.approval(lane).quorum() : 0) - approvals.size() - claims.size();
    }

    /** Whether what waits for its time has to stop waiting: rejected, or no longer approved. */
    boolean disturbed() {
        return rejected || !approved();
    }

    List<Claim> claims() {
        return List.copyOf(claims.values());
    }

    List<SignedStatement> approvals() {
        return List.copyOf(approvals.values());
    }

    /** For a new review: a yes to another one counts no more. */
    void forgetApprovals() {
        approvals.clear();
        claims.clear();
    }

    boolean rejected() {
        return rejected;
    }

    /** Whether an approval was taken back after the release was opened, and it ended with that. */
    boolean revoked() {
        return revoked;
    }

    boolean rollbackAsked() {
        return rollbackAsked;
    }

    boolean finished() {
        return finished;
    }

    /** A step has failed, and people are asked: what they said of an earlier failure counts no more. */
    void forgetAnswers() {
        retried = false;
        answer = "";
        gaveUp = false;
    }

    boolean answered() {
        return retried || gaveUp;
    }

    boolean retried() {
        return retried;
    }

    boolean gaveUp() {
        return gaveUp;
    }

    /** Until when a person wants it watched; the epoch where nobody has said so. */
    Instant watchUntil() {
        return watchUntil;
    }

    /** The signed statements that led to the end: rejection, rollback, finish, give-up. */
    List<SignedStatement> taken() {
        return taken;
    }

    void stopIfRejected() {
        if (rejected) {
            throw story.stop(Outcome.REJECTED, story.headline());
        }
    }

    Decision approve(SignedStatement approval) {
        Optional<SignedStatement> before = takeApproval(approval);
        String then = approved() ? "approved; " + name.text() + " goes on" : "taken; " + missing() + " more needed";
        return new Decision(
                before.flatMap(SignedStatement::statement)
                                .map(earlier -> "you have already said yes at " + Times.text(earlier.time())
                                        + ", and this one counts in its place; ")
                                .orElse("")
                        + then,
                approval.id());
    }

    void approveBySignal(SignedStatement sent) {
        SignedStatement approval = given(sent);
        bySignal("approve", problemsOfApproval(approval), () -> takeApproval(approval));
    }

    /**
     * The newest of one person counts: the key of an earlier one may have been suspended since. Told is only the first.
     *
     * @return what it replaces
     */
    private Optional<SignedStatement> takeApproval(SignedStatement approval) {
        claims.remove(by(approval));
        Optional<SignedStatement> before = Optional.ofNullable(approvals.put(by(approval), approval));
        if (before.isEmpty()) {
            story.journal().info(Phase.APPROVAL, said(approval), ticked(ticks(approval)));
        }
        whenSaid.run();
        return before;
    }

    private String said(SignedStatement approval) {
        return "approved by " + by(approval) + reasonOf(approval);
    }

    private static List<String> ticks(SignedStatement approval) {
        return approval.statement().map(Statement::ticked).orElse(List.of());
    }

    private static List<String> ticked(List<String> items) {
        return items.stream().map(item -> "ticked: " + item).toList();
    }

    Decision claim(Claim claim) {
        takeClaim(claim);
        return new Decision(
                "claimed, not signed; " + (approved() ? name.text() + " goes on" : missing() + " more needed"), "");
    }

    void claimBySignal(Claim sent) {
        List<String> problems = problemsOfClaim(sent);
        bySignal("claim", problems, () -> takeClaim(sent));
    }

    private void takeClaim(Claim sent) {
        Claim claim = now(sent);
        Optional<Claim> before = approvals.containsKey(claim.by())
                ? Optional.empty()
                : Optional.ofNullable(claims.put(claim.by(), claim));
        if (before.filter(earlier -> earlier.reason().equals(claim.reason())).isEmpty()) {
            story.journal()
                    .warn(
                            Phase.APPROVAL,
                            "claimed, without a signature, to be approved by " + claim.by()
                                    + (claim.reason().isBlank() ? "" : ": " + claim.reason()),
                            ticked(claim.ticked()));
        }
        whenSaid.run();
    }

    /** What it is about, and when it came, is not for the caller to say. */
    private Claim now(Claim sent) {
        Claim given = sent == null ? new Claim("", "", "", List.of(), "", DurableTime.now()) : sent;
        return new Claim(
                given.by(), given.confirm(), given.reason(), given.ticked(), asked().review(), DurableTime.now());
    }

    List<String> problemsOfClaim(Claim claim) {
        Optional<String> notNow = notWaitingForApproval();
        return notNow.map(List::of)
                .orElseGet(() -> Approvals.problemsOfClaim(plan, asked(), now(claim), DurableTime.now()));
    }

    private Approvals.Asked asked() {
        return new Approvals.Asked(
                story.requester(),
                lane,
                story.authors(),
                story.review().map(ReviewResult::hash).orElse(""));
    }

    private Optional<String> notWaitingForApproval() {
        return story.phase() != Phase.APPROVAL || story.review().isEmpty()
                ? Optional.of(name.text() + " does not wait for an approval; it is in phase "
                        + story.phase().words())
                : Optional.empty();
    }

    List<String> problemsOfApproval(SignedStatement sent) {
        SignedStatement approval = given(sent);
        return notWaitingForApproval()
                .map(List::of)
                .orElseGet(() -> Approvals.problemsOfApproval(plan, people, asked(), approval, DurableTime.now()));
    }

    Decision revoke(SignedStatement revocation) {
        RevokeResult result = takeRevocation(revocation);
        if (!result.taken()) {
            throw ApplicationFailure.newNonRetryableFailure(result.why(), FailureDetail.REFUSED);
        }
        return new Decision(
                result.ended()
                        ? "revoked; " + name.text() + " ends, nothing was changed"
                        : "revoked; " + Math.max(0, missing()) + " more approvals needed",
                revocation.id(),
                result.receipt());
    }

    void revokeBySignal(SignedStatement sent) {
        SignedStatement revocation = given(sent);
        bySignal("revoke", problemsOfRevocation(revocation), () -> {
            RevokeResult result = takeRevocation(revocation);
            if (!result.taken()) {
                story.refusedSignal("revoke", List.of(result.why()));
            }
        });
    }

    List<String> problemsOfRevocation(SignedStatement sent) {
        SignedStatement revocation = given(sent);
        if (story.outcome().isPresent() || story.hasChangedSomething()) {
            return List.of(name.text() + " has begun to change things (phase "
                    + story.phase().words()
                    + "); an approval can't be revoked any more: `slipway rollback " + environment()
                    + "` takes it back");
        }
        String about = revocation.statement().map(Statement::about).orElse("");
        boolean known = approvals.values().stream().anyMatch(each -> each.id().equals(about));
        return known
                ? Approvals.problemsOfRevocation(plan, people, lane, about, revocation, DurableTime.now())
                : List.of("the revocation is about no approval of " + name.text() + " that counts now");
    }

    private RevokeResult takeRevocation(SignedStatement revocation) {
        String about = revocation.statement().map(Statement::about).orElse("");
        RevokeResult result = revokeInTheRecord(revocation, about);
        if (result.taken()) {
            String whose = approvals.entrySet().stream()
                    .filter(each -> each.getValue().id().equals(about))
                    .map(Map.Entry::getKey)
                    .findFirst()
                    .orElse("");
            approvals.remove(whose);
            taken.add(revocation);
            String sentence = "the approval of " + whose + " was revoked by " + by(revocation) + reasonOf(revocation);
            story.journal().warn(story.phase(), sentence);
            if (result.ended()) {
                revoked = true;
                story.headline(sentence);
                work.ifPresent(scope -> scope.cancel(sentence));
            }
        }
        whenSaid.run();
        return result;
    }

    private RevokeResult revokeInTheRecord(SignedStatement revocation, String about) {
        try {
            return Workflow.newActivityStub(
                            ReleaseActivities.class,
                            Limits.bookkeeping(plan.environment(), "put the revocation into the record"))
                    .revoke(new RevokeRequest(
                            plan.service(),
                            plan.environment(),
                            plan.version(),
                            plan.digest(),
                            request.id(),
                            about,
                            revocation));
        } catch (ActivityFailure failure) {
            return new RevokeResult(
                    false,
                    false,
                    ReleaseStopped.by(story.phase(), "revoke", failure).getMessage(),
                    List.of());
        }
    }

    Decision reject(SignedStatement rejection) {
        RejectResult result = takeRejection(rejection);
        if (!result.taken()) {
            throw ApplicationFailure.newNonRetryableFailure(result.why(), FailureDetail.REFUSED);
        }
        return new Decision("rejected; " + name.text() + " ends", rejection.id(), result.receipt());
    }

    void rejectBySignal(SignedStatement sent) {
        SignedStatement rejection = given(sent);
        bySignal("reject", problemsOfRejection(rejection), () -> {
            RejectResult result = takeRejection(rejection);
            if (!result.taken()) {
                story.refusedSignal("reject", List.of(result.why()));
            }
        });
    }

    List<String> problemsOfRejection(SignedStatement sent) {
        SignedStatement rejection = given(sent);
        if (story.isOpened() || story.outcome().isPresent()) {
            return List.of(name.text() + " has begun to change things (phase "
                    + story.phase().words()
                    + "); it can't be rejected any more: `slipway rollback " + environment() + "` takes it back");
        }
        return Approvals.problemsOfRejection(plan, people, lane, rejection, DurableTime.now());
    }

    /** A no counts when the worker has put it into the record. */
    private RejectResult takeRejection(SignedStatement rejection) {
        RejectResult result = putIntoTheRecord(rejection);
        if (result.taken()) {
            rejected = true;
            taken.add(rejection);
            story.headline("rejected by " + by(rejection) + reasonOf(rejection));
            story.journal().info(story.phase(), story.headline());
        }
        return result;
    }

    private RejectResult putIntoTheRecord(SignedStatement rejection) {
        try {
            return Workflow.newActivityStub(
                            ReleaseActivities.class,
                            Limits.bookkeeping(plan.environment(), "put the rejection into the record"))
                    .reject(new RejectRequest(
                            plan.service(),
                            plan.environment(),
                            plan.version(),
                            plan.digest(),
                            request.id(),
                            rejection));
        } catch (ActivityFailure failure) {
            // thrown from a handler it would end the whole release, without an end in the record
            return new RejectResult(
                    false, ReleaseStopped.by(story.phase(), "reject", failure).getMessage(), List.of());
        }
    }

    Decision rollback(SignedStatement rollback) {
        takeRollback(rollback);
        return new Decision(name.text() + " is rolled back now; `slipway watch` shows how it goes", rollback.id());
    }

    void rollbackBySignal(SignedStatement sent) {
        SignedStatement rollback = given(sent);
        bySignal("rollback", problemsOfRollback(rollback), () -> takeRollback(rollback));
    }

    private void takeRollback(SignedStatement rollback) {
        rollbackAsked = true;
        taken.add(rollback);
        story.headline("rolled back by " + by(rollback) + reasonOf(rollback));
        story.journal().info(story.phase(), story.headline());
        work.ifPresent(scope -> scope.cancel(story.headline()));
    }

    List<String> problemsOfRollback(SignedStatement sent) {
        SignedStatement rollback = given(sent);
        List<String> problems = new ArrayList<>(problemsOfRight(Kind.ROLLBACK, rollback));
        rollback.statement()
                .filter(statement -> !statement.plan().equals(plan.digest())
                        || !statement.version().equals(plan.version()))
                .ifPresent(other -> problems.add("this statement is not about this running release"));
        return problems;
    }

    private List<String> problemsOfRight(Kind kind, SignedStatement signed) {
        if (!story.isOpened()) {
            return List.of(name.text() + " has changed nothing yet (phase "
                    + story.phase().words() + "); `slipway reject` or `slipway cancel` ends it");
        }
        if (story.outcome().isPresent() || rollbackAsked || story.phase() == Phase.ROLLBACK) {
            return List.of(name.text() + " is ending already: " + story.headline());
        }
        return Approvals.problemsOfRollbackRight(
                plan, people, kind, story.grant().base(), signed, DurableTime.now());
    }

    Decision finish(SignedStatement finish) {
        takeFinish(finish);
        return new Decision("finished; " + name.text() + " stays", finish.id());
    }

    void finishBySignal(SignedStatement sent) {
        SignedStatement finish = given(sent);
        bySignal("finish", problemsOfFinish(finish), () -> takeFinish(finish));
    }

    private void takeFinish(SignedStatement finish) {
        finished = true;
        taken.add(finish);
        story.journal().info(story.phase(), "finished by " + by(finish) + reasonOf(finish));
    }

    Decision retry(SignedStatement word) {
        WordResult result = takeRetry(word);
        return answer(word, result, "tried again; `slipway watch` shows how it goes");
    }

    void retryBySignal(SignedStatement sent) {
        SignedStatement word = given(sent);
        bySignal("retry", problemsOfAnswer(Kind.RETRY, word), () -> refusedLate("retry", takeRetry(word)));
    }

    private WordResult takeRetry(SignedStatement word) {
        if (answering) {
            return WordResult.refused(answeredAlready());
        }
        Question question = story.question().orElseThrow();
        answering = true;
        answer = "retry, said by " + by(word);
        WordResult result;
        try {
            result = intoTheRecord(
                    question.step(), word, "put the word to retry into the record", ReleaseActivities::retry);
        } finally {
            answering = false;
        }
        if (!result.taken()) {
            answer = "";
        } else {
            retried = true;
            story.journal()
                    .info(story.phase(), question.title() + " is tried again: said by " + by(word) + reasonOf(word));
        }
        return result;
    }

    Decision giveUp(SignedStatement word) {
        takeGiveUp(word);
        return new Decision("given up; " + name.text() + " ends, and stays as it is", word.id());
    }

    void giveUpBySignal(SignedStatement sent) {
        SignedStatement word = given(sent);
        bySignal("give-up", problemsOfAnswer(Kind.GIVE_UP, word), () -> takeGiveUp(word));
    }

    private void takeGiveUp(SignedStatement word) {
        gaveUp = true;
        answer = "give up, said by " + by(word);
        taken.add(word);
        story.journal().warn(story.phase(), "given up by " + by(word) + reasonOf(word));
    }

    List<String> problemsOfAnswer(Kind kind, SignedStatement sent) {
        SignedStatement word = given(sent);
        Optional<Question> question = story.question();
        if (answering || !answer.isEmpty() && (question.isEmpty() || answered())) {
            return List.of(answeredAlready());
        }
        if (question.isEmpty() || answered()) {
            return List.of(name.text() + " asks nobody what to do about a failure; it is in phase "
                    + story.phase().words());
        }
        if (rollbackAsked) {
            return List.of(name.text() + " is ending already: " + story.headline());
        }
        return Approvals.problemsOfAnswer(
                plan,
                people,
                kind,
                story.grant().base(),
                question.get().step(),
                question.get().attempt(),
                word,
                DurableTime.now());
    }

    private String answeredAlready() {
        return "the question was already answered: " + answer + "; `slipway show " + name.text()
                + "` says what came of it";
    }

    Decision extend(SignedStatement word) {
        WordResult result = takeExtension(word);
        return answer(word, result, "watched until " + Times.text(result.until()));
    }

    void extendBySignal(SignedStatement sent) {
        SignedStatement word = given(sent);
        bySignal("extend", problemsOfExtension(word), () -> refusedLate("extend", takeExtension(word)));
    }

    private WordResult takeExtension(SignedStatement word) {
        int step = story.steps(StepKind.WATCH).get(0).number();
        WordResult result =
                intoTheRecord(step, word, "put the longer watch into the record", ReleaseActivities::extend);
        if (result.taken()) {
            watchUntil = result.until();
            story.journal()
                    .info(
                            story.phase(),
                            "watched until " + DurableTime.clock(watchUntil) + ": said by " + by(word)
                                    + reasonOf(word));
        }
        return result;
    }

    List<String> problemsOfExtension(SignedStatement sent) {
        SignedStatement word = given(sent);
        if (story.phase() != Phase.WATCH || finished) {
            return List.of(name.text() + " is not being watched; it is in phase "
                    + story.phase().words());
        }
        List<String> problems = new ArrayList<>(problemsOfRight(Kind.EXTEND, word));
        if (Approvals.extendedUntil(word).filter(DurableTime.now()::isBefore).isEmpty()) {
            problems.add("the statement does not say until when, or a time that has passed");
        }
        return problems;
    }

    private interface Word {
        WordResult say(ReleaseActivities activities, WordRequest request);
    }

    private WordResult intoTheRecord(int step, SignedStatement word, String summary, Word how) {
        try {
            return how.say(
                    Workflow.newActivityStub(ReleaseActivities.class, Limits.bookkeeping(plan.environment(), summary)),
                    new WordRequest(
                            plan.service(), plan.environment(), story.grant().grant(), step, word));
        } catch (ActivityFailure failure) {
            return WordResult.refused(
                    ReleaseStopped.by(story.phase(), summary, failure).getMessage());
        }
    }

    private static Decision answer(SignedStatement word, WordResult result, String sentence) {
        if (!result.taken()) {
            throw ApplicationFailure.newNonRetryableFailure(result.why(), FailureDetail.REFUSED);
        }
        return new Decision(sentence, word.id(), result.receipt());
    }

    private void refusedLate(String kind, WordResult result) {
        if (!result.taken()) {
            story.refusedSignal(kind, List.of(result.why()));
        }
    }

    List<String> problemsOfFinish(SignedStatement sent) {
        SignedStatement finish = given(sent);
        if (story.phase() != Phase.WATCH) {
            return List.of(name.text() + " is not being watched; it is in phase "
                    + story.phase().words());
        }
        return problemsOfRight(Kind.FINISH, finish);
    }

    /** For the validator of an update: the caller reads the sentence. */
    void refuse(String kind, List<String> problems) {
        if (!problems.isEmpty()) {
            Refusals.count(kind, "update", name.text(), problems);
            throw new DecisionRefused(String.join("; ", problems));
        }
    }

    private void bySignal(String kind, List<String> problems, Runnable take) {
        if (problems.isEmpty()) {
            take.run();
        } else {
            story.refusedSignal(kind, problems);
        }
    }

    /** A message without a payload is easily sent by hand; an exception in here would stop the release for good. */
    private static SignedStatement given(SignedStatement sent) {
        return sent == null ? new SignedStatement("", "") : sent;
    }

    private String environment() {
        return plan.service() + "/" + plan.environment();
    }

    private static String by(SignedStatement signed) {
        return signed.statement().map(Statement::by).orElse("");
    }

    private static String reasonOf(SignedStatement signed) {
        String reason = signed.statement().map(Statement::reason).orElse("");
        return reason.isBlank() ? "" : ": " + reason;
    }
}
