package dev.slipway.watch;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class TravelTest {
    private static final Duration EVERY = Duration.ofSeconds(10);

    private static <T> T travelled(T value, Class<T> type) throws Exception {
        return Json.MAPPER.readValue(Json.MAPPER.writeValueAsString(value), type);
    }

    @Test
    void everyKindOfMeasurementArrivesAsItLeft() throws Exception {
        for (Measurement measurement : new Trace("m", EVERY, ".X!-?").measurements()) {
            assertThat(travelled(measurement, Measurement.class)).isEqualTo(measurement);
        }
    }

    @Test
    void anOutcomeArrivesAsItLeft() throws Exception {
        Judge judge = new Judge(List.of(Rule.parse("m > 5% for 1m"), Rule.parse("m failing for 30s")), EVERY);
        Trace trace = new Trace("m", EVERY, ".-?.xx!x");
        JudgeState state = JudgeState.start();
        for (Measurement measurement : trace.measurements()) {
            state = judge.next(state, measurement);
        }
        Judgement judgement = judge.judge(state, trace.end());
        assertThat(judgement.pending()).isNotEmpty();
        WatchOutcome outcome = new WatchOutcome(
                judgement.verdict(),
                judgement.sentence(),
                judgement.rule(),
                judgement.pending(),
                state,
                state.measurements(),
                trace.measurements());
        assertThat(travelled(outcome, WatchOutcome.class)).isEqualTo(outcome);
        assertThat(Json.MAPPER.writeValueAsString(outcome)).contains("\"rule\":\"m > 5% for 1m\"");
    }

    @Test
    void anOutcomeFromAnOlderVersionLacksFieldsButNothingIsNull() throws Exception {
        WatchOutcome outcome =
                Json.MAPPER.readValue("{\"verdict\":\"PASS\",\"sentence\":\"fine\",\"new\":1}", WatchOutcome.class);
        assertThat(outcome.rule()).isEqualTo(Optional.empty());
        assertThat(outcome.last()).isEmpty();
        assertThat(outcome.pending()).isEmpty();
        assertThat(outcome.state()).isEqualTo(JudgeState.start());
    }

    @Test
    void longReasonsAreCut() {
        assertThat(new Measurement.NoData("x".repeat(10_000)).why()).hasSize(300);
    }
}
