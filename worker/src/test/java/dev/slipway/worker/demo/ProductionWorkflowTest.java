package dev.slipway.worker.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.slipway.record.Entry;
import dev.slipway.record.Event;
import dev.slipway.worker.Ending;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;

/**
 * The very files of examples/production-workflow, end to end: Temporal's development server, worker, command line, both
 * databases, backups, migrations and record are real; the application is a stand-in that really asks its database.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class ProductionWorkflowTest {

    private static final int INTERRUPTED = 130;

    private final Ending ending = new Ending(INTERRUPTED);
    /** Written as it goes, so that it is there as well when something hangs. */
    private final Path told = Path.of("target/production-workflow.txt");

    private MarketStage stage;
    private List<String> wrong;

    @BeforeAll
    @Timeout(value = 5, unit = TimeUnit.MINUTES)
    void play() throws IOException {
        assumeTrue(
                Stream.of(System.getenv().getOrDefault("PATH", "").split(":"))
                        .anyMatch(folder -> Files.isExecutable(Path.of(folder, "temporal"))),
                "the `temporal` program is not on the PATH");
        Account account = new Account(new PrintStream(told.toFile(), StandardCharsets.UTF_8));
        stage = new MarketStage(Installation.find(), Map.copyOf(System.getenv()), ending, account, new HandsInside());
        stage.set();
        wrong = new MarketStory(stage, account).play();
    }

    @AfterAll
    void tidy() {
        ending.close();
    }

    @Test
    void allOfItComesAsAnnounced() throws IOException {
        assertThat(wrong).as(Files.readString(told)).isEmpty();
    }

    @Test
    void neverTwoReleasesAtOnce() throws IOException {
        List<Entry> entries = entries();
        int opened = 0;
        for (int at = 1; at < entries.size(); at++) {
            if (entries.get(at).event().kind() == Event.Kind.OPENED) {
                opened++;
                assertThat(entries.get(at - 1).state().openGrant())
                        .as("nothing was open when " + entries.get(at).event().release() + " began")
                        .isEmpty();
            }
        }
        assertThat(opened).as("releases and restores").isEqualTo(10);
    }

    @Test
    void noSecretIsToldOrKept() throws IOException {
        List<String> values = new ArrayList<>();
        try (Stream<Path> files = Files.list(stage.ground().folder().resolve("secrets"))) {
            for (Path file : files.toList()) {
                values.add(Files.readString(file).strip());
            }
        }
        assertThat(values).hasSizeGreaterThan(5);
        try (Stream<Path> files = Files.walk(stage.ground().folder().resolve("record"))) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                assertThat(Files.readString(file, StandardCharsets.ISO_8859_1)).doesNotContain(values);
            }
        }
        assertThat(Files.readString(told)).doesNotContain(values);
        assertThat(String.join("\n", stage.service().summaries())).doesNotContain(values);
    }

    private List<Entry> entries() throws IOException {
        List<Entry> entries = new ArrayList<>();
        try (Stream<Path> files = Files.list(stage.ground().folder().resolve("record/marketplace/production"))) {
            for (Path file : files.filter(each -> each.getFileName().toString().matches("\\d+"))
                    .sorted()
                    .toList()) {
                entries.add(Entry.parse(Files.readString(file, StandardCharsets.ISO_8859_1)
                        .lines()
                        .findFirst()
                        .orElseThrow()));
            }
        }
        return entries;
    }
}
