package dev.slipway.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.uber.m3.tally.NoopScope;
import dev.slipway.release.Converter;
import dev.slipway.trust.EnvironmentKey;
import dev.slipway.worker.dev.DevTemporal;
import dev.slipway.worker.dev.Ports;
import io.temporal.api.enums.v1.TaskQueueType;
import io.temporal.api.taskqueue.v1.TaskQueue;
import io.temporal.api.workflowservice.v1.DescribeTaskQueueRequest;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class WorkerProcessTest {

    @TempDir
    private Path folder;

    private static final int TRIES = 5;

    private final List<Integer> ports = Ports.free(2);
    private int page;

    @Test
    void servesItsEnvironmentsAndSaysSoUntilTemporalIsGone() throws Exception {
        DevTemporal temporal = temporal();
        try (WorkerProcess worker = started(temporal, Optional.empty())) {
            assertThat(worker).isNotNull();
            HttpResponse<String> well = health();
            assertThat(well.statusCode()).isEqualTo(200);
            assertThat(well.body()).contains("shop/staging");
            assertThat(page("/metrics").body())
                    .as("an alert sees the first one as well")
                    .contains("slipway_releases_total{environment=\"shop/staging\",outcome=\"ROLLBACK_FAILED\"} 0");
            try (Temporal client = connect(temporal)) {
                assertThat(pollers(client, "releases", TaskQueueType.TASK_QUEUE_TYPE_WORKFLOW))
                        .isPositive();
                assertThat(pollers(client, "releases-staging", TaskQueueType.TASK_QUEUE_TYPE_ACTIVITY))
                        .isPositive();
                assertThat(pollers(client, "releases", TaskQueueType.TASK_QUEUE_TYPE_ACTIVITY))
                        .as("nothing that runs here has a secret")
                        .isZero();
            }

            temporal.close();

            assertThat(health().statusCode()).isEqualTo(503);
        } finally {
            temporal.close();
        }
        assertThat(Ports.taken(page)).as("its page is gone with it").isFalse();
    }

    @Test
    void saysThatItsVersionGetsNoWorkUntilTheCommandThatItNamesWasTyped() throws Exception {
        try (DevTemporal temporal = temporal()) {
            assumeTrue(temporal.ui().isPresent(), "the `temporal` program is not on the PATH");
            try (WorkerProcess worker = started(temporal, Optional.of("0.2.0"))) {
                assertThat(worker).isNotNull();
                JsonNode idle = new ObjectMapper().readTree(health().body());
                assertThat(idle.get("status").asText()).isEqualTo("idle");
                String sentence = idle.get("idle").get(0).asText();
                String command = sentence.substring(sentence.indexOf("temporal worker deployment"));

                await("the deployment is known once its worker has polled", () -> typed(command, temporal) == 0);

                await("Temporal gives it work", () -> health().body().contains("\"status\":\"ok\""));
                assertThat(health().body()).contains("\"idle\":[]");
            }
        }
    }

    @Test
    void saysThatAnotherVersionGetsTheWorkOfAWorkerWithoutABuildId() throws Exception {
        try (DevTemporal temporal = temporal()) {
            assumeTrue(temporal.ui().isPresent(), "the `temporal` program is not on the PATH");
            try (WorkerProcess before = started(temporal, Optional.of("0.2.0"))) {
                assertThat(before).isNotNull();
                String sentence = new ObjectMapper()
                        .readTree(health().body())
                        .get("idle")
                        .get(0)
                        .asText();
                String command = sentence.substring(sentence.indexOf("temporal worker deployment"));
                await("its version is current", () -> typed(command, temporal) == 0);
            }
            try (WorkerProcess worker = started(temporal, Optional.empty())) {
                assertThat(worker).isNotNull();
                JsonNode idle = new ObjectMapper().readTree(health().body());
                assertThat(idle.get("status").asText()).isEqualTo("idle");
                String sentence = idle.get("idle").get(0).asText();
                assertThat(sentence).contains("'0.2.0'", "this worker has none (SLIPWAY_BUILD_ID)");

                assertThat(typed(sentence.substring(sentence.indexOf("temporal worker deployment")), temporal))
                        .isZero();

                await("Temporal gives it work", () -> health().body().contains("\"status\":\"ok\""));
            }
        }
    }

    /** Exit code of a command that somebody types with the address of Temporal. */
    private int typed(String command, DevTemporal temporal) throws Exception {
        ProcessBuilder typing = new ProcessBuilder("sh", "-c", "echo y | " + command)
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("typed.log").toFile());
        typing.environment().put("TEMPORAL_ADDRESS", temporal.address());
        return typing.start().waitFor();
    }

    private static void await(String what, Callable<Boolean> condition) throws Exception {
        long end = System.nanoTime() + Duration.ofMinutes(1).toNanos();
        while (!condition.call()) {
            assertThat(System.nanoTime()).as(what).isLessThan(end);
        }
    }

    @Test
    void refusesABrokenFileWithAllItsProblems() throws IOException {
        Path file = folder.resolve("broken.yaml");
        Files.writeString(file, "slipway-worker: 1\nstat: here\n");

        assertThatThrownBy(() ->
                        WorkerProcess.start(file, Map.of(), Duration.ZERO, Optional.empty(), Duration.ofSeconds(1)))
                .isInstanceOfSatisfying(
                        Stopped.class, stopped -> assertThat(stopped.exitCode()).isEqualTo(2))
                .hasMessageContaining("did you mean 'state'?")
                .hasMessageContaining("'environments' is missing");
    }

    /** A server's view of its pollers lags a little behind. */
    private static int pollers(Temporal client, String queue, TaskQueueType type) {
        long end = System.nanoTime()
                + Duration.ofSeconds(
                                type == TaskQueueType.TASK_QUEUE_TYPE_ACTIVITY && queue.equals("releases") ? 0 : 10)
                        .toNanos();
        int count;
        do {
            count = client.client()
                    .getWorkflowServiceStubs()
                    .blockingStub()
                    .describeTaskQueue(DescribeTaskQueueRequest.newBuilder()
                            .setNamespace("default")
                            .setTaskQueue(TaskQueue.newBuilder().setName(queue))
                            .setTaskQueueType(type)
                            .build())
                    .getPollersCount();
        } while (count == 0 && System.nanoTime() < end);
        return count;
    }

    private DevTemporal temporal() {
        return DevTemporal.start(
                new DevTemporal.Request(ports.get(0), ports.get(1), Optional.empty(), folder),
                System.getenv(),
                line -> {});
    }

    private static Temporal connect(DevTemporal temporal) {
        return Temporal.connect(
                temporal.variables(System.getenv()),
                Converter.dataConverter(),
                new NoopScope(),
                Duration.ofSeconds(10),
                line -> {});
    }

    /** A port that was free may be another test's a moment later. */
    private WorkerProcess started(DevTemporal temporal, Optional<String> buildId) throws IOException {
        Path key = folder.resolve("staging.key");
        if (Files.notExists(key)) {
            EnvironmentKey.generate("shop/staging").write(key);
        }
        for (int tries = 1; ; tries++) {
            page = Ports.free(1).get(0);
            try {
                return WorkerProcess.start(
                        file(), temporal.variables(System.getenv()), temporal.sticky(), buildId, Duration.ofSeconds(1));
            } catch (Stopped taken) {
                if (tries == TRIES || !taken.getMessage().contains("Address already in use")) {
                    throw taken;
                }
            }
        }
    }

    private Path file() throws IOException {
        Path file = folder.resolve("slipway-worker.yaml");
        Files.writeString(file, """
                slipway-worker: 1
                state: state
                record: {directory: .}
                metrics: {port: %d}
                environments:
                  shop/staging: {source: {directory: .}, key: staging.key}
                """.formatted(page));
        return file;
    }

    private HttpResponse<String> health() throws Exception {
        return page("/health");
    }

    private HttpResponse<String> page(String path) throws Exception {
        return HttpClient.newHttpClient()
                .send(
                        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + page + path))
                                .build(),
                        HttpResponse.BodyHandlers.ofString());
    }
}
