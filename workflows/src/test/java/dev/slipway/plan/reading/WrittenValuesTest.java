package dev.slipway.plan.reading;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.plan.Durations;
import dev.slipway.plan.Sizes;
import dev.slipway.plan.Template;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class WrittenValuesTest {

    @ParameterizedTest
    @CsvSource({
        "250ms, PT0.25S",
        "10s, PT10S",
        "5m, PT5M",
        "2h, PT2H",
        "30d, PT720H",
        "1h30m, PT1H30M",
        "1d12h, PT36H",
        "0s, PT0S"
    })
    void readsDurations(String text, String iso) {
        Duration duration = Duration.parse(iso);
        assertThat(Durations.parse(text)).contains(duration);
        assertThat(Durations.parse(Durations.text(duration))).contains(duration);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "5", "m", "-5m", "5 m", "5M", "1.5h", "30m1h", "5m5m", "1h 30m", "99999999999d", "٥m"})
    void refusesOtherDurations(String text) {
        assertThat(Durations.parse(text)).isEmpty();
    }

    @Test
    void readsSizes() {
        assertThat(Sizes.parse("512B")).contains(512L);
        assertThat(Sizes.parse("10MB")).contains(10_000_000L);
        assertThat(Sizes.parse("1GiB")).contains(1L << 30);
        assertThat(Sizes.parse("10")).isEmpty();
        assertThat(Sizes.parse("10mb")).isEmpty();
        assertThat(Sizes.parse("999999999999999999TiB")).isEmpty();
    }

    @Test
    void fillsInEachPlaceOnce() {
        assertThat(Template.fill("a ${version} ${previous} ${commit} ${other} $X ${", "1${commit}", "0$1", "abc"))
                .isEqualTo("a 1${commit} 0$1 abc ${other} $X ${");
    }

    @ParameterizedTest
    @CsvSource({
        "error-rate > 5% for 2m, error-rate, 2m",
        "p95 >= 1.5s for 1h30m, p95, 1h30m",
        "memory<-3 for 10s, memory, 10s",
        "health failing for 3m, health, 3m"
    })
    void readsRules(String rule, String metric, String held) {
        RuleSyntax rules = new WatchRules();
        assertThat(rules.problem(rule)).isEmpty();
        assertThat(rules.metric(rule)).isEqualTo(metric);
        assertThat(rules.held(rule)).isEqualTo(Durations.parse(held).orElseThrow());
    }

    @ParameterizedTest
    @CsvSource({
        "> 5% for 2m, 1",
        "rate 5% for 2m, 6",
        "rate > 5kg for 2m, 9",
        "rate > 5% 2m, 11",
        "rate > 5% for ever, 15",
        "rate > 5% for 0s, 15",
        "rate failing for 2m or so, 21"
    })
    void saysWhereARuleIsWrong(String rule, int column) {
        assertThat(new WatchRules().problem(rule))
                .hasValueSatisfying(problem -> assertThat(problem.column()).isEqualTo(column));
    }
}
