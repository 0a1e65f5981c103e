package dev.slipway.cli;

import dev.slipway.release.Converter;
import dev.slipway.release.Queues;
import dev.slipway.release.ReleaseInput;
import dev.slipway.release.ReleaseWorkflow;
import io.temporal.client.WorkflowClient;
import io.temporal.client.WorkflowClientOptions;
import io.temporal.serviceclient.WorkflowServiceStubs;
import io.temporal.serviceclient.WorkflowServiceStubsOptions;
import io.temporal.testserver.TestServer;
import io.temporal.worker.Worker;
import io.temporal.worker.WorkerFactory;
import io.temporal.worker.WorkflowImplementationOptions;
import java.io.IOException;
import java.net.ServerSocket;
import java.util.function.Consumer;
import java.util.logging.LogManager;

/** A Temporal server on a port of this machine, and a worker that plays scripted releases. */
final class Stage implements AutoCloseable {

    final String address;
    final Script script = new Script();
    private final TestServer.PortBoundTestServer server;
    private final WorkflowServiceStubs stubs;
    private final WorkerFactory workers;
    final WorkflowClient client;

    Stage() {
        this(worker -> {});
    }

    /** @param more other workflows of this worker */
    Stage(Consumer<Worker> more) {
        LogManager.getLogManager().reset(); // the server tells of each client that went away
        int port = freePort();
        address = "127.0.0.1:" + port;
        server = TestServer.createPortBoundServer(port, true);
        stubs = WorkflowServiceStubs.newServiceStubs(
                WorkflowServiceStubsOptions.newBuilder().setTarget(address).build());
        client = WorkflowClient.newInstance(
                stubs,
                WorkflowClientOptions.newBuilder()
                        .setDataConverter(Converter.dataConverter())
                        .build());
        workers = WorkerFactory.newInstance(client);
        Worker worker = workers.newWorker(Queues.WORKFLOWS);
        worker.registerWorkflowImplementationFactory(
                ReleaseWorkflow.class,
                arguments -> new ScriptedRelease(arguments.get(0, ReleaseInput.class), script),
                WorkflowImplementationOptions.getDefaultInstance());
        more.accept(worker);
    }

    Stage withWorker() {
        workers.start();
        return this;
    }

    private static int freePort() {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() {
        workers.shutdownNow();
        stubs.shutdownNow();
        server.close();
    }
}
