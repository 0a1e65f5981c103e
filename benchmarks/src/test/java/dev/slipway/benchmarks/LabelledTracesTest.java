package dev.slipway.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
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

        LabelledTraces traces = new LabelledTraces(folder, "m > 95 for 20m");
        assertThat(traces.play()).as("the others are played all the same").hasSize(2);
        assertThat(traces.said()).singleElement().asString().endsWith("odd.csv:2: 'many' is no number");
        Files.delete(folder.resolve("combined_windows.json"));
        assertThatThrownBy(() -> new LabelledTraces(folder, "m > 95 for 20m"))
                .hasMessageContaining("has 0 JSON files; want one with the windows");
        Files.writeString(folder.resolve("combined_labels.json"), "{\"cpu.csv\": [\"2014-04-01 08:00:00\"]}");
        assertThatThrownBy(() -> new LabelledTraces(folder, "m > 95 for 20m"))
                .hasMessageContaining("is no window; want [\"FROM\", \"TO\"]");
        Files.writeString(folder.resolve("combined_labels.json"), "{\"cpu");
        assertThatThrownBy(() -> new LabelledTraces(folder, "m > 95 for 20m")).hasMessageContaining("is no JSON");
    }

    /** Rows in another order, an hour twice, gaps, empty lines and cells, a byte order mark, quotes, other columns. */
    @Test
    void readsWhatTheWorldWrites() throws IOException {
        Path file = folder.resolve("realKnownCause/cpu.csv");
        var rows = new ArrayList<>(Files.readAllLines(file).subList(1, 301));
        rows.set(20, rows.get(20).replaceAll(",.*", ",NaN"));
        rows.set(21, rows.get(21).replaceAll(",.*", ",null"));
        rows.set(22, rows.get(22).replaceAll(",.*", ","));
        rows.set(23, rows.get(23).replaceAll(",.*", ",Infinity"));
        rows.subList(40, 60).clear();
        rows.addAll(rows.subList(0, 12));
        Collections.shuffle(rows, new Random(1));
        StringBuilder csv = new StringBuilder("\uFEFF\"Value\",\"label\",\"Timestamp\"\r\n\r\n");
        for (String row : rows) {
            String[] cells = row.split(",", -1);
            csv.append(cells[1]).append(",0,\"").append(cells[0]).append(".000\"\r\n\r\n");
        }
        Files.writeString(file, csv);

        LabelledTraces traces = new LabelledTraces(folder, "m > 95 for 20m");
        var played = traces.play().get(0);

        assertThat(played.measurements()).isEqualTo(280);
        assertThat(played.every()).isEqualTo(Duration.ofMinutes(5));
        assertThat(played.delays()).containsExactly(Duration.ofMinutes(40));
        assertThat(played.falseAlarms()).isZero();
        assertThat(traces.said())
                .containsExactly(
                        "realKnownCause/cpu.csv: 12 rows are about a time that another row is about already, and were"
                                + " left out");
    }

    @Test
    void saysWhichTracesHaveNoLabelsAndWhichLabelsNoTrace() throws IOException {
        Files.move(folder.resolve("realKnownCause/cpu.csv"), folder.resolve("realKnownCause/moved.csv"));
        LabelledTraces traces = new LabelledTraces(folder, "m > 95 for 20m");
        traces.play();
        assertThat(traces.said())
                .containsExactly(
                        "realKnownCause/moved.csv: the labels say nothing of it, so every alarm in it counts as false",
                        "realKnownCause/cpu.csv: has labels, and is not there");
    }

    @Test
    void readsTimesWithAndWithoutAnOffset() {
        assertThat(List.of(
                        "2014-04-01 10:00:00+02:00",
                        "2014-04-01T08:00:00Z",
                        "2014-04-01 08:00:00.000000",
                        "2014-04-01 08:00"))
                .allSatisfy(text ->
                        assertThat(TraceFile.time(text, "here")).isEqualTo(Instant.parse("2014-04-01T08:00:00Z")));
    }
}
