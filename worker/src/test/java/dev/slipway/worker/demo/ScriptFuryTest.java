package dev.slipway.worker.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.slipway.record.Entry;
import dev.slipway.record.State;
import dev.slipway.worker.Ending;
import dev.slipway.worker.demo.FuryStory.Versions;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
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
 * The very files of examples/script-fury, end to end: Temporal's development server, worker, command line, signatures and
 * record are real, the vendors are stand-ins, the watches run a hundred times as fast.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class ScriptFuryTest {

    private static final int INTERRUPTED = 130;

    private final Ending ending = new Ending(INTERRUPTED);
    /** Written as it goes, so that it is there as well when something hangs. */
    private final Path told = Path.of("target/script-fury.txt");

    private FuryStage stage;
    private FuryStory story;
    private List<String> wrong;

    @BeforeAll
    @Timeout(value = 5, unit = TimeUnit.MINUTES)
    void play() throws IOException {
        assumeTrue(
                Stream.of(System.getenv().getOrDefault("PATH", "").split(":"))
                        .anyMatch(folder -> Files.isExecutable(Path.of(folder, "temporal"))),
                "the `temporal` program is not on the PATH");
        Account account = new Account(new PrintStream(told.toFile(), StandardCharsets.UTF_8));
        stage = new FuryStage(Installation.find(), Map.copyOf(System.getenv()), ending, account, new HandsInside());
        stage.set();
        story = new FuryStory(stage, account);
        wrong = story.play();
    }

    @AfterAll
    void tidy() {
        ending.close();
    }

    @Test
    void allOfItComesAsAnnounced() throws IOException {
        assertThat(wrong).as(said()).isEmpty();
    }

    @Test
    void whatServesIsWhatTheRecordSays() throws IOException {
        Versions versions = story.versions();
        assertThat(stage.serves("production")).isEqualTo(versions.fix());
        assertThat(stage.serves("preview")).isEqualTo(versions.fix());
        assertThat(stage.serves("staging")).isEqualTo(versions.fix());
        State state = lastEntry("production").state();
        assertThat(state.live().version()).isEqualTo(versions.fix());
        assertThat(state.live().commit()).isEqualTo(stage.outside().railway().serves("production"));
        assertThat(List.of(versions.errors(), versions.health(), versions.memory(), versions.better()))
                .allMatch(state::markedBad);
        assertThat(state.markedBad(versions.good())).isFalse();
    }

    @Test
    void railwayWasAskedOnceForEachRelease() {
        RailwayStandIn railway = stage.outside().railway();
        Versions versions = story.versions();
        for (String version : versions.all()) {
            String commit = stage.repository().commit(version);
            assertThat(railway.deployments("preview", commit)).as(version).isOne();
            assertThat(railway.deployments("staging", commit)).as(version).isOne();
            assertThat(railway.deployments("production", commit))
                    .as(version)
                    .isEqualTo(version.equals(versions.thin()) ? 0 : 1);
        }
    }

    @Test
    void everyTierRunsWithItsOwnVariables() throws IOException {
        Map.of("preview", "development", "staging", "staging", "production", "production")
                .forEach((tier, mode) -> assertThat(stage.outside().railway().variables(tier))
                        .containsEntry("FLASK_ENV", mode)
                        .containsEntry("MODEL_MODE", "balanced")
                        .hasEntrySatisfying(
                                "OPENAI_API_KEY", value -> assertThat(value).startsWith("sk-" + tier)));
        assertThat(said()).doesNotContain("sk-production");
        try (Stream<Path> files = Files.walk(stage.ground().folder().resolve("record"))) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                assertThat(Files.readString(file, StandardCharsets.ISO_8859_1)).doesNotContain("sk-production");
            }
        }
    }

    @Test
    void theReasonOfTheEmergencyStandsInTheRecord() throws IOException {
        String good = story.versions().good();

        Path kept = stage.ground().folder().resolve("record/script-fury/production");
        try (Stream<Path> files = Files.walk(kept)) {
            assertThat(files.filter(Files::isRegularFile)
                            .anyMatch(file -> text(file).contains("Emergency rollback to " + good)))
                    .isTrue();
        }
    }

    private List<Path> record(String tier) throws IOException {
        Path folder = stage.ground().folder().resolve("record/script-fury").resolve(tier);
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(file -> file.getFileName().toString().matches("\\d+"))
                    .sorted()
                    .toList();
        }
    }

    private Entry lastEntry(String tier) throws IOException {
        List<Path> entries = record(tier);
        return Entry.parse(
                text(entries.get(entries.size() - 1)).lines().findFirst().orElseThrow());
    }

    private static String text(Path file) {
        try {
            return Files.readString(file, StandardCharsets.ISO_8859_1);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private String said() throws IOException {
        return Files.readString(told);
    }
}
