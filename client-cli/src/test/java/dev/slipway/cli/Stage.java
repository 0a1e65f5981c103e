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
import java.util.concurrent.TimeUnit;
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
        Listening listening = Listening.somewhere();
        address = "127.0.0.1:" + listening.port();
        server = listening.server();
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

    /** The worker is gone, Temporal stays. */
    void withoutWorker() {
        workers.shutdownNow();
        workers.awaitTermination(20, TimeUnit.SECONDS);
    }

    /** A port that was free a moment ago may be taken by somebody else on the machine just then. */
    private record Listening(int port, TestServer.PortBoundTestServer server) {

        private static final int TRIES = 5;

        static Listening somewhere() {
            for (int left = TRIES; ; left--) {
                int port = freePort();
                try {
                    return new Listening(port, TestServer.createPortBoundServer(port, true));
                } catch (RuntimeException taken) {
                    if (left == 1 || !(taken.getCause() instanceof IOException)) {
                        throw taken;
                    }
                }
            }
        }
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
