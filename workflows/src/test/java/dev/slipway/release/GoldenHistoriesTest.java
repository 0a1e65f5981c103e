package dev.slipway.release;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import dev.slipway.environment.EnvironmentWorkflowImpl;
import dev.slipway.evidence.LookUpWorkflowImpl;
import dev.slipway.restore.RestoreWorkflowImpl;
import dev.slipway.rollback.RollbackWorkflowImpl;
import io.temporal.activity.ActivityInterface;
import io.temporal.api.history.v1.HistoryEvent;
import io.temporal.client.WorkflowClientOptions;
import io.temporal.common.WorkflowExecutionHistory;
import io.temporal.testing.TestEnvironmentOptions;
import io.temporal.testing.TestWorkflowEnvironment;
import io.temporal.testing.WorkflowReplayer;
import io.temporal.worker.Worker;
import io.temporal.workflow.UpdateMethod;
import io.temporal.workflow.WorkflowInterface;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Histories of released versions, replayed with the code as it is now. One that no longer replays means that a release
 * which was running while its worker was upgraded would be stuck: the change needs a {@code Workflow.getVersion}.
 *
 * <p>To record those of a new version: {@code mvn -pl workflows test -Dtest=GoldenHistoriesTest#records
 * -DargLine=-Dslipway.record-histories=<version>}. What stands there is never recorded again.
 */
class GoldenHistoriesTest {

    private static final Class<?>[] WORKFLOWS = {
        ReleaseWorkflowImpl.class,
        EnvironmentWorkflowImpl.class,
        RollbackWorkflowImpl.class,
        RestoreWorkflowImpl.class,
        LookUpWorkflowImpl.class
    };
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
            worker.registerWorkflowImplementationTypes(WORKFLOWS);
            WorkflowReplayer.replayWorkflowExecutionFromResource(
                    Path.of("histories").resolve(HISTORIES.relativize(history)).toString(), worker);
        }
    }

    @ParameterizedTest
    @MethodSource("histories")
    void namesNoMachine(Path history) throws Exception {
        String json = Files.readString(history);
        assertThat(json + payloads(json))
                .doesNotContain(System.getProperty("user.dir"))
                .doesNotContain(System.getProperty("user.home"))
                .doesNotContainPattern("[0-9]+@[A-Za-z]")
                .doesNotContainPattern("\"/(tmp|home|work|root|Users)/");
    }

    private static String payloads(String json) {
        return Pattern.compile("\"data\": \"([^\"]+)\"")
                .matcher(json)
                .results()
                .map(data -> data.group(1).replace("\\u003d", "="))
                .map(data -> new String(Base64.getDecoder().decode(data), StandardCharsets.UTF_8))
                .collect(Collectors.joining("\n"));
    }

    /** What is in no history could be moved, and nobody would notice. */
    @Test
    void everyWorkflowUpdateAndActivityStandsInOne() throws IOException {
        Set<String> recorded = new TreeSet<>();
        for (Path history : histories().toList()) {
            String workflow = "";
            for (HistoryEvent event :
                    WorkflowExecutionHistory.fromJson(Files.readString(history)).getEvents()) {
                if (event.hasWorkflowExecutionStartedEventAttributes()) {
                    workflow = event.getWorkflowExecutionStartedEventAttributes()
                            .getWorkflowType()
                            .getName();
                    recorded.add(workflow);
                } else if (event.hasWorkflowExecutionUpdateAcceptedEventAttributes()) {
                    recorded.add(workflow + ": "
                            + event.getWorkflowExecutionUpdateAcceptedEventAttributes()
                                    .getAcceptedRequest()
                                    .getInput()
                                    .getName());
                } else if (event.hasActivityTaskScheduledEventAttributes()) {
                    recorded.add(event.getActivityTaskScheduledEventAttributes()
                            .getActivityType()
                            .getName());
                }
            }
        }

        assertThat(recorded).containsAll(declared());
    }

    /** Workflows, their updates, and activities, by the names that histories have for them. */
    private static Set<String> declared() {
        Set<String> declared = new TreeSet<>();
        for (JavaClass type : new ClassFileImporter()
                .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
                .importPackages("dev.slipway")) {
            if (type.isAnnotatedWith(WorkflowInterface.class)) {
                declared.add(type.getSimpleName());
                type.getMethods().stream()
                        .flatMap(method -> method.tryGetAnnotationOfType(UpdateMethod.class).stream())
                        .forEach(update -> declared.add(type.getSimpleName() + ": " + update.name()));
            }
            if (type.isAnnotatedWith(ActivityInterface.class)) {
                type.getMethods().forEach(method -> declared.add(capitalised(method.getName())));
            }
        }
        return declared;
    }

    private static String capitalised(String method) {
        return method.substring(0, 1).toUpperCase(Locale.ROOT) + method.substring(1);
    }

    @Test
    @EnabledIfSystemProperty(named = "slipway.record-histories", matches = ".+")
    void records() throws Exception {
        Path folder = Files.createDirectories(HISTORIES.resolve(System.getProperty("slipway.record-histories")));
        new Recordings(folder).all();
    }
}
