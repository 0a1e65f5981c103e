package dev.slipway.watching;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.release.Dock;
import dev.slipway.trust.Json;
import dev.slipway.watch.Measurement;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a watch measured is there for the evidence, whoever watched and however often somebody died. */
class SamplesTest {

    private static final Instant NOON = Instant.parse("2026-11-20T12:00:00Z");
    private static final String GRANT = "a".repeat(64);

    private Dock dock;

    /** As a state has it: the newest sixty. */
    private final List<Measurement> last = new ArrayList<>();

    private int seconds;

    @BeforeEach
    void setUp(@TempDir Path home) throws Exception {
        dock = new Dock(home);
        dock.files();
        dock.served();
    }

    @AfterEach
    void tearDown() {
        dock.close();
    }

    private Samples samples(int pieces) {
        return samples(pieces, Runnable::run);
    }

    private Samples samples(int pieces, Executor keeper) {
        return new Samples(dock.served(), GRANT, 3, pieces, List.copyOf(last), keeper);
    }

    /** Two metrics in each. */
    private void rounds(Samples samples, int rounds) {
        for (int round = 0; round < rounds; round++) {
            Instant time = NOON.plusSeconds(seconds++);
            round(
                    samples,
                    List.of(
                            new Measurement("health", time, new Measurement.Value(1)),
                            new Measurement("error-rate", time, new Measurement.NoData("no requests"))));
        }
    }

    private void round(Samples samples, List<Measurement> measured) {
        last.addAll(measured);
        while (last.size() > 60) {
            last.remove(0);
        }
        samples.round(measured);
    }

    private List<Measurement> kept() throws Exception {
        List<Measurement> kept = new ArrayList<>();
        for (String line : Samples.of(dock.served().record(), GRANT, 3).lines().toList()) {
            kept.add(Json.mapper().readValue(line, Measurement.class));
        }
        return kept;
    }

    @Test
    void everyMeasurementIsKeptOnceInOrder() throws Exception {
        Samples samples = samples(0);
        rounds(samples, 70);
        samples.over(List.of());

        assertThat(kept()).hasSize(140);
        assertThat(kept().get(0)).isEqualTo(new Measurement("health", NOON, new Measurement.Value(1)));
        assertThat(kept().get(139))
                .isEqualTo(new Measurement("error-rate", NOON.plusSeconds(69), new Measurement.NoData("no requests")));
    }

    @Test
    void aSuccessorGoesOnWhereTheFirstDied() throws Exception {
        Samples first = samples(0);
        rounds(first, 40);

        Samples second = samples(first.pieces());
        rounds(second, 10);
        second.over(List.of());

        assertThat(kept()).hasSize(100);
    }

    @Test
    void aSuccessorWhoseStateIsOlderThanWhatWasKeptWritesNothingTwice() throws Exception {
        Samples first = samples(0);
        rounds(first, 24);
        int known = first.pieces();
        Samples second = samples(known);
        rounds(first, 1);
        assertThat(first.pieces()).as("kept after the state was signed").isGreaterThan(known);

        rounds(second, 30);
        second.over(List.of());

        assertThat(kept()).hasSize(110).doesNotHaveDuplicates();
    }

    @Test
    void aRoundOfManyMetricsIsKeptAsAWhole() throws Exception {
        List<Measurement> many = new ArrayList<>();
        for (int metric = 0; metric < 100; metric++) {
            many.add(new Measurement("metric-" + metric, NOON, new Measurement.Value(metric)));
        }
        Samples samples = samples(0);

        round(samples, many);

        assertThat(kept()).isEqualTo(many);
    }

    @Test
    void aSuccessorWhoseClockIsBehindLosesNothing() throws Exception {
        rounds(samples(0), 40);
        seconds -= 20;

        Samples second = samples(1);
        round(second, List.of(new Measurement("health", NOON.plusSeconds(20), new Measurement.Value(2))));
        second.over(List.of());

        assertThat(kept())
                .hasSize(81)
                .doesNotHaveDuplicates()
                .endsWith(new Measurement("health", NOON.plusSeconds(20), new Measurement.Value(2)));
    }

    /** A number that a secret's value is part of, for one. */
    @Test
    void aLineThatIsNoLongerJsonHoldsUpNoSuccessor() throws Exception {
        dock.secret("pin", "123456");
        dock.serve(Dock.NO_FLOOR);
        assertThat(dock.served().secrets().value("pin")).isPresent();
        Samples first = samples(0);
        for (int number = 0; number < 50; number++) {
            round(first, List.of(new Measurement("m", NOON.plusSeconds(number), new Measurement.Value(123456))));
        }

        Samples second = samples(first.pieces());
        round(second, List.of(new Measurement("m", NOON.plusSeconds(50), new Measurement.Value(1))));
        second.over(List.of());

        assertThat(Samples.of(dock.served().record(), GRANT, 3).lines())
                .hasSize(51)
                .noneMatch(line -> line.contains("123456"));
    }

    /** A store may take a minute, and a round is judged under a monitor that others wait for. */
    @Test
    void aRoundWaitsForNoStore() throws Exception {
        List<Runnable> later = new ArrayList<>();
        Samples samples = samples(0, later::add);

        rounds(samples, 60);

        assertThat(kept()).isEmpty();
        assertThat(later).as("one writes at a time").hasSize(1);
        later.remove(0).run();
        assertThat(kept()).hasSize(120);
        assertThat(samples.pieces()).isEqualTo(1);
        rounds(samples, 25);
        samples.over(List.of());
        later.remove(0).run();

        assertThat(kept()).hasSize(170).doesNotHaveDuplicates();
        assertThat(samples.pieces()).as("what was asked twice is kept once").isEqualTo(2);
    }

    @Test
    void anotherWatchHasItsOwn() {
        rounds(samples(0), 40);

        assertThat(Samples.of(dock.served().record(), GRANT, 4)).isEmpty();
    }
}
