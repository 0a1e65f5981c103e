package dev.slipway.watching;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.watch.Judge;
import dev.slipway.watch.JudgeState;
import dev.slipway.watch.Judgement;
import dev.slipway.watch.Measurement;
import dev.slipway.watch.Measurement.Failing;
import dev.slipway.watch.Measurement.NoData;
import dev.slipway.watch.Measurement.Outcome;
import dev.slipway.watch.Measurement.SourceDown;
import dev.slipway.watch.Rule;
import dev.slipway.watch.Verdict;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.function.DoubleUnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The judge alone, before the incidents that {@link PrometheusIncidentsTest} plays, to the interval. */
class IncidentsTest {

    private static final Instant START = Instant.parse("2026-11-03T09:00:00Z");

    static Stream<Incident> incidents() {
        return Stream.of(
                        Incident.all().stream(),
                        Incident.ofPrometheus().stream(),
                        Stream.of(Incident.withoutPrometheus()))
                .flatMap(some -> some);
    }

    @ParameterizedTest
    @MethodSource("incidents")
    void isJudgedAsItShouldBeWhenItShouldBe(Incident incident) {
        Judge judge = new Judge(Incident.RULES.stream().map(Rule::parse).toList(), Incident.EVERY);
        double every = seconds(Incident.EVERY);
        JudgeState state = JudgeState.start();
        double time = 0.3;
        Judgement judgement = judge.judge(state, at(time));
        while (judgement.verdict() != Verdict.FAIL && time <= incident.window) {
            for (Map.Entry<String, Outcome> each : measured(incident, time).entrySet()) {
                state = judge.next(state, new Measurement(each.getKey(), at(time), each.getValue()));
            }
            judgement = judge.judge(state, at(time));
            time += every;
        }
        double last = time - every;

        assertThat(judgement.verdict()).as(judgement.sentence()).isEqualTo(incident.verdict);
        if (incident.verdict == Verdict.FAIL) {
            assertThat(judgement.rule()).contains(Rule.parse(incident.rule));
            assertThat(last)
                    .as("decided at")
                    .isBetween(
                            incident.breach + seconds(Incident.HELD),
                            incident.breach
                                    + seconds(Incident.HELD)
                                    + every
                                    + incident.unseen
                                    + (incident.prometheusDown.contains(5) ? 4 : 0));
        }
    }

    private static Map<String, Outcome> measured(Incident incident, double time) {
        Outcome health =
                incident.targetDown.contains(time) ? new Failing("connection refused") : new Measurement.Value(1);
        return Map.of(
                "health",
                health,
                "error-rate",
                asked(incident, time, ratio(incident, incident.errors, time)),
                "latency",
                asked(incident, time, ratio(incident, incident.latency, time)),
                "memory",
                asked(incident, time, Measurement.number(incident.memory.applyAsDouble(time))));
    }

    /** What Prometheus makes of it: nothing while it is down, and nothing of a target that it can't scrape. */
    private static Outcome asked(Incident incident, double time, Outcome scraped) {
        if (incident.prometheusDown.contains(time)) {
            return new SourceDown("connection refused");
        }
        boolean stale = incident.stampsItsSamples && incident.clock != 0;
        return stale || incident.targetDown.contains(time) || incident.scrapesLost.contains(time)
                ? new NoData("nothing of late")
                : scraped;
    }

    private static Outcome ratio(Incident incident, DoubleUnaryOperator of, double time) {
        double requests = 0;
        double part = 0;
        for (double then = time - Incident.REACH; then < time; then += 0.01) {
            double now = incident.requests.applyAsDouble(then) * 0.01;
            requests += now;
            part += now * of.applyAsDouble(then);
        }
        return requests < 10 ? new NoData("fewer than 10 requests") : Measurement.number(part / requests);
    }

    private static double seconds(Duration duration) {
        return duration.toMillis() / 1000.0;
    }

    private static Instant at(double time) {
        return START.plusMillis(Math.round(time * 1000));
    }
}
