package dev.slipway.watching;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.trust.Json;
import dev.slipway.watch.Judge;
import dev.slipway.watch.JudgeState;
import dev.slipway.watch.Measurement;
import dev.slipway.watch.Rule;
import dev.slipway.watch.Verdict;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What a watch hands on to the worker that goes on with it. */
class WatchDutyTest {

    private static final Instant START = Instant.parse("2026-11-21T09:00:00Z");

    private final Judge judge = new Judge(List.of(Rule.parse("error-rate > 5% for 2s")), Duration.ofSeconds(1));

    @Test
    void aJudgeGoesOnFromTheStateOfAnother() throws Exception {
        JudgeState first = judge.next(judge.next(JudgeState.start(), breach(0)), breach(1));
        WatchDuty.Bound left = new WatchDuty.Bound("grant", 2, WatchState.after(first), Duration.ZERO, 0);

        WatchDuty.Bound found = Json.mapper().readValue(WatchDuty.text(left), WatchDuty.Bound.class);

        assertThat(found).isEqualTo(left);
        JudgeState next = judge.next(found.state().judge(), breach(2));
        assertThat(judge.judge(next, START.plusSeconds(2)).verdict()).isEqualTo(Verdict.FAIL);
        assertThat(judge.judge(found.state().judge(), START.plusSeconds(1)).sentence())
                .contains("error-rate");
    }

    private static Measurement breach(int second) {
        return new Measurement("error-rate", START.plusSeconds(second), new Measurement.Value(0.4));
    }
}
