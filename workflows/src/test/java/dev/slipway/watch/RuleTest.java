package dev.slipway.watch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.util.Optional;
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
                "new-issues > 0            | new-issues is above 0",
                "memory > 900MiB for 5m    | memory stays above 900 MiB for 5 minutes",
                "errors > 3x baseline for 2m | errors stays above 3 times its baseline for 2 minutes",
                "p95-latency > 1.5x baseline for 5m | p95-latency stays above 1.5 times its baseline for 5 minutes",
                "errors > 3x baseline and 1% for 2m | errors stays above 3 times its baseline and above 1 % for 2 minutes",
                "requests < 0.5x baseline | requests is below 0.5 times its baseline",
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
                "  issues>0                  | issues > 0",
                "e>3.0x   baseline for 60s   | e > 3x baseline for 1m",
                "e > 3x baseline and  1.0% for 1m | e > 3x baseline and 1% for 1m",
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
                "health failing                | 15 | \"for\" and how long",
                "error-rate > 5% 2m            | 17 | \"for\" and how long",
                "e > 3x                        | 7  | \"baseline\"",
                "e > 3x basline for 2m         | 8  | \"baseline\"",
                "e > 0x baseline for 2m        | 5  | a multiple above zero",
                "e > -3x baseline for 2m       | 5  | a multiple above zero",
                "e > 3x baseline and for 2m    | 21 | a limit such as",
                "e > 3x baseline and 1x baseline for 2m | 22 | one of the units",
                "e > 3x baseline or 1% for 2m  | 17 | \"for\" and how long",
                "e > 3X baseline for 2m        | 6  | one of the units",
                "m > 900Mib for 5m             | 8  | one of the units",
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
        assertThat(Rule.parse("m > 1GiB for 1m").bearing(new Measurement.Value(1073741825)))
                .isEqualTo(Rule.Bearing.BREACH);
        assertThat(Rule.parse("m > 1GiB for 1m").bearing(new Measurement.Value(1073741824)))
                .isEqualTo(Rule.Bearing.GOOD);
    }

    private static Rule.Bearing bearing(String text, double baseline, double value) {
        Rule rule = Rule.parse(text);
        return rule.bearing(new Measurement.Value(value), Limit.of(rule, Optional.of(baseline)));
    }

    @Test
    void comparesWithAMultipleOfTheBaseline() {
        assertThat(bearing("e > 3x baseline for 1m", 0.02, 0.0601)).isEqualTo(Rule.Bearing.BREACH);
        assertThat(bearing("e > 3x baseline for 1m", 0.02, 0.06)).isEqualTo(Rule.Bearing.GOOD);
        assertThat(bearing("e > 3x baseline and 10% for 1m", 0.02, 0.09)).isEqualTo(Rule.Bearing.GOOD);
        assertThat(bearing("e > 3x baseline and 10% for 1m", 0.02, 0.11)).isEqualTo(Rule.Bearing.BREACH);
        assertThat(bearing("e > 3x baseline and 1% for 1m", 0.02, 0.02)).isEqualTo(Rule.Bearing.GOOD);
        assertThat(bearing("e < 0.5x baseline for 1m", 100, 49)).isEqualTo(Rule.Bearing.BREACH);
        assertThat(bearing("e < 0.5x baseline and 30 for 1m", 100, 49)).isEqualTo(Rule.Bearing.GOOD);
        assertThat(bearing("e > 3x baseline for 1m", 0, 0)).isEqualTo(Rule.Bearing.GOOD);
        assertThat(bearing("e > 3x baseline for 1m", 0, 0.001)).isEqualTo(Rule.Bearing.BREACH);
    }

    @Test
    void saysTheBaselineBesideTheLimit() {
        Rule rule = Rule.parse("errors > 3x baseline and 1% for 2m");
        assertThat(Limit.of(rule, Optional.of(0.02)).orElseThrow().figures(0.123))
                .isEqualTo("12.3 % > 6 % (3x the baseline of 2 %)");
    }

    @Test
    void neverPrintsAValueAsEqualToTheLimitItBreaks() {
        Limit limit =
                Limit.of(Rule.parse("error-rate > 5% for 1m"), Optional.empty()).orElseThrow();
        assertThat(limit.figures(0.050004)).isEqualTo("5.0004 % > 5 %");
        assertThat(limit.figures(0.3421)).isEqualTo("34.2 % > 5 %");
        assertThat(limit.figures(12.3456)).isEqualTo("1235 % > 5 %");
    }
}
