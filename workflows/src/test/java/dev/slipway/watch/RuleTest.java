package dev.slipway.watch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RuleTest {

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "error-rate > 5% for 2m    | error-rate stays above 5 % for 2 minutes",
                "p95-latency > 2s for 5m   | p95-latency stays above 2 s for 5 minutes",
                "memory >= 90% for 1h      | memory stays at or above 90 % for 1 hour",
                "restarts > 3 for 1m       | restarts stays above 3 for 1 minute",
                "throughput < 0.5 for 90s  | throughput stays below 0.5 for 90 seconds",
                "latency <= 500ms for 500ms| latency stays at or below 500 ms for 500 milliseconds",
                "health failing for 3m     | health keeps failing for 3 minutes",
            })
    void saysInWordsWhatItReads(String text, String words) {
        Rule rule = Rule.parse(text);
        assertThat(rule.words()).isEqualTo(words);
        assertThat(rule).hasToString(text);
        assertThat(Rule.parse(rule.toString())).isEqualTo(rule);
        assertThat(rule.metric()).isEqualTo(text.split(" ")[0]);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "  error-rate>5%   for  120s | error-rate > 5% for 2m",
                "error-rate > 5.0% for 60m   | error-rate > 5% for 1h",
                "delta < -2 for 1000ms       | delta < -2 for 1s",
                "memory > 0.90 for 30s       | memory > 0.9 for 30s",
                "memory > 100% for 30s       | memory > 100% for 30s",
            })
    void isKnownByOneSpelling(String text, String spelling) {
        assertThat(Rule.parse(text)).hasToString(spelling).isEqualTo(Rule.parse(spelling));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "``                            | 1  | the name of a metric",
                "5 > 3 for 1m                  | 1  | the name of a metric",
                "error-rate                    | 11 | \"failing\" or one of > >= < <=",
                "error-rate is bad             | 12 | \"failing\" or one of > >= < <=",
                "error-rate == 5% for 2m       | 12 | \"failing\" or one of > >= < <=",
                "error-rate > lots for 2m      | 14 | a limit such as 5%",
                "error-rate > 5. for 2m        | 16 | digits after the point",
                "error-rate > 5kg for 2m       | 15 | one of the units",
                "error-rate > 5%               | 16 | \"for\" and how long",
                "error-rate > 5% during 2m     | 17 | \"for\" and how long",
                "error-rate > 5% for           | 20 | a duration such as",
                "error-rate > 5% for 2         | 21 | a duration such as",
                "error-rate > 5% for 2 minutes | 21 | a duration such as",
                "error-rate > 5% for 0s        | 21 | longer than zero",
                "error-rate > 5% for 99999999999999h | 21 | a duration such as",
                "health failing for 3m today   | 23 | nothing more",
            })
    void saysWhereItCannotReadOnAndWhatItWants(String text, int column, String expected) {
        Misread misread = catchThrowableOfType(Misread.class, () -> Rule.parse(text));
        assertThat(misread).hasMessageContaining(expected).hasMessageStartingWith("column " + column + ": ");
        assertThat(misread.column()).isEqualTo(column);
    }

    @Test
    void comparesInBaseUnits() {
        assertThat(Rule.parse("e > 5% for 1m").bearing(new Measurement.Value(0.0501)))
                .isEqualTo(Rule.Bearing.BREACH);
        assertThat(Rule.parse("e > 5% for 1m").bearing(new Measurement.Value(0.05)))
                .isEqualTo(Rule.Bearing.GOOD);
        assertThat(Rule.parse("e >= 5% for 1m").bearing(new Measurement.Value(0.05)))
                .isEqualTo(Rule.Bearing.BREACH);
        assertThat(Rule.parse("l > 500ms for 1m").bearing(new Measurement.Value(0.501)))
                .isEqualTo(Rule.Bearing.BREACH);
        assertThat(Rule.parse("l < 2s for 1m").bearing(new Measurement.Value(2)))
                .isEqualTo(Rule.Bearing.GOOD);
    }

    @Test
    void neverPrintsAValueAsEqualToTheLimitItBreaks() {
        Rule.Compared limit =
                (Rule.Compared) Rule.parse("error-rate > 5% for 1m").condition();
        assertThat(limit.figures(0.050004)).isEqualTo("5.0004 % > 5 %");
        assertThat(limit.figures(0.3421)).isEqualTo("34.2 % > 5 %");
        assertThat(limit.figures(12.3456)).isEqualTo("1235 % > 5 %");
    }
}
