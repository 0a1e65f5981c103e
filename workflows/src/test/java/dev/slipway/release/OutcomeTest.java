package dev.slipway.release;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** How an end is told. */
class OutcomeTest {

    @Test
    void theWordOfAnEndIsSaidOnce() {
        assertThat(Outcome.ROLLED_BACK.because("error-rate 35 % > 5 %"))
                .isEqualTo("rolled back: error-rate 35 % > 5 %");
        assertThat(Outcome.ROLLED_BACK.because("rolled back by ana: broken")).isEqualTo("rolled back by ana: broken");
        assertThat(Outcome.CANCELLED.because("cancelled in phase gates")).isEqualTo("cancelled in phase gates");
        assertThat(Outcome.FAILED.because("failedness")).isEqualTo("failed: failedness");
    }
}
