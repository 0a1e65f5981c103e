package dev.slipway.steps;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.slipway.environment.EnvironmentActivities.DecideResult;
import dev.slipway.ledger.RecordClocks;
import dev.slipway.release.Dock;
import dev.slipway.release.ReleaseActivities.OpenResult;
import dev.slipway.release.ReleaseActivities.Opening;
import dev.slipway.trust.Kind;
import dev.slipway.trust.SignedStatement;
import dev.slipway.trust.Statement;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A worker whose clock is behind that of the one which wrote the newest entry, or beside Temporal's. */
class DisagreeingClocksTest {

    private static final Duration APART = Duration.ofMinutes(10);

    private Dock dock;

    @BeforeEach
    void start(@TempDir Path home) throws Exception {
        dock = new Dock(home);
        dock.files();
    }

    @AfterEach
    void stop() {
        dock.close();
    }

    /** From now on this worker is behind whoever wrote the entries until now. */
    private void anotherWorkerGoesOn(Duration behind) {
        dock.clock.passes(behind.negated());
    }

    private SignedStatement word(Kind kind, Object what) throws Exception {
        Dock.Draft draft = dock.word(kind, "ana", dock.state().freezeState());
        draft.confirm = "";
        draft.what = Statement.what(what);
        return draft.signed();
    }

    private String inAnHour() {
        return dock.clock
                .instant()
                .plus(Duration.ofHours(1))
                .truncatedTo(ChronoUnit.SECONDS)
                .toString();
    }

    @Test
    void nothingIsOpenedWhileTheRecordIsAheadAndThenItIs() throws Exception {
        dock.released("1.0.0");
        anotherWorkerGoesOn(APART);
        Dock.Ready ready = dock.ready("1.1.0");

        OpenResult waits = dock.open(ready);

        assertThat(waits.opening()).isEqualTo(Opening.LATER);
        assertThat(waits.why())
                .singleElement()
                .asString()
                .startsWith("the newest entry of the record, ")
                .contains(" s after this worker's clock (")
                .endsWith("): one of the two clocks is wrong; keep both by NTP");
        assertThat(dock.state().openGrant()).isEmpty();

        dock.clock.passes(APART);
        assertThat(dock.open(ready).opening()).isEqualTo(Opening.OPENED);
    }

    @Test
    void aFewSecondsAreNothing() throws Exception {
        dock.released("1.0.0");
        anotherWorkerGoesOn(Duration.ofSeconds(20));

        assertThat(dock.opened("1.1.0").opening()).isEqualTo(Opening.OPENED);
    }

    @Test
    void noStepBeginsButWhatGoesBackDoes() throws Exception {
        dock.released("1.0.0");
        OpenResult opened = dock.opened("1.1.0");
        dock.activities().deploy(dock.step(opened, 1));
        anotherWorkerGoesOn(APART);

        dock.activities().rollBack(dock.step(opened, 1));
        assertThat(dock.live()).isEqualTo("1.0.0");

        dock.close(opened.grant(), "ROLLED_BACK");
        assertThat(dock.state().openGrant()).isEmpty();
    }

    @Test
    void noStepBegins() throws Exception {
        OpenResult opened = dock.opened("1.0.0");
        anotherWorkerGoesOn(APART);

        assertThatThrownBy(() -> dock.activities().deploy(dock.step(opened, 1)))
                .hasStackTraceContaining("s after this worker's clock");

        assertThat(dock.history()).isEmpty();
        dock.clock.passes(APART);
        dock.activities().deploy(dock.step(opened, 1));
        assertThat(dock.live()).isEqualTo("1.0.0");
    }

    @Test
    void aFreezeHoldsAtOnceAndItsEntryMakesTheRecordOfTheRightTime() throws Exception {
        dock.released("1.0.0");
        anotherWorkerGoesOn(APART);
        DecideResult refused = dock.decide(word(Kind.RECONCILE, Map.of()));
        assertThat(refused.done()).isFalse();
        assertThat(refused.text()).contains("s after this worker's clock");

        assertThat(dock.decide(word(Kind.FREEZE, Map.of("until", inAnHour()))).text())
                .contains("frozen");
        assertThat(dock.state().freeze()).isNotEmpty();

        assertThat(dock.decide(word(Kind.UNFREEZE, Map.of())).done())
                .as("the newest entry is of this clock")
                .isTrue();
    }

    @Test
    void itIsSaidOnceAndOnceWhenItIsOver() throws Exception {
        dock.released("1.0.0");
        List<String> said = new ArrayList<>();
        RecordClocks clocks = new RecordClocks(dock.environments(), said::add);
        clocks.look();
        assertThat(said).isEmpty();
        assertThat(clocks.ahead("shop/production")).isZero();

        anotherWorkerGoesOn(APART);
        clocks.look();
        clocks.look();
        assertThat(said).singleElement().asString().startsWith("shop/production: the newest entry of the record");
        assertThat(clocks.troubles()).hasSize(1);
        assertThat(clocks.ahead("shop/production")).isBetween(590.0, 600.0);

        dock.clock.passes(APART);
        clocks.look();
        assertThat(said).hasSize(2).last().asString().endsWith("is no longer in the future");
        assertThat(clocks.troubles()).isEmpty();
    }

    @Test
    void temporalsClockIsComparedByTheQuickestOfSomeTasks() {
        Instant now = Instant.parse("2026-11-21T09:00:00Z");
        List<String> said = new ArrayList<>();
        TemporalClock clock = new TemporalClock(Clock.fixed(now, ZoneOffset.UTC), said::add);
        assertThat(clock.trouble()).isEmpty();

        clock.came(now.minusSeconds(1));
        clock.came(now.minusSeconds(50));
        assertThat(clock.trouble()).as("a task that was slow to come").isEmpty();

        clock.came(now.plusSeconds(31));
        assertThat(clock.trouble().orElseThrow()).startsWith("this worker's clock is 31 s behind Temporal's");
        assertThat(clock.ahead()).isEqualTo(Duration.ofSeconds(-31));

        for (int task = 0; task < 5; task++) {
            clock.came(now.minusSeconds(40));
        }
        assertThat(clock.trouble().orElseThrow()).startsWith("this worker's clock is 40 s ahead of Temporal's");

        clock.came(now);
        assertThat(said).hasSize(2).last().isEqualTo("this worker's clock agrees with Temporal's again");
    }
}
