package dev.slipway.release;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DurableTimeTest {

    @ParameterizedTest
    @CsvSource({"PT13.062815938S, 14s", "PT14S, 14s", "PT0.001S, 1s", "PT0S, 0s", "PT1H30M, 1h30m"})
    void tellsPeopleOfWholeSecondsAndOfNoneTooFew(Duration duration, String words) {
        assertThat(DurableTime.words(duration)).isEqualTo(words);
    }
}
