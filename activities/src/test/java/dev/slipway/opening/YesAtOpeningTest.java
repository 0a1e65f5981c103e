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
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What counts as a yes when a release is opened, and from whom. */
class YesAtOpeningTest extends OpeningScene {

    /**
     * One approval by ana that is not quite what was asked for.
     *
     * @param with what is another
     * @param why what the refusal says
     */
    private record NotQuite(String with, Consumer<Dock.Draft> change, String why) {
        @Override
        public String toString() {
            return with;
        }
    }

    static List<NotQuite> approvals() {
        return List.of(
                new NotQuite("a key that is not the person's", draft -> draft.key = "mallory", "is not one of theirs"),
                new NotQuite(
                        "a person whom the plan does not know",
                        draft -> {
                            draft.by = "mallory";
                            draft.key = "mallory";
                        },
                        "not among the people"),
                new NotQuite(
                        "the requester",
                        draft -> {
                            draft.by = "ben";
                            draft.key = "ben";
                        },
                        "'ben' asked for this release"),
                new NotQuite("another review", draft -> draft.about = "a".repeat(64), "another review"),
                new NotQuite("another version", draft -> draft.version = "1.0.1", "version is '1.0.1'"),
                new NotQuite("another environment", draft -> draft.environment = "staging", "environment is 'staging'"),
                new NotQuite("another service", draft -> draft.service = "bank", "service is 'bank'"),
                new NotQuite("another plan", draft -> draft.plan = "b".repeat(64), "plan is 'bbb"),
                new NotQuite("other steps", draft -> draft.steps = "verify", "other steps"),
                new NotQuite("another lane", draft -> draft.lane = Lane.HOTFIX, "lane is 'hotfix', not 'normal'"),
                new NotQuite("a rejection", draft -> draft.kind = Kind.REJECT, "'reject', not a 'approve'"),
                new NotQuite("a request", draft -> draft.kind = Kind.REQUEST, "'request', not a 'approve'"),
                new NotQuite("the wrong word", draft -> draft.confirm = "confirm", "the word 'CONFIRM'"),
                new NotQuite("no reason", draft -> draft.reason = " ", "asks for a reason"),
                new NotQuite(
                        "a time that is to come",
                        draft -> draft.time = draft.time.plus(Duration.ofMinutes(10)),
                        "from the future"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("approvals")
    void refusesAnApprovalThatIsNotQuiteWhatWasAskedFor(NotQuite approval) throws Exception {
        Dock.Ready ready = dock.ready("1.0.0");
        Dock.Draft draft = dock.approval("ana", ready.plan(), ready.review().hash());
        approval.change().accept(draft);

        refused(
                dock.open(ready.plan(), ready.request(), ready.review().review(), List.of(draft.signed())),
                Opening.REFUSED,
                approval.why());
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
