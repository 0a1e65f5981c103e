package dev.slipway.opening;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.environment.EnvironmentActivities.DecideResult;
import dev.slipway.plan.ReleasePlan;
import dev.slipway.record.State;
import dev.slipway.release.Dock;
import dev.slipway.release.ReleaseActivities.OpenResult;
import dev.slipway.release.ReleaseActivities.OpenRollbackRequest;
import dev.slipway.release.ReleaseActivities.Opening;
import dev.slipway.trust.Kind;
import dev.slipway.trust.SignedStatement;
import java.nio.file.Files;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** What a rollback by a person's hand may do, and who unlocks afterwards. */
class RollbackJudgeTest extends ClosingScene {

    @Test
    void lastKnownGoodIsWhatSucceededBefore() throws Exception {
        dock.released("1.0.0");
        dock.released("1.1.0");
        assertThat(dock.state().lastKnownGood().orElseThrow().version()).isEqualTo("1.0.0");
        OpenResult opened = dock.opened("1.2.0");
        dock.activities().deploy(dock.step(opened, 1));
        dock.activities().rollBack(dock.step(opened, 1));
        dock.close(opened.grant(), "ROLLED_BACK");

        assertThat(dock.state().live().version()).isEqualTo("1.1.0");
        assertThat(dock.state().live().targets()).containsEntry("web", "1.1.0");
        assertThat(dock.state().lastKnownGood().orElseThrow().version()).isEqualTo("1.0.0");
        assertThat(dock.state().markedBad("1.2.0")).isTrue();
    }

    @Test
    void aRollbackByHandIsAPersonsSignedWordAboutThePresentState() throws Exception {
        dock.released("1.0.0");
        dock.released("1.1.0");
        String base = dock.state().base();

        assertThat(rollback("ana", "1.0.0", "a".repeat(64)).why().toString()).contains("another state");
        assertThat(rollback("cleo", "1.0.0", base).why().toString()).contains("not among those who may");
        assertThat(rollback("ana", "0.9.0", base).why().toString()).contains("never succeeded");
        assertThat(rollback("ana", "1.1.0", base).why().toString()).contains("live already");
        assertThat(dock.state().openGrant()).isEmpty();

        OpenResult opened = rollback("ana", "1.0.0", base);
        assertThat(opened.opening()).as(opened.toString()).isEqualTo(Opening.OPENED);
        dock.activities().rollBack(dock.step(opened, 1));
        assertThat(dock.close(opened.grant(), "ROLLED_BACK").outcome()).isEqualTo("ROLLED_BACK");
        assertThat(dock.live()).isEqualTo("1.0.0");
        assertThat(dock.state().live().version()).isEqualTo("1.0.0");
        assertThat(dock.state().markedBad("1.1.0")).isTrue();
    }

    @Test
    void namesWhatEndsAGrantThatIsInItsWay() throws Exception {
        dock.released("1.0.0");
        dock.released("1.1.0");
        dock.opened("1.2.0");

        assertThat(rollback("ana", "1.0.0", dock.state().base()).why()).anySatisfy(why -> assertThat(why)
                .startsWith("a grant for 1.2.0 (")
                .contains("it ends with its workflow")
                .contains("`slipway unlock shop/production --reason …` ends the grant"));
        dock.clock.passes(Duration.ofMinutes(1));
        lock();
        assertThat(rollback("ana", "1.0.0", dock.state().base()).why()).anySatisfy(why -> assertThat(why)
                .contains("shop/production is locked, and `slipway unlock shop/production --reason …` ends that"
                        + " grant"));
    }

    private OpenResult rollback(String by, String to, String about) throws Exception {
        Dock.Draft draft = dock.word(Kind.ROLLBACK, by, about);
        draft.version = to;
        return dock.activities()
                .openRollback(new OpenRollbackRequest("shop", "production", draft.signed(), "rollback", "run"));
    }

    @Test
    void theStopFileDoesNotStopARollbackByHand() throws Exception {
        dock.released("1.0.0");
        dock.released("1.1.0");
        Files.createFile(dock.home.resolve("state/stop"));
        OpenResult opened = rollback("ana", "1.0.0", dock.state().base());

        dock.activities().rollBack(dock.step(opened, 1));

        assertThat(dock.live()).isEqualTo("1.0.0");
    }

    @Test
    void unlockingDoesNotEndARollbackThatIsRunning() throws Exception {
        dock.released("1.0.0");
        dock.released("1.1.0");
        lock();
        OpenResult rollback = rollback("ana", "1.0.0", dock.state().base());
        assertThat(rollback.opening()).isEqualTo(Opening.OPENED);
        String lock = dock.state().locked().orElseThrow().id();

        DecideResult refused = dock.decide(dock.word(Kind.UNLOCK, "ana", lock).signed());

        assertThat(refused.done()).isFalse();
        assertThat(refused.text()).contains("a rollback is running (rollback, to 1.0.0); wait for it");
        assertThat(dock.state().openGrant()).isPresent();
        dock.clock.passes(Duration.between(dock.clock.instant(), rollback.until()));
        assertThat(dock.decide(dock.word(Kind.UNLOCK, "ana", lock).signed()).done())
                .as("its workflow was left behind, and nothing begins after its time")
                .isTrue();
    }

    @Test
    void anUnlockWhoseAnswerWasLostIsAnsweredAgain() throws Exception {
        dock.released("1.0.0");
        lock();
        String lock = dock.state().locked().orElseThrow().id();
        SignedStatement unlock = dock.word(Kind.UNLOCK, "ana", lock).signed();
        assertThat(dock.decide(unlock).done()).isTrue();
        long entries = dock.served().record().head().entry().number();

        assertThat(dock.decide(unlock).done()).isTrue();

        assertThat(dock.served().record().head().entry().number()).isEqualTo(entries);
        assertThat(dock.decide(dock.word(Kind.UNLOCK, "ana", lock).signed()).text())
                .contains("is not locked");
        lock();
        assertThat(dock.decide(unlock).done()).as("another lock").isFalse();
    }

    @Test
    void whoUnlocksIsSaidByThePlanThatLocked() throws Exception {
        dock.released("1.0.0");
        OpenResult opened = dock.opened("1.1.0");
        dock.activities().deploy(dock.step(opened, 1));
        dock.close(opened.grant(), "ROLLED_BACK");
        State.Lock lock = dock.state().locked().orElseThrow();
        dock.edit("slipway.yaml", "rollback: {by: [ana]", "rollback: {by: [cleo]");
        ReleasePlan own = dock.plan("6.6.6");
        Dock.Ready ready = dock.ready(own);
        dock.close(ready.request().id(), "CANCELLED");

        assertThat(dock.decide(dock.word(Kind.UNLOCK, "cleo", lock.id()).signed())
                        .done())
                .isFalse();
        assertThat(dock.decide(dock.word(Kind.UNLOCK, "ana", "b".repeat(64)).signed())
                        .done())
                .isFalse();
        assertThat(dock.decide(dock.word(Kind.UNLOCK, "ana", lock.id()).signed())
                        .done())
                .isTrue();
    }
}
