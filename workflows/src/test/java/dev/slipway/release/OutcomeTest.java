package dev.slipway.release;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class OutcomeTest {

    @Test
    void saysNothingTwice() {
        assertThat(Outcome.ROLLED_BACK.words("rolled back by ana: because; back on 1.3.0"))
                .isEqualTo("rolled back by ana: because; back on 1.3.0");
        assertThat(Outcome.ROLLED_BACK.words("answers 500; back on 1.3.0"))
                .isEqualTo("rolled back: answers 500; back on 1.3.0");
        assertThat(Outcome.FAILED.words("rolled back by ana")).isEqualTo("failed: rolled back by ana");
    }
}
