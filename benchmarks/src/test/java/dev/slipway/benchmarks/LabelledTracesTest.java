package dev.slipway.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.LocalDateTime;
import java.time.format.DateTimeFormatter;
import java.util.function.IntToDoubleFunction;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Files of the form that the Numenta Anomaly Benchmark has. */
final class LabelledTracesTest {

    private static final LocalDateTime START = LocalDateTime.parse("2014-04-01T00:00:00");
    private static final DateTimeFormatter FORM = DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss");

    @TempDir
    private Path folder;

    @BeforeEach
    void makeTraces() throws IOException {
        // something is wrong from the 100th measurement to the 130th, and the label begins a little earlier
        trace("realKnownCause/cpu.csv", 300, at -> at >= 100 && at < 130 ? 97 : 40);
        // two peaks that nobody has labelled, the second of them with a short break in it
        trace("realKnownCause/peaks.csv", 300, at -> at >= 50 && at < 60 || at >= 200 && at < 260 ? 99 : 40);
        Files.writeString(folder.resolve("combined_windows.json"), """
                {
                    "realKnownCause/cpu.csv": [["2014-04-01 08:00:00.000000", "2014-04-01 11:00:00.000000"]],
                    "realKnownCause/peaks.csv": [["2014-04-02 00:00:00.000000", "2014-04-02 00:30:00.000000"]]
                }
                """);
    }

    private void trace(String name, int measurements, IntToDoubleFunction value) throws IOException {
        StringBuilder csv = new StringBuilder("timestamp,value\n");
        for (int at = 0; at < measurements; at++) {
            csv.append(FORM.format(START.plusMinutes(5L * at)))
                    .append(',')
                    .append(value.applyAsDouble(at))
                    .append('\n');
        }
        Path file = folder.resolve(name);
        Files.createDirectories(file.getParent());
        Files.writeString(file, csv);
    }

    @Test
    void saysHowLateWhatWasLabelledIsFoundAndHowOftenWhatWasNot() throws IOException {
        var played = new LabelledTraces(folder, "m > 95 for 20m").play();

        assertThat(played).hasSize(2);
        assertThat(played.get(0).name()).isEqualTo("realKnownCause/cpu.csv");
        assertThat(played.get(0).every()).isEqualTo(Duration.ofMinutes(5));
        assertThat(played.get(0).windows()).isEqualTo(1);
        // it begins at 08:20, twenty minutes after the label, and has to last for twenty
        assertThat(played.get(0).delays()).containsExactly(Duration.ofMinutes(40));
        assertThat(played.get(0).falseAlarms()).isZero();
        assertThat(played.get(1).windows())
                .as("one label that is never reached")
                .isEqualTo(1);
        assertThat(played.get(1).delays()).isEmpty();
        assertThat(played.get(1).falseAlarms())
                .as("each peak once, however long it lasts")
                .isEqualTo(2);
    }

    @Test
    void comparesWithTheFirstPartOfATrace() throws IOException {
        var played = new LabelledTraces(folder, "m > 2x baseline for 20m").play();

        assertThat(played.get(0).measurements()).isEqualTo(255);
        assertThat(played.get(0).delays()).containsExactly(Duration.ofMinutes(40));
    }

    @Test
    void saysWhereAFileIsOfAnotherForm() throws IOException {
        Files.writeString(folder.resolve("odd.csv"), "timestamp,value\n2014-04-01 00:00:00,many\n");

        assertThatThrownBy(() -> new LabelledTraces(folder, "m > 95 for 20m").play())
                .hasMessageEndingWith("odd.csv:2: 'many' is no number");
        Files.delete(folder.resolve("combined_windows.json"));
        assertThatThrownBy(() -> new LabelledTraces(folder, "m > 95 for 20m"))
                .hasMessageContaining("has 0 JSON files; want one with the windows");
    }
}
