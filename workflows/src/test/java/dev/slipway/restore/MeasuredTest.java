package dev.slipway.restore;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

/** What a drill prints. */
class MeasuredTest {

    private static Measured measured(double seconds, long bytes, boolean met) {
        return new Measured("drill-1", "main", "a.dump", seconds, bytes, 60, "1h", "", met, "", List.of());
    }

    @Test
    void aRestoreIsMeasured() {
        assertThat(measured(2.54, 8000, true).lines().get(0)).startsWith("RTO 2.5 s, 8000 bytes");
    }

    @Test
    void whatWasNotRestoredTookNoTimeThatMeansAnything() {
        assertThat(measured(0, 0, false).lines().get(0)).startsWith("RTO none: nothing was restored");
    }
}
