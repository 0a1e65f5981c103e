package dev.slipway.deciding;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.environment.EnvironmentActivities.DecideResult;
import dev.slipway.ledger.Change;
import dev.slipway.record.Event;
import dev.slipway.record.Policy;
import dev.slipway.release.Dock;
import dev.slipway.release.ReleaseActivities.Opening;
import dev.slipway.served.ServedEnvironment;
import dev.slipway.steps.StepObserver;
import dev.slipway.trust.Json;
import dev.slipway.trust.Kind;
import dev.slipway.trust.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** Who may change the policy, and what holds by it afterwards. */
class PolicyDecidingTest extends DecidingScene {

    private Map<String, List<String>> people() {
        return Map.of(
                "ana", List.of(dock.publicKey("ana").line()),
                "ben", List.of(dock.publicKey("ben").line()),
                "cleo", List.of(dock.publicKey("cleo").line()),
                "dana", List.of(dock.publicKey("dana").line()));
    }

    private void servedWithPeople(int quorum) throws Exception {
        dock.key("dana");
        dock.serve(
                Policy.floor(quorum, true, true),
                new ServedEnvironment.Source.Directory(dock.source),
                people(),
                StepObserver.nobody());
    }

    @Test
    void aPlansOwnPeopleDoNotMakeTheFirstPolicy() throws Exception {
        dock.released("1.0.0");

        assertThat(dock.decide(policyBy("ana", policy(1, "ana"))).text())
                .contains("'ana' is not among those who may say `policy` here: nobody may; name `people`");
        assertThat(dock.state().policy()).isEmpty();
    }

    @Test
    void aPolicyNeedsTheQuorumAndThenHoldsWhateverAPlanSays() throws Exception {
        servedWithPeople(2);
        dock.files("{from: [ana, ben, cleo], quorum: 2, not: [requester], confirm: CONFIRM}", "");
        Policy three = policy(3, "ana", "ben", "cleo", "dana");

        DecideResult first = dock.decide(policyBy("ana", policy(2, "ben", "cleo", "ana")));
        assertThat(first.done()).isFalse();
        assertThat(first.more()).isEqualTo(1);
        assertThat(first.counting()).hasSize(1);

        DecideResult both = dock.decide(policyBy("ana", three), policyBy("ben", three));
        assertThat(both.done()).as(both.text()).isTrue();
        assertThat(dock.state().policy()).isEqualTo(three.digest());
        assertThat(dock.preflight(dock.plan("1.0.0"), dock.request(dock.plan("1.0.0")))
                        .problems())
                .containsExactly(
                        "the plan asks for 2 approvals, the policy in force for at least 3; set `approval.quorum` to 3",
                        "approvals of 3 people are asked for, and 2 of [ana, cleo] can give one here");
    }

    @Test
    void twoKeysOfOnePersonAreOnePerson() throws Exception {
        servedWithPeople(2);
        Policy policy = policy(2, "ana", "ben", "cleo");

        DecideResult result = dock.decide(policyBy("ana", policy), policyBy("ana", policy));

        assertThat(result.done()).isFalse();
        assertThat(result.more()).isEqualTo(1);
    }

    @Test
    void aPolicyThatNobodyCouldMeetIsRefused() throws Exception {
        servedWithPeople(1);

        assertThat(dock.decide(policyBy("ana", policy(3, "ana", "ben", "cleo"))).text())
                .contains("a quorum of 3 can't be reached by 3 people, one of whom may have asked");
        assertThat(dock.decide(word(Kind.POLICY, "ana", "", Map.of("policy", "none")))
                        .text())
                .contains("this is no policy");
    }

    @Test
    void anApprovalFromBeforeThePolicyIsReviewedAgain() throws Exception {
        servedWithPeople(1);
        Dock.Ready ready = dock.ready("1.0.0");
        dock.decide(policyBy("cleo", policy(1, "ana", "ben", "cleo")));

        assertThat(dock.open(ready).opening()).isEqualTo(Opening.BASE_CHANGED);
        assertThat(dock.open(ready).why())
                .containsExactly("the policy was changed since the review; it is reviewed again");
    }

    @Test
    void thePolicySaysWhoApproves() throws Exception {
        servedWithPeople(1);
        dock.decide(policyBy("cleo", policy(1, "ben", "cleo")));
        Dock.Ready ready = dock.ready("1.0.0");

        assertThat(dock.open(ready).opening()).isEqualTo(Opening.REFUSED);
        assertThat(String.join("; ", dock.open(ready).why()))
                .contains("0 of the 1 approvals that the policy in force asks for of [ben, cleo]");
    }

    @Test
    void theRecoveryKeyChangesThePolicyAloneAndLoudlyAndReleasesNothing() throws Exception {
        dock.recovery("spare");
        dock.serve(Dock.NO_FLOOR);
        dock.released("1.0.0");
        Policy policy = policy(1, "ana", "ben", "cleo");
        Dock.Draft draft = dock.word(Kind.POLICY, Deciding.RECOVERY, "");
        draft.key = "spare";
        draft.what = Statement.what(Map.of("policy", policy));

        assertThat(dock.decide(draft.signed()).done()).isTrue();
        assertThat(last().text()).startsWith("BY THE RECOVERY KEY: the policy was changed by recovery");

        Dock.Draft freeze =
                dock.word(Kind.FREEZE, Deciding.RECOVERY, dock.state().freezeState());
        freeze.key = "spare";
        freeze.what = Statement.what(Map.of("until", in(Duration.ofHours(1)).toString()));
        assertThat(dock.decide(freeze.signed()).done()).isFalse();
        Dock.Ready ready = dock.ready("1.1.0");
        Dock.Draft yes =
                dock.approval(Deciding.RECOVERY, ready.plan(), ready.review().hash());
        yes.key = "spare";
        assertThat(dock.open(ready.plan(), ready.request(), ready.review().review(), List.of(yes.signed()))
                        .opening())
                .isEqualTo(Opening.REFUSED);
    }

    @Test
    void somebodyCalledLikeTheRecoveryKeyIsNobody() throws Exception {
        dock.key("recovery");
        dock.released("1.0.0");
        Policy two = new Policy(
                Policy.FORMAT,
                Map.of(
                        "recovery", List.of(dock.publicKey("recovery").line()),
                        "ana", List.of(dock.publicKey("ana").line()),
                        "ben", List.of(dock.publicKey("ben").line())),
                List.of(),
                2,
                List.of(),
                List.of(),
                false,
                false,
                true,
                Duration.ZERO);
        dock.served().record().keep(two.text());
        dock.served()
                .record()
                .change(head -> Optional.of(new Change(
                        new Event(Event.Kind.POLICY, "", "two", Map.of()),
                        head.state().withPolicy(two.digest()))));

        DecideResult alone = dock.decide(word(
                Kind.RECONCILE, "recovery", dock.state().base(), "1.0.0", Map.of("targets", Map.of("web", "0.9.0"))));

        assertThat(alone.done()).isFalse();
        assertThat(dock.state().live().targets()).containsEntry("web", "1.0.0");
    }

    @Test
    void aPolicyOfANewerSlipwayIsNotTakenForLessThanItSays() throws Exception {
        dock.recovery("safe");
        dock.serve(Dock.NO_FLOOR);
        Map<String, Object> policy = new TreeMap<>(
                Json.mapper().readValue(Policy.floor(1, false, true).text(), TreeMap.class));
        policy.put("never-on", "friday");
        Dock.Draft draft = dock.word(Kind.POLICY, "recovery", "");
        draft.key = "safe";
        draft.confirm = "";
        draft.what = Statement.what(Map.of("policy", policy));

        assertThat(dock.decide(draft.signed()).text()).contains("something that this worker does not know");
    }

    @Test
    void aPolicyThatNamesSomebodyWithoutAKeyIsRefused() throws Exception {
        servedWithPeople(1);
        Policy ghost = new Policy(
                Policy.FORMAT,
                Map.of(),
                List.of("ana", "ghost"),
                2,
                List.of(),
                List.of(),
                false,
                false,
                true,
                Duration.ZERO);

        assertThat(dock.decide(policyBy("ana", ghost)).text())
                .contains("'ghost' has no key that counts here; the worker's file says whose do");
    }

    @Test
    void aReleaseThatNobodyCouldApproveIsNotAskedFor() throws Exception {
        dock.serve(
                Policy.floor(1, true, true),
                new ServedEnvironment.Source.Directory(dock.source),
                Map.of(
                        "ana", List.of(dock.publicKey("ana").line()),
                        "ben", List.of(dock.publicKey("ben").line())),
                StepObserver.nobody());
        dock.files("{from: [ben, cleo], quorum: 1, not: [requester], confirm: CONFIRM}", "");
        dock.edit("slipway.yaml", "quorum: 1", "quorum: 1");

        assertThat(dock.preflight(dock.plan("1.0.0"), dock.request(dock.plan("1.0.0")))
                        .problems())
                .singleElement()
                .asString()
                .contains("0 of [cleo] can give one here", "of [cleo] no key counts: the worker's file says whose do");
    }
}
