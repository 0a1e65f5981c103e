package dev.slipway.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class OutputTest {

    private final Output output = new Output();

    private void hears(InputStream stream) throws InterruptedException {
        output.read(stream, true, "a test's stream").join();
    }

    private static InputStream lines(int from, int to) {
        String text =
                IntStream.rangeClosed(from, to).mapToObj(Integer::toString).collect(Collectors.joining("\n", "", "\n"));
        return new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void keepsTheLastTwoHundredLines() throws Exception {
        hears(lines(1, 1000));

        assertThat(output.lastLines()).hasSize(200).startsWith("801").endsWith("1000");
    }

    @Test
    void aFloodInOneStreamDoesNotWashAwayWhatTheOtherSaid() throws Exception {
        hears(new ByteArrayInputStream("disk full\n".getBytes(StandardCharsets.UTF_8)));
        hears(lines(1, 1000));

        assertThat(output.lastLines())
                .hasSize(200)
                .startsWith("disk full", "802")
                .endsWith("1000");
    }

    @Test
    void keepsSomeOfEachWhereBothAreLong() throws Exception {
        hears(lines(1, 1000));
        hears(lines(1001, 2000));

        assertThat(output.lastLines())
                .hasSize(200)
                .startsWith("951")
                .contains("1000", "1851")
                .endsWith("2000");
    }
}
