package dev.slipway.worker.crash;

import dev.slipway.process.Child;
import dev.slipway.process.Command;
import dev.slipway.process.CommandRunner;
import dev.slipway.process.StopSignal;
import dev.slipway.release.Converter;
import dev.slipway.worker.dev.Ports;
import io.temporal.client.WorkflowClient;
import io.temporal.client.WorkflowClientOptions;
import io.temporal.serviceclient.WorkflowServiceStubs;
import io.temporal.serviceclient.WorkflowServiceStubsOptions;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The official development server with a database file: it can be killed, and come back on its port. */
final class DevServer implements AutoCloseable {

    private static final Duration TO_START = Duration.ofSeconds(30);

    /** A task is handed on and a timer fires at once, not after up to a second. */
    private static final List<String> TUNING = List.of(
            "history.transferProcessorMaxPollRPS=1000",
            "history.timerProcessorMaxPollRPS=1000",
            "history.timerProcessorMaxTimeShift=\"1ms\"",
            "matching.numTaskqueueReadPartitions=1",
            "matching.numTaskqueueWritePartitions=1",
            "system.enableActivityEagerExecution=true");

    private final Path folder;
    private final List<String> namespaces;
    private final int port;
    private final WorkflowServiceStubs stubs;
    private Child server;

    /** @param namespaces each a world of its own, so that workers of one never get work of another */
    DevServer(Path folder, List<String> namespaces) {
        this.folder = folder;
        this.namespaces = List.copyOf(namespaces);
        this.port = Ports.free(1).get(0);
        this.server = started();
        this.stubs = WorkflowServiceStubs.newServiceStubs(
                WorkflowServiceStubsOptions.newBuilder().setTarget(address()).validateAndBuildWithDefaults());
    }

    String address() {
        return "127.0.0.1:" + port;
    }

    WorkflowClient client(String namespace) {
        return WorkflowClient.newInstance(
                stubs,
                WorkflowClientOptions.newBuilder()
                        .setNamespace(namespace)
                        .setDataConverter(Converter.dataConverter())
                        .build());
    }

    private Child started() {
        List<String> argv = new ArrayList<>(List.of(
                WithTemporal.program().orElseThrow().toString(),
                "server",
                "start-dev",
                "--headless",
                "--ip",
                "127.0.0.1",
                "--port",
                String.valueOf(port),
                "--http-port",
                String.valueOf(Ports.otherThan(List.of(port))),
                "--log-level",
                "error",
                "--db-filename",
                folder.resolve("temporal.db").toString(),
                "--sqlite-pragma",
                "journal_mode=wal",
                "--sqlite-pragma",
                "synchronous=1"));
        namespaces.forEach(namespace -> argv.addAll(List.of("--namespace", namespace)));
        TUNING.forEach(value -> argv.addAll(List.of("--dynamic-config-value", value)));
        Child child = new CommandRunner()
                .start(
                        new Command(argv, folder, Map.of(), TO_START, Duration.ofSeconds(2)),
                        StopSignal.TERM,
                        Optional.empty());
        while (child.age().compareTo(TO_START) < 0 && !child.await(Duration.ofMillis(50))) {
            if (child.lastLines().stream().anyMatch(line -> line.contains("Server:"))) {
                return child;
            }
        }
        child.close();
        throw new IllegalStateException(
                "the development server did not start: " + String.join("\n", child.lastLines()));
    }

    void kill() {
        ProcessHandle.of(server.pid()).stream()
                .flatMap(ProcessHandle::descendants)
                .filter(process -> process.info().command().orElse("").endsWith("/temporal"))
                .forEach(ProcessHandle::destroyForcibly);
        while (!server.await(Duration.ofSeconds(1))) {
            // its supervisor goes with it
        }
        server.close();
    }

    void startAgain() {
        server = started();
    }

    @Override
    public void close() {
        stubs.shutdownNow();
        server.close();
    }
}
