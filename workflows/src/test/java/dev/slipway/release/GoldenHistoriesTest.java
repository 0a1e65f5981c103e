package dev.slipway.release;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.environment.EnvironmentWorkflowImpl;
import dev.slipway.restore.RestoreWorkflowImpl;
import dev.slipway.rollback.RollbackWorkflowImpl;
import io.temporal.client.WorkflowClientOptions;
import io.temporal.testing.TestEnvironmentOptions;
import io.temporal.testing.TestWorkflowEnvironment;
import io.temporal.testing.WorkflowReplayer;
import io.temporal.worker.Worker;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Histories of released versions, replayed with the code as it is now. One that no longer replays means that a release
 * which was running while its worker was upgraded would be stuck: the change needs a {@code Workflow.getVersion}.
 *
 * <p>To record those of a new version: {@code mvn -pl workflows test -Dtest=GoldenHistoriesTest
 * -DargLine=-Dslipway.record-histories=<version>}. What stands there is never recorded again.
 */
class GoldenHistoriesTest {

    private static final Path HISTORIES = Path.of("src/test/resources/histories");

    static Stream<Path> histories() throws IOException {
        try (Stream<Path> files = Files.walk(HISTORIES)) {
            return files.filter(file -> file.toString().endsWith(".json")).sorted().toList().stream();
        }
    }

    @ParameterizedTest
    @MethodSource("histories")
    void replays(Path history) throws Exception {
        try (TestWorkflowEnvironment temporal = TestWorkflowEnvironment.newInstance(TestEnvironmentOptions.newBuilder()
                .setWorkflowClientOptions(WorkflowClientOptions.newBuilder()
                        .setDataConverter(Converter.dataConverter())
                        .build())
                .build())) {
            Worker worker = temporal.newWorker(Queues.WORKFLOWS, Rehearsal.PATIENT);
            worker.registerWorkflowImplementationTypes(
                    ReleaseWorkflowImpl.class,
                    EnvironmentWorkflowImpl.class,
                    RollbackWorkflowImpl.class,
                    RestoreWorkflowImpl.class);
            WorkflowReplayer.replayWorkflowExecutionFromResource(
                    Path.of("histories").resolve(HISTORIES.relativize(history)).toString(), worker);
        }
    }

    @ParameterizedTest
    @MethodSource("histories")
    void namesNoMachine(Path history) throws Exception {
        assertThat(Files.readString(history))
                .doesNotContain(System.getProperty("user.dir"))
                .doesNotContain(System.getProperty("user.home"))
                .doesNotContainPattern("[0-9]+@[A-Za-z]")
                .doesNotContainPattern("\"/(tmp|home|work|root|Users)/");
    }

    @Test
    @EnabledIfSystemProperty(named = "slipway.record-histories", matches = ".+")
    void records() throws Exception {
        Path folder = Files.createDirectories(HISTORIES.resolve(System.getProperty("slipway.record-histories")));
        new Recordings(folder).all();
    }
}
