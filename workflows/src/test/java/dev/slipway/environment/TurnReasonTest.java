package dev.slipway.environment;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.environment.EnvironmentWorkflow.View;
import dev.slipway.record.State;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

class TurnReasonTest {

    private static final Instant NINE = Instant.parse("2026-11-21T09:00:00Z");
    private static final Holder FIRST = release("1.3.9");
    private static final Holder SECOND = release("1.4.0");
    private static final Holder THIRD = release("1.4.1");
    private static final Holder BACK = new Holder("rollback:shop:production", "run", "1.3.8", true, NINE);
    private static final Holder HOTFIX =
            new Holder("release:shop:production:1.4.2", "run", "1.4.2", false, NINE, true, true);
    private static final State.Lock LOCK = new State.Lock("", "rollback failed", NINE, "1.3.8");
    private static final State.Freeze FREEZE =
            new State.Freeze("end of the year", NINE, NINE.plus(Duration.ofHours(1)), "cleo");

    private static Holder release(String version) {
        return new Holder("release:shop:production:" + version, "run", version, false, NINE);
    }

    private static View view(State state, List<Holder> holder, Holder... waiting) {
        return new View("shop", "production", holder, List.of(waiting), List.of(Mirror.of(41, "", NINE, state)));
    }

    private static TurnReason reason(View view, Holder asking) {
        return TurnReason.of(view, asking, NINE);
    }

    @Test
    void saysWhoHasTheTurnAndHowManyGoBefore() {
        View view = view(State.empty(), List.of(FIRST), BACK, SECOND, THIRD);

        assertThat(reason(view, BACK))
                .isEqualTo(new TurnReason(
                        "release:shop:production:1.3.9 has the turn, nobody else waits before this one", ""));
        assertThat(reason(view, SECOND).why()).endsWith(" has the turn, 1 waits before this one");
        assertThat(reason(view, THIRD).why()).endsWith(" has the turn, 2 wait before this one");
    }

    @Test
    void countsWhoGoesBeforeWhereNobodyHasTheTurnYet() {
        assertThat(reason(view(State.empty(), List.of(), BACK, SECOND), SECOND).why())
                .isEqualTo("1 waits before this one");
    }

    @Test
    void saysLockAndFreezeBeforeWhoHasTheTurn() {
        State frozen = State.empty().withFreeze(FREEZE);

        assertThat(reason(view(frozen.withLock(LOCK), List.of(FIRST), SECOND), SECOND))
                .isEqualTo(new TurnReason(
                        "locked since 2026-11-21 09:00:00 UTC: rollback failed;"
                                + " `slipway unlock shop/production` ends it;"
                                + " frozen until 2026-11-21 10:00:00 UTC: end of the year",
                        "slipway unlock shop/production --reason …",
                        "LOCKED and FROZEN"));
        assertThat(reason(view(frozen, List.of(FIRST), SECOND), SECOND))
                .isEqualTo(new TurnReason(
                        "frozen until 2026-11-21 10:00:00 UTC: end of the year",
                        "slipway unfreeze shop/production --reason …",
                        "FROZEN"));
    }

    /** Both stand at length in the lines above it. */
    @Test
    void namesOnlyTheKindOfBarInStatus() {
        State frozen = State.empty().withFreeze(FREEZE);
        View locked = view(frozen.withLock(LOCK), List.of(FIRST), SECOND, HOTFIX);

        assertThat(reason(locked, SECOND).besides()).isEqualTo("the turn (LOCKED and FROZEN)");
        assertThat(reason(locked, HOTFIX).besides()).isEqualTo("the turn (LOCKED)");
        assertThat(reason(locked, HOTFIX).locked()).isTrue();
        TurnReason onlyFrozen = reason(view(frozen, List.of(FIRST), SECOND), SECOND);
        assertThat(onlyFrozen.besides()).isEqualTo("the turn (FROZEN)");
        assertThat(onlyFrozen.locked()).isFalse();
        TurnReason queued = reason(view(State.empty(), List.of(FIRST), SECOND), SECOND);
        assertThat(queued.besides()).isEqualTo(queued.waiting("shop/production").what());
    }

    @Test
    void cutsALongReason() {
        State locked = State.empty().withLock(new State.Lock("", "x".repeat(150), NINE, "1.3.8"));

        assertThat(reason(view(locked, List.of(), SECOND), SECOND).why()).contains("x".repeat(99) + "…; ");
    }

    @Test
    void saysNothingOfWhatDoesNotBarThisOne() {
        View frozen = view(State.empty().withFreeze(FREEZE), List.of(FIRST), BACK, HOTFIX);
        View locked = view(State.empty().withLock(LOCK), List.of(FIRST), BACK, HOTFIX);

        assertThat(reason(frozen, BACK).why()).contains("has the turn");
        assertThat(reason(frozen, HOTFIX).why()).contains("has the turn");
        assertThat(reason(locked, BACK).why()).contains("has the turn");
        assertThat(reason(locked, HOTFIX).why()).startsWith("locked since");
        assertThat(TurnReason.of(view(State.empty().withFreeze(FREEZE), List.of(FIRST), SECOND), SECOND, FREEZE.until())
                        .why())
                .as("the freeze is over")
                .contains("has the turn");
    }

    @Test
    void saysWhyTheRecordCannotBeRead() {
        View gone = new View(
                "shop", "production", List.of(), List.of(SECOND), List.of(), "the record has gone back", List.of());

        assertThat(reason(gone, SECOND)).isEqualTo(new TurnReason("the record has gone back", ""));
        assertThat(reason(new View("shop", "production", List.of(), List.of(SECOND), List.of()), SECOND)
                        .why())
                .isEqualTo("the record is not read yet");
    }

    @Test
    void standsInAReportWithWhatSomebodyCanType() {
        TurnReason waits = reason(view(State.empty(), List.of(FIRST), SECOND), SECOND);

        assertThat(waits.waiting("shop/production").what())
                .isEqualTo("the turn (release:shop:production:1.3.9 has the turn, nobody else waits before this one)");
        assertThat(waits.waiting("shop/production").command()).isEqualTo("slipway status shop/production");
        assertThat(new TurnReason("locked", "slipway unlock shop/production")
                        .waiting("shop/production")
                        .command())
                .isEqualTo("slipway unlock shop/production");
        assertThat(TurnReason.isMeantBy(waits.waiting("shop/production").what()))
                .isTrue();
        assertThat(TurnReason.isMeantBy("approval")).isFalse();
    }
}
