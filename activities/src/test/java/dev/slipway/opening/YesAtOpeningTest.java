package dev.slipway.opening;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.plan.ReleasePlan;
import dev.slipway.record.Policy;
import dev.slipway.release.Dock;
import dev.slipway.release.ReleaseActivities.OpenResult;
import dev.slipway.release.ReleaseActivities.Opening;
import dev.slipway.served.ServedEnvironment;
import dev.slipway.steps.StepObserver;
import dev.slipway.trust.Kind;
import dev.slipway.trust.Lane;
import dev.slipway.trust.SignedStatement;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/** What counts as a yes when a release is opened, and from whom. */
class YesAtOpeningTest extends OpeningScene {

    /** Opens with one approval by ana that is not quite what was asked for. */
    private OpenResult with(Consumer<Dock.Draft> change) throws Exception {
        Dock.Ready ready = dock.ready("1.0.0");
        Dock.Draft draft = dock.approval("ana", ready.plan(), ready.review().hash());
        change.accept(draft);
        return dock.open(ready.plan(), ready.request(), ready.review().review(), List.of(draft.signed()));
    }

    @Test
    void refusesAKeyThatIsNotThePersons() throws Exception {
        refused(with(draft -> draft.key = "mallory"), Opening.REFUSED, "is not one of theirs");
        nothingOpened();
    }

    @Test
    void refusesAPersonWhomThePlanDoesNotKnow() throws Exception {
        refused(
                with(draft -> {
                    draft.by = "mallory";
                    draft.key = "mallory";
                }),
                Opening.REFUSED,
                "not among the people");
        nothingOpened();
    }

    @Test
    void refusesATextThatWasChangedAfterItWasSigned() throws Exception {
        Dock.Ready ready = dock.ready("1.0.0");
        SignedStatement changed = new SignedStatement(
                ready.approval().text().replace("looks good", "looks bad!"),
                ready.approval().signature());

        refused(
                dock.open(ready.plan(), ready.request(), ready.review().review(), List.of(changed)),
                Opening.REFUSED,
                "0 of 1 approvals count");
        nothingOpened();
    }

    @Test
    void refusesAnApprovalOfAnotherReview() throws Exception {
        refused(with(draft -> draft.about = "a".repeat(64)), Opening.REFUSED, "another review");
        nothingOpened();
    }

    @Test
    void refusesAnApprovalOfAnotherVersion() throws Exception {
        refused(with(draft -> draft.version = "1.0.1"), Opening.REFUSED, "version is '1.0.1'");
        nothingOpened();
    }

    @Test
    void refusesAnApprovalOfAnotherEnvironmentOrService() throws Exception {
        refused(with(draft -> draft.environment = "staging"), Opening.REFUSED, "environment is 'staging'");
        refused(with(draft -> draft.service = "bank"), Opening.REFUSED, "service is 'bank'");
        nothingOpened();
    }

    @Test
    void refusesAnApprovalOfAnotherPlan() throws Exception {
        refused(with(draft -> draft.plan = "b".repeat(64)), Opening.REFUSED, "plan is 'bbb");
        nothingOpened();
    }

    @Test
    void refusesAnApprovalForOtherStepsOrAnotherLane() throws Exception {
        refused(with(draft -> draft.steps = "verify"), Opening.REFUSED, "other steps");
        refused(with(draft -> draft.lane = Lane.HOTFIX), Opening.REFUSED, "lane is 'hotfix', not 'normal'");
        nothingOpened();
    }

    @Test
    void refusesAnotherKindOfStatementAsAnApproval() throws Exception {
        refused(with(draft -> draft.kind = Kind.REJECT), Opening.REFUSED, "'reject', not a 'approve'");
        refused(with(draft -> draft.kind = Kind.REQUEST), Opening.REFUSED, "'request', not a 'approve'");
        nothingOpened();
    }

    @Test
    void refusesTheWrongWordAndNoReason() throws Exception {
        refused(with(draft -> draft.confirm = "confirm"), Opening.REFUSED, "the word 'CONFIRM'");
        refused(with(draft -> draft.reason = " "), Opening.REFUSED, "asks for a reason");
        nothingOpened();
    }

    @Test
    void refusesTheRequestersOwnApproval() throws Exception {
        refused(
                with(draft -> {
                    draft.by = "ben";
                    draft.key = "ben";
                }),
                Opening.REFUSED,
                "'ben' asked for this release");
        nothingOpened();
    }

    @Test
    void anApprovalEndsByTheWorkersClock() throws Exception {
        Dock.Ready ready = dock.ready("1.0.0");
        dock.clock.passes(Duration.ofMinutes(59));
        SignedStatement longRequest = longRequest(ready.plan());
        Dock.Ready fresh = dock.ready(ready.plan(), longRequest);
        dock.clock.passes(Duration.ofMinutes(61));

        refused(dock.open(fresh), Opening.EXPIRED, "has expired");
        nothingOpened();
    }

    @Test
    void anApprovalEndsWhenThePlanSaysSo() throws Exception {
        ReleasePlan plan = dock.plan("1.0.0");
        Dock.Ready ready = dock.ready(plan, longRequest(plan));
        Dock.Draft draft = dock.approval("ana", plan, ready.review().hash());
        draft.lasts = Duration.ofDays(300);
        SignedStatement approval = draft.signed();
        dock.clock.passes(Duration.ofHours(13));

        OpenResult result = dock.open(plan, ready.request(), ready.review().review(), List.of(approval));

        assertThat(result.opening()).isNotEqualTo(Opening.OPENED);
        assertThat(result.why().toString()).contains("older than the 12h");
        nothingOpened();
    }

    @Test
    void refusesAnApprovalFromTheFuture() throws Exception {
        refused(
                with(draft -> draft.time = draft.time.plus(Duration.ofMinutes(10))),
                Opening.REFUSED,
                "from the future");
        nothingOpened();
    }

    @Test
    void onePersonWithTwoKeysCountsOnce() throws Exception {
        dock.key("ana-2");
        dock.files("{from: [ana, ben, cleo], quorum: 2, confirm: CONFIRM, reason: required}", "");
        ReleasePlan plan = dock.plan("1.0.0");
        Dock.Ready ready = dock.ready(plan);
        Dock.Draft second = dock.approval("ana", plan, ready.review().hash());
        second.key = "ana-2";
        SignedStatement again =
                dock.approval("ana", plan, ready.review().hash()).signed();

        refused(
                dock.open(
                        plan,
                        ready.request(),
                        ready.review().review(),
                        List.of(ready.approval(), second.signed(), again, ready.approval())),
                Opening.REFUSED,
                "1 of 2 approvals count");
        nothingOpened();
    }

    @Test
    void theWorkersQuorumHoldsWhateverThePlanSays() throws Exception {
        dock.files("{from: [ana, ben, cleo], quorum: 1, not: [requester], confirm: CONFIRM}", "");
        Dock.Ready ready = dock.ready("1.0.0");
        dock.serve(Policy.floor(2, true, true));

        refused(dock.open(ready), Opening.REFUSED, "this worker's floor for at least 2");
        nothingOpened();
    }

    @Test
    void theWorkerNeverCountsTheRequesterWhateverThePlanSays() throws Exception {
        dock.files("{from: [ana, ben, cleo], quorum: 1}", "");
        Dock.Ready ready = dock.ready("1.0.0");
        dock.serve(Policy.floor(1, true, true));

        refused(dock.open(ready), Opening.REFUSED, "never counts the approval of the release's requester");
        nothingOpened();
    }

    @Test
    void theWorkersOwnPeopleAreTheOnesWhoCount() throws Exception {
        Dock.Ready ready = dock.ready("1.0.0");
        dock.serve(
                Dock.NO_FLOOR,
                new ServedEnvironment.Source.Directory(dock.source),
                Map.of(
                        "ana", List.of(dock.publicKey("cleo").line()),
                        "ben", List.of(dock.publicKey("ben").line())),
                StepObserver.nobody());

        refused(dock.open(ready), Opening.REFUSED, "is not one of theirs");
        nothingOpened();
    }

    @Test
    void aForgedApprovalLeavesNoTraceBesideARealOne() throws Exception {
        Dock.Ready ready = dock.ready("1.0.0");
        Dock.Draft forged = dock.approval("cleo", ready.plan(), ready.review().hash());
        forged.key = "mallory";
        SignedStatement lie = forged.signed();

        OpenResult opened =
                dock.open(ready.plan(), ready.request(), ready.review().review(), List.of(lie, ready.approval()));

        assertThat(opened.opening()).isEqualTo(Opening.OPENED);
        assertThat(dock.state().spent(lie.id())).isFalse();
        assertThat(dock.served().record().kept(lie.id())).isEmpty();
    }
}
