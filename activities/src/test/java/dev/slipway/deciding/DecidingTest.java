package dev.slipway.deciding;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.environment.EnvironmentActivities.DecideResult;
import dev.slipway.ledger.Change;
import dev.slipway.record.Event;
import dev.slipway.record.Policy;
import dev.slipway.record.State;
import dev.slipway.release.Dock;
import dev.slipway.release.ReleaseActivities.Opening;
import dev.slipway.trust.Kind;
import dev.slipway.trust.SignedStatement;
import java.nio.file.Files;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What people say about an environment, judged against its record. */
class DecidingTest extends DecidingScene {

    private SignedStatement freeze(String by, Instant until) throws Exception {
        return word(Kind.FREEZE, by, dock.state().freezeState(), Map.of("until", until.toString()));
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

    @Test
    void nothingElseIsDecidedHere() throws Exception {
        dock.released("1.0.0");

        assertThat(dock.decide(dock.word(Kind.APPROVE, "ana", "a".repeat(64)).signed())
                        .text())
                .contains("is not about an environment");
    }

    @Test
    void aFreezeIsNotShortenedByAnother() throws Exception {
        dock.released("1.0.0");
        dock.decide(freeze("ana", in(Duration.ofDays(14))));

        assertThat(dock.decide(freeze("cleo", in(Duration.ofMinutes(1)))).text())
                .contains("and that would end it sooner");
        assertThat(dock.decide(freeze("cleo", in(Duration.ofDays(20)))).done()).isTrue();
    }
}
