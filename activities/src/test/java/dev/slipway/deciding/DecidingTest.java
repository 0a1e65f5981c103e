package dev.slipway.deciding;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.environment.EnvironmentActivities.DecideResult;
import dev.slipway.ledger.Change;
import dev.slipway.ledger.EnvironmentRecord;
import dev.slipway.record.Event;
import dev.slipway.record.Policy;
import dev.slipway.record.State;
import dev.slipway.release.Dock;
import dev.slipway.release.ReleaseActivities.Opening;
import dev.slipway.served.ServedEnvironment;
import dev.slipway.steps.StepObserver;
import dev.slipway.trust.Json;
import dev.slipway.trust.Kind;
import dev.slipway.trust.SignedStatement;
import dev.slipway.trust.Statement;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What people say about an environment, judged against its record. */
class DecidingTest {

    @TempDir
    private Path folder;

    private Dock dock;

    @BeforeEach
    void open() throws Exception {
        dock = new Dock(folder);
        dock.files();
        dock.serve(Dock.NO_FLOOR);
    }

    @AfterEach
    void close() {
        dock.close();
    }

    private SignedStatement word(Kind kind, String by, String about, Object what) throws Exception {
        return word(kind, by, about, "", what);
    }

    private SignedStatement word(Kind kind, String by, String about, String version, Object what) throws Exception {
        Dock.Draft draft = dock.word(kind, by, about);
        draft.confirm = "";
        draft.version = version;
        draft.what = Statement.what(what);
        return draft.signed();
    }

    private SignedStatement freeze(String by, Instant until) throws Exception {
        return word(Kind.FREEZE, by, dock.state().freezeState(), Map.of("until", until.toString()));
    }

    private Instant in(Duration time) {
        return dock.clock.instant().plus(time).truncatedTo(ChronoUnit.SECONDS);
    }

    private Event last() {
        return dock.served().record().head().entry().event();
    }

    @Test
    void oneApproverFreezesAndNothingIsOpenedUntilItEnds() throws Exception {
        dock.released("1.0.0");
        Dock.Ready ready = dock.ready("1.1.0");

        DecideResult frozen = dock.decide(freeze("cleo", in(Duration.ofHours(6))));

        assertThat(frozen.done()).as(frozen.text()).isTrue();
        assertThat(frozen.receipt()).hasSize(1);
        assertThat(last().kind()).isEqualTo(Event.Kind.FROZEN);
        assertThat(dock.open(ready).opening()).isEqualTo(Opening.LATER);
        assertThat(dock.open(ready).why()).singleElement().asString().contains("frozen until", "by cleo: looks good");
        dock.clock.passes(Duration.ofHours(7));
        Dock.Ready later = dock.ready("1.1.0");
        assertThat(dock.open(later).opening()).isEqualTo(Opening.OPENED);
    }

    @Test
    void aFreezeDoesNotKeepAnybodyFromGoingBack() throws Exception {
        dock.released("1.0.0");
        dock.released("1.1.0");
        dock.decide(freeze("ana", in(Duration.ofHours(6))));

        Dock.Draft back = dock.word(Kind.ROLLBACK, "ana", dock.state().base());
        back.version = "1.0.0";

        assertThat(dock.openRollback(back.signed()).opening()).isEqualTo(Opening.OPENED);
    }

    @Test
    void refusesAFreezeWithoutEndOrReasonOrByNobodyWhoMay() throws Exception {
        dock.released("1.0.0");
        Dock.Draft blank = dock.word(Kind.FREEZE, "ana", dock.state().freezeState());
        blank.reason = "";

        assertThat(dock.decide(blank.signed()).text())
                .contains("it needs a reason")
                .contains("a freeze says until when");
        assertThat(dock.decide(freeze("ana", in(Duration.ofSeconds(-60)))).text())
                .contains("over already");
        assertThat(dock.decide(freeze("ana", in(Duration.ofDays(400)))).text()).contains("more than a year");
        assertThat(dock.decide(freeze("mallory", in(Duration.ofHours(1)))).text())
                .contains("not among the people");
        assertThat(dock.state().freeze()).isEmpty();
    }

    @Test
    void aFreezeIsEndedOnlyByWhoMayAndOnlyTheOneThatIsMeant() throws Exception {
        dock.released("1.0.0");
        String before = dock.state().freezeState();
        dock.decide(freeze("ben", in(Duration.ofHours(6))));

        assertThat(dock.decide(word(Kind.UNFREEZE, "ana", before, Map.of())).text())
                .contains("another state");
        assertThat(dock.decide(word(Kind.UNFREEZE, "ben", dock.state().freezeState(), Map.of()))
                        .text())
                .contains("'ben' is not among those who may say `unfreeze` here: [ana]");
        assertThat(dock.decide(word(Kind.UNFREEZE, "ana", dock.state().freezeState(), Map.of()))
                        .done())
                .isTrue();
        assertThat(dock.state().freeze()).isEmpty();
    }

    @Test
    void aSuspendedKeyCountsNoMoreWhateverItSaidBefore() throws Exception {
        dock.released("1.0.0");
        Dock.Ready ready = dock.ready("1.1.0");

        DecideResult suspended =
                dock.decide(word(Kind.SUSPEND, "cleo", dock.publicKey("ana").sha256(), Map.of()));

        assertThat(suspended.done()).as(suspended.text()).isTrue();
        assertThat(dock.open(ready).opening()).isEqualTo(Opening.REFUSED);
        assertThat(String.join("; ", dock.open(ready).why())).contains("0 of 1 approvals count");
        assertThat(dock.decide(freeze("ana", in(Duration.ofHours(1)))).done()).isFalse();
    }

    @Test
    void aSuspensionNamesAKeyThatSomebodyHas() throws Exception {
        dock.released("1.0.0");

        assertThat(dock.decide(word(Kind.SUSPEND, "ana", "a".repeat(64), Map.of()))
                        .text())
                .contains("nobody here has a key");
    }

    @Test
    void theSameWordIsTakenOnceAndALostAnswerIsGivenAgain() throws Exception {
        dock.released("1.0.0");
        SignedStatement freeze = freeze("ana", in(Duration.ofHours(6)));
        DecideResult first = dock.decide(freeze);
        long entries = dock.served().record().head().entry().number();

        DecideResult again = dock.decide(freeze);

        assertThat(again.done()).isTrue();
        assertThat(again.receipt()).isEqualTo(first.receipt());
        assertThat(dock.served().record().head().entry().number()).isEqualTo(entries);
        dock.decide(word(Kind.UNFREEZE, "ana", dock.state().freezeState(), Map.of()));
        assertThat(dock.decide(freeze).done())
                .as("shown again after the freeze was ended")
                .isFalse();
        assertThat(dock.state().freeze()).isEmpty();
    }

    private void filesWithoutApprovers(String approval) throws Exception {
        dock.files(approval, "");
        if (approval.isEmpty()) {
            dock.edit("slipway.yaml", "    approval: \n", "");
        }
        dock.edit("slipway.yaml", "rollback: {by: [ana], confirm: CONFIRM, reason: required}", "");
    }

    private void lock() {
        dock.served()
                .record()
                .change(now -> Optional.of(new Change(
                        new Event(Event.Kind.LOCKED, "", "for the test", Map.of()),
                        now.state().withLock(new State.Lock(now.hash(), "for the test", dock.clock.instant(), "")))));
    }

    @Test
    void whereNobodyHasToApproveWhoMayReleaseMaySaySoOfTheEnvironmentToo() throws Exception {
        filesWithoutApprovers("");
        dock.released("1.0.0");
        dock.released("1.1.0");
        lock();
        String lock = dock.state().locked().orElseThrow().id();

        assertThat(dock.decide(word(Kind.UNLOCK, "mallory", lock, Map.of())).text())
                .contains("not among the people");
        assertThat(dock.decide(word(Kind.UNLOCK, "ben", lock, Map.of())).done()).isTrue();
        assertThat(dock.decide(freeze("ben", in(Duration.ofHours(6)))).done()).isTrue();
        assertThat(dock.decide(word(Kind.UNFREEZE, "cleo", dock.state().freezeState(), Map.of()))
                        .done())
                .isTrue();
        Files.writeString(dock.home.resolve("live"), "1.0.0\n");
        assertThat(dock.decide(word(
                                Kind.RECONCILE,
                                "ben",
                                dock.state().base(),
                                "1.0.0",
                                Map.of("targets", Map.of("web", "1.0.0"))))
                        .done())
                .isTrue();
        assertThat(dock.decide(policyBy("ben", policy(1, "ben"))).text())
                .as("what the environment itself is, is no word of a plan's")
                .contains("nobody may");
    }

    @Test
    void theFloorsQuorumKeepsThoseWhoAreNotNamedFromUnlocking() throws Exception {
        filesWithoutApprovers("");
        dock.released("1.0.0");
        lock();
        dock.serve(Policy.floor(1, true, true));

        assertThat(dock.decide(word(
                                Kind.UNLOCK,
                                "ben",
                                dock.state().locked().orElseThrow().id(),
                                Map.of()))
                        .text())
                .contains("'ben' is not among those who may say `unlock` here: nobody may");
    }

    @Test
    void aPlansApproversAreTheOnlyOnesWhoUnlockWhereNobodyIsNamedToGoBack() throws Exception {
        filesWithoutApprovers("{from: [ana, cleo], quorum: 1}");
        dock.released("1.0.0");
        lock();

        assertThat(dock.decide(word(
                                Kind.UNLOCK,
                                "ben",
                                dock.state().locked().orElseThrow().id(),
                                Map.of()))
                        .text())
                .contains("'ben' is not among those who may say `unlock` here: [ana, cleo]");
    }

    private Policy policy(int quorum, String... from) {
        return new Policy(
                Policy.FORMAT,
                Map.of(),
                List.of(from),
                quorum,
                List.of("requester"),
                List.of(),
                false,
                false,
                true,
                Duration.ZERO);
    }

    private SignedStatement policyBy(String by, Policy policy) throws Exception {
        return word(Kind.POLICY, by, dock.state().policy(), Map.of("policy", policy));
    }

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
    void theRecordIsToldWhatWasChangedByHand() throws Exception {
        dock.released("1.0.0");
        dock.released("1.1.0");
        Dock.Ready ready = dock.ready("1.2.0");
        Files.writeString(dock.home.resolve("live"), "1.0.0\n");

        DecideResult result = dock.decide(
                word(Kind.RECONCILE, "ana", dock.state().base(), "1.0.0", Map.of("targets", Map.of("web", "1.0.0"))));

        assertThat(result.done()).as(result.text()).isTrue();
        assertThat(dock.state().live().version()).isEqualTo("1.0.0");
        assertThat(dock.state().live().targets()).containsEntry("web", "1.0.0");
        assertThat(dock.open(ready).opening())
                .as("what was approved was approved on another base")
                .isEqualTo(Opening.BASE_CHANGED);
    }

    @Test
    void aTargetThatSaysSomethingElseIsBelieved() throws Exception {
        dock.released("1.0.0");
        dock.released("1.1.0");

        DecideResult result = dock.decide(
                word(Kind.RECONCILE, "ana", dock.state().base(), "1.0.0", Map.of("targets", Map.of("web", "1.0.0"))));

        assertThat(result.done()).isFalse();
        assertThat(result.text())
                .isEqualTo("web itself says that it serves '1.1.0', and not '1.0.0'; mend it first, or say what it"
                        + " serves");
        assertThat(dock.state().live().version()).isEqualTo("1.1.0");
    }

    @Test
    void whereATargetDoesNotAnswerAPersonIsBelieved() throws Exception {
        dock.released("1.0.0");
        dock.released("1.1.0");
        Files.delete(dock.home.resolve("live"));
        Files.createDirectory(dock.home.resolve("live"));

        DecideResult result = dock.decide(
                word(Kind.RECONCILE, "ana", dock.state().base(), "1.0.0", Map.of("targets", Map.of("web", "1.0.0"))));

        assertThat(result.done()).as(result.text()).isTrue();
    }

    @Test
    void nobodyAsksTargetsForSomebodyWhoMayNotSaySo() throws Exception {
        dock.released("1.0.0");
        dock.script("#!/bin/sh\ntouch " + dock.home.resolve("asked") + "\n");

        dock.decide(word(
                Kind.RECONCILE, "mallory", dock.state().base(), "1.0.0", Map.of("targets", Map.of("web", "1.0.0"))));

        assertThat(dock.home.resolve("asked")).doesNotExist();
    }

    @Test
    void nobodyReconcilesUnderAnOpenGrantOrWithoutSayingWhat() throws Exception {
        dock.opened("1.0.0");

        assertThat(dock.decide(word(Kind.RECONCILE, "ana", dock.state().base(), "", Map.of()))
                        .text())
                .contains("a grant for 1.0.0")
                .contains("it names no version")
                .contains("it names no target");
    }

    private Path entries() {
        return dock.home.resolve("store/record/shop/production");
    }

    private void cutBack(long to) throws Exception {
        try (Stream<Path> files = Files.list(entries())) {
            for (Path file : files.filter(each -> each.getFileName().toString().matches("\\d+"))
                    .toList()) {
                if (Long.parseLong(file.getFileName().toString()) > to) {
                    Files.delete(file);
                }
            }
        }
        dock.serve(Dock.NO_FLOOR);
    }

    private SignedStatement adoption(String by, String version, Object what) throws Exception {
        var found = dock.served().record().look();
        State state = found.head().map(head -> head.state()).orElse(State.empty());
        return word(Kind.ADOPT, by, state.base(), version, what);
    }

    @Test
    void aRecordThatHasGoneBackIsAdoptedByTheQuorumAndGoesOn() throws Exception {
        dock.released("1.0.0");
        dock.released("1.1.0");
        long newest = dock.served().record().head().entry().number();
        cutBack(newest - 3);
        var found = dock.served().record().look();
        assertThat(found.trouble()).contains("gone back to entry " + (newest - 3));
        Map<String, Object> what = Map.of("number", found.number(), "hash", found.hash());

        assertThat(dock.decide(adoption("ana", "", Map.of("number", 1, "hash", found.hash())))
                        .text())
                .contains("that is not what the statement adopts");
        assertThat(dock.decide(adoption("mallory", "", what)).done()).isFalse();
        DecideResult adopted = dock.decide(adoption("ana", "", what));

        assertThat(adopted.done()).as(adopted.text()).isTrue();
        assertThat(dock.served().record().look().trouble()).isEmpty();
        assertThat(dock.served().record().head().entry().number()).isEqualTo(newest - 2);
        assertThat(last().kind()).isEqualTo(Event.Kind.ADOPTED);
        assertThat(last().facts().get("trouble")).contains("gone back");
    }

    @Test
    void noTargetIsAdoptedThatThePlanDoesNotHave() throws Exception {
        dock.released("1.0.0");
        dock.released("1.1.0");
        cutBack(dock.served().record().head().entry().number() - 3);
        var found = dock.served().record().look();
        Map<String, Object> what = Map.of("number", found.number(), "hash", found.hash());
        Map<String, Object> misspelt = new TreeMap<>(what);
        misspelt.put("targets", Map.of("webb", "1.1.0"));
        Map<String, Object> spelt = new TreeMap<>(what);
        spelt.put("targets", Map.of("web", "1.1.0"));

        assertThat(dock.decide(adoption("ana", "1.1.0", misspelt)).text())
                .contains("there is no target 'webb' (did you mean `web`?); there are [web]");
        assertThat(dock.decide(adoption("ana", "", spelt)).text()).contains("no version that serves there");
        DecideResult adopted = dock.decide(adoption("ana", "1.1.0", spelt));

        assertThat(adopted.done()).as(adopted.text()).isTrue();
        assertThat(dock.state().live().targets()).containsEntry("web", "1.1.0");
    }

    @Test
    void aLostRecordBeginsAnewWithWhatIsLive() throws Exception {
        dock.recovery("spare");
        dock.serve(Dock.NO_FLOOR);
        dock.released("1.0.0");
        cutBack(0);
        assertThat(dock.served().record().look().trouble()).contains("the record is gone");
        Dock.Draft draft =
                dock.word(Kind.ADOPT, Deciding.RECOVERY, State.empty().base());
        draft.key = "spare";
        draft.version = "1.0.0";
        draft.what = Statement.what(Map.of("number", 0, "hash", "", "targets", Map.of("web", "1.0.0")));

        DecideResult adopted = dock.decide(draft.signed());

        assertThat(adopted.done()).as(adopted.text()).isTrue();
        assertThat(dock.state().live().version()).isEqualTo("1.0.0");
        assertThat(dock.served().record().head().entry().number()).isEqualTo(1);
        assertThat(last().text()).startsWith("BY THE RECOVERY KEY: a new record was begun by recovery");
    }

    @Test
    void aSoundRecordIsNotAdopted() throws Exception {
        dock.released("1.0.0");
        var found = dock.served().record().look();

        assertThat(dock.decide(adoption("ana", "", Map.of("number", found.number(), "hash", found.hash())))
                        .text())
                .contains("is sound; there is nothing to adopt");
    }

    @Test
    void nothingElseIsDecidedHere() throws Exception {
        dock.released("1.0.0");

        assertThat(dock.decide(dock.word(Kind.APPROVE, "ana", "a".repeat(64)).signed())
                        .text())
                .contains("is not about an environment");
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
    void aFreezeIsNotShortenedByAnother() throws Exception {
        dock.released("1.0.0");
        dock.decide(freeze("ana", in(Duration.ofDays(14))));

        assertThat(dock.decide(freeze("cleo", in(Duration.ofMinutes(1)))).text())
                .contains("and that would end it sooner");
        assertThat(dock.decide(freeze("cleo", in(Duration.ofDays(20)))).done()).isTrue();
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

    private void broken(String text) throws Exception {
        Path newest = newest();
        Files.writeString(newest, text);
        dock.serve(Dock.NO_FLOOR);
    }

    private Path newest() throws Exception {
        try (Stream<Path> entries = Files.list(dock.entries())) {
            return entries.filter(Files::isRegularFile)
                    .max(Comparator.naturalOrder())
                    .orElseThrow();
        }
    }

    @Test
    void aNewestEntryThatWasEditedIsGoneOnFromTheOneBefore() throws Exception {
        dock.released("1.0.0");
        long number = dock.served().record().head().entry().number();
        for (String text : List.of("", Files.readString(newest()).replace("succeeded", "sacceeded"))) {
            broken(text);
            EnvironmentRecord.Found found = dock.served().record().look();
            assertThat(found.trouble()).contains("is not signed by this environment's key");
            assertThat(found.taken()).isGreaterThan(found.number());
            dock.serve(Dock.NO_FLOOR);
            Dock.Draft adopt = dock.word(
                    Kind.ADOPT, "ana", found.head().orElseThrow().state().base());
            adopt.version = "1.0.0";
            adopt.confirm = "";
            adopt.what = Statement.what(
                    Map.of("number", found.number(), "hash", found.hash(), "targets", Map.of("web", "1.0.0")));
            DecideResult adopted = dock.decide(adopt.signed());
            assertThat(adopted.done()).as(adopted.text()).isTrue();
            assertThat(dock.served().record().head().entry().number()).isGreaterThan(number);
            assertThat(dock.served().record().trouble()).isEmpty();
            assertThat(dock.served().record().find(entry -> false))
                    .as("what was passed over is in nobody's way")
                    .isEmpty();
            assertThat(dock.served().record().back(100, any -> true))
                    .extracting(any -> any.entry().number())
                    .contains(1L)
                    .doesNotHaveDuplicates();
        }
        assertThat(dock.state().live().version()).isEqualTo("1.0.0");
    }
}
