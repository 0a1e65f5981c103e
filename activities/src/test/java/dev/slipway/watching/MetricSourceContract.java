package dev.slipway.watching;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.trust.Json;
import dev.slipway.watch.Measurement;
import dev.slipway.watch.Measurement.Failing;
import dev.slipway.watch.Measurement.NoData;
import dev.slipway.watch.Measurement.Outcome;
import dev.slipway.watch.Measurement.SourceDown;
import dev.slipway.watch.Measurement.Value;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What every source of a metric keeps to: whatever happens is an outcome, and only a number is a number. */
abstract class MetricSourceContract {

    static final String SECRET = "s3cret-of-the-test";
    static final UnaryOperator<String> REDACT = text -> text.replace(SECRET, "***");
    static final Instant NOW = Instant.parse("2026-11-03T09:00:00Z");

    private static final Duration PATIENT = Duration.ofSeconds(10);
    private static final Duration HASTY = Duration.ofMillis(300);

    /** A source that is asked when all is well. */
    abstract MetricSource well() throws Exception;

    /** What it measures then. */
    abstract double figure();

    /** Each is asked something that does not exist, is empty, or is not a number. */
    abstract List<MetricSource> withoutData() throws Exception;

    /** Each is answered nonsense: HTML with 200, half a document, an error. */
    abstract List<MetricSource> nonsense() throws Exception;

    /** It gets no answer while it is asked. */
    abstract MetricSource hanging() throws Exception;

    /** What it asks is not there. */
    abstract MetricSource gone() throws Exception;

    /** Whether it asks the released service itself, whose silence is a failure. */
    boolean asksTheReleasedService() {
        return false;
    }

    /** What a working source says; some need two questions. */
    Outcome measured(MetricSource source) {
        return ask(source, PATIENT);
    }

    static Outcome ask(MetricSource source, Duration timeout) {
        return read(source, SourceState.start(), NOW, timeout).measurement().outcome();
    }

    static MetricSource.Reading read(MetricSource source, SourceState before, Instant now, Duration timeout) {
        MetricSource.Reading reading = source.read(before, now, timeout);
        Measurement measurement = reading.measurement();
        assertThat(measurement.metric()).isEqualTo(source.metric());
        assertThat(measurement.time()).isEqualTo(now);
        assertThat(measurement.toString()).doesNotContain(SECRET);
        assertThat(why(measurement.outcome()).lines()).as("one line for people").hasSizeLessThan(2);
        return reading;
    }

    static String why(Outcome outcome) {
        if (outcome instanceof NoData none) {
            return none.why();
        }
        if (outcome instanceof Failing failing) {
            return failing.why();
        }
        return outcome instanceof SourceDown down ? down.why() : "";
    }

    @Test
    void measuresANumber() throws Exception {
        assertThat(measured(well())).isEqualTo(new Value(figure()));
    }

    @Test
    void leavesAStateThatTravels() throws Exception {
        SourceState state = read(well(), SourceState.start(), NOW, PATIENT).state();
        assertThat(Json.mapper().readValue(Json.mapper().writeValueAsString(state), SourceState.class))
                .isEqualTo(state);
    }

    @Test
    void findsNoFaultWithWhatWorks() throws Exception {
        assertThat(well().check(NOW, PATIENT)).isEmpty();
    }

    @Test
    void neverMakesANumberOutOfNothing() throws Exception {
        for (MetricSource source : withoutData()) {
            Outcome outcome = measured(source);
            assertThat(outcome).isInstanceOf(NoData.class);
            assertThat(why(outcome)).isNotBlank();
        }
    }

    @Test
    void neverMakesANumberOutOfNonsense() throws Exception {
        for (MetricSource source : nonsense()) {
            Outcome outcome = ask(source, PATIENT);
            if (asksTheReleasedService()) {
                assertThat(outcome).isNotInstanceOf(Value.class);
            } else {
                assertThat(outcome).as("nobody blames the release").isInstanceOfAny(NoData.class, SourceDown.class);
            }
            assertThat(why(outcome)).isNotBlank();
        }
    }

    @Test
    @Timeout(30)
    void waitsNoLongerThanItMay() throws Exception {
        MetricSource source = hanging();
        long began = System.nanoTime();
        Outcome outcome = ask(source, HASTY);
        assertThat(outcome).isInstanceOf(asksTheReleasedService() ? Failing.class : SourceDown.class);
        assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(Duration.ofSeconds(8));
    }

    @Test
    void saysWhoIsGone() throws Exception {
        Outcome outcome = ask(gone(), PATIENT);
        assertThat(outcome).isInstanceOf(asksTheReleasedService() ? Failing.class : SourceDown.class);
        assertThat(why(outcome)).isNotBlank();
    }
}
