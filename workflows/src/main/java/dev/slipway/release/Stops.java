package dev.slipway.release;

import dev.slipway.plan.ReleasePlan;
import dev.slipway.release.WordActivities.RejectRequest;
import dev.slipway.release.WordActivities.RejectResult;
import dev.slipway.release.WordActivities.RevokeRequest;
import dev.slipway.release.WordActivities.RevokeResult;
import dev.slipway.trust.Kind;
import dev.slipway.trust.SignedStatement;
import dev.slipway.trust.Statement;
import io.temporal.failure.ActivityFailure;
import io.temporal.workflow.CancellationScope;
import io.temporal.workflow.Workflow;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What people say that stops a running release: a no, an approval that is taken back, a rollback. The first two count
 * when the worker has put them into the record.
 */
final class Stops {

    private final ReleasePlan plan;
    private final SignedStatement request;
    private final ReleaseName name;
    private final Story story;
    private final Consent consent;
    private final Word<SignedStatement> revoke;
    private final Word<SignedStatement> reject;
    private final Word<SignedStatement> rollback;
    private final List<SignedStatement> taken = new ArrayList<>();
    private Optional<CancellationScope> work = Optional.empty();
    private boolean rejected;
    private boolean revoked;
    private boolean rollbackAsked;

    Stops(ReleaseInput input, ReleaseName name, Story story, Consent consent) {
        this.plan = input.plan();
        this.request = input.request();
        this.name = name;
        this.story = story;
        this.consent = consent;
        this.revoke = Word.signed("revoke", name, story, this::problemsOfRevocation, this::takeRevocation);
        this.reject = Word.signed("reject", name, story, this::problemsOfRejection, this::takeRejection);
        this.rollback = Word.signed("rollback", name, story, this::problemsOfRollback, this::takeRollback);
    }

    Word<SignedStatement> revoke() {
        return revoke;
    }

    Word<SignedStatement> reject() {
        return reject;
    }

    Word<SignedStatement> rollback() {
        return rollback;
    }

    /** @param scope what a rollback stops */
    void mayStop(CancellationScope scope) {
        work = Optional.of(scope);
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

    /** A signed statement that led to the end: rejection, rollback, finish, give-up. */
    void took(SignedStatement signed) {
        taken.add(signed);
    }

    List<SignedStatement> taken() {
        return taken;
    }

    void stopIfRejected() {
        if (rejected) {
            throw story.stop(Outcome.REJECTED, story.headline());
        }
    }

    /** Why this word about a release that changes things does not count; empty where it does. */
    List<String> problemsOfRight(Kind kind, SignedStatement signed) {
        if (!story.isOpened()) {
            return List.of(name.text() + " has changed nothing yet (phase "
                    + story.phase().words() + "); `slipway reject` or `slipway cancel` ends it");
        }
        if (story.outcome().isPresent() || rollbackAsked || story.phase() == Phase.ROLLBACK) {
            return List.of(name.text() + " is ending already: " + story.headline());
        }
        return Approvals.problemsOfRollbackRight(
                plan, consent.people(), kind, story.grant().base(), signed, DurableTime.now());
    }

    private List<String> problemsOfRevocation(SignedStatement revocation) {
        if (story.outcome().isPresent() || story.hasChangedSomething()) {
            return List.of(name.text() + " has begun to change things (phase "
                    + story.phase().words()
                    + "); an approval can't be revoked any more: `slipway rollback " + environment()
                    + "` takes it back");
        }
        String about = about(revocation);
        return consent.counts(about)
                ? Approvals.problemsOfRevocation(
                        plan, consent.people(), story.lane(), about, revocation, DurableTime.now())
                : List.of("the revocation is about no approval of " + name.text() + " that counts now");
    }

    private Word.Answer takeRevocation(SignedStatement revocation) {
        RevokeResult result = revokeInTheRecord(revocation);
        if (result.taken()) {
            String sentence = "the approval of " + consent.takeBack(about(revocation)) + " was revoked by "
                    + Word.by(revocation) + Word.reason(revocation);
            took(revocation);
            story.journal().warn(story.phase(), sentence);
            if (result.ended()) {
                revoked = true;
                story.headline(sentence);
                work.ifPresent(scope -> scope.cancel(sentence));
            }
        }
        consent.showWhoIsMissing();
        if (!result.taken()) {
            return Word.Answer.refused(result.why());
        }
        return Word.Answer.taken(new Decision(
                result.ended()
                        ? "revoked; " + name.text() + " ends, nothing was changed"
                        : "revoked; " + Math.max(0, consent.missing()) + " more approvals needed",
                revocation.id(),
                result.receipt()));
    }

    private RevokeResult revokeInTheRecord(SignedStatement revocation) {
        try {
            return Workflow.newActivityStub(
                            WordActivities.class,
                            Limits.bookkeeping(plan.environment(), "put the revocation into the record"))
                    .revoke(new RevokeRequest(
                            plan.service(),
                            plan.environment(),
                            plan.version(),
                            plan.digest(),
                            request.id(),
                            about(revocation),
                            revocation));
        } catch (ActivityFailure failure) {
            return new RevokeResult(
                    false,
                    false,
                    ReleaseStopped.by(story.phase(), "revoke", failure).getMessage(),
                    List.of());
        }
    }

    private List<String> problemsOfRejection(SignedStatement rejection) {
        if (story.isOpened() || story.outcome().isPresent()) {
            return List.of(name.text() + " has begun to change things (phase "
                    + story.phase().words()
                    + "); it can't be rejected any more: `slipway rollback " + environment() + "` takes it back");
        }
        return Approvals.problemsOfRejection(plan, consent.people(), story.lane(), rejection, DurableTime.now());
    }

    private Word.Answer takeRejection(SignedStatement rejection) {
        RejectResult result = rejectInTheRecord(rejection);
        if (!result.taken()) {
            return Word.Answer.refused(result.why());
        }
        rejected = true;
        took(rejection);
        story.headline("rejected by " + Word.by(rejection) + Word.reason(rejection));
        story.journal().info(story.phase(), story.headline());
        return Word.Answer.taken(new Decision("rejected; " + name.text() + " ends", rejection.id(), result.receipt()));
    }

    private RejectResult rejectInTheRecord(SignedStatement rejection) {
        try {
            return Workflow.newActivityStub(
                            WordActivities.class,
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

    private List<String> problemsOfRollback(SignedStatement signed) {
        List<String> problems = new ArrayList<>(problemsOfRight(Kind.ROLLBACK, signed));
        signed.statement()
                .filter(statement -> !statement.plan().equals(plan.digest())
                        || !statement.version().equals(plan.version()))
                .ifPresent(other -> problems.add("this statement is not about this running release"));
        return problems;
    }

    private Word.Answer takeRollback(SignedStatement signed) {
        rollbackAsked = true;
        took(signed);
        story.headline("rolled back by " + Word.by(signed) + Word.reason(signed));
        story.journal().info(story.phase(), story.headline());
        work.ifPresent(scope -> scope.cancel(story.headline()));
        return Word.Answer.taken(
                new Decision(name.text() + " is rolled back now; `slipway watch` shows how it goes", signed.id()));
    }

    private static String about(SignedStatement revocation) {
        return revocation.statement().map(Statement::about).orElse("");
    }

    private String environment() {
        return plan.service() + "/" + plan.environment();
    }
}
