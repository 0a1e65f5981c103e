package dev.slipway.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.evidence.LookUpWorkflow;
import dev.slipway.release.Converter;
import dev.slipway.release.Phase;
import dev.slipway.release.Queues;
import dev.slipway.release.ReleaseInput;
import dev.slipway.release.ReleaseWorkflow;
import io.temporal.client.WorkflowClient;
import io.temporal.client.WorkflowClientOptions;
import io.temporal.common.VersioningBehavior;
import io.temporal.common.WorkerDeploymentVersion;
import io.temporal.serviceclient.WorkflowServiceStubs;
import io.temporal.serviceclient.WorkflowServiceStubsOptions;
import io.temporal.worker.WorkerDeploymentOptions;
import io.temporal.worker.WorkerFactory;
import io.temporal.worker.WorkerOptions;
import io.temporal.worker.WorkflowImplementationOptions;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Workers that poll, and that a real Temporal gives nothing, or not all of an environment's work. */
final class VersionedWorkersTest {

    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private DevelopmentServer server;
    private WorkflowServiceStubs stubs;
    private Desk desk;

    @TempDir
    private Path folder;

    @BeforeEach
    void sitDown() throws Exception {
        desk = new Desk(folder, "127.0.0.1:1");
        start();
    }

    private void start() throws Exception {
        server = DevelopmentServer.start(folder);
        stubs = WorkflowServiceStubs.newServiceStubs(WorkflowServiceStubsOptions.newBuilder()
                .setTarget(server.address())
                .build());
        desk.with("TEMPORAL_ADDRESS", server.address());
    }

    @AfterEach
    void stop() {
        if (server != null) {
            stubs.shutdownNow();
            server.close();
        }
    }

    @Test
    void saysThatWorkersPollWhichGetNoWork() throws Exception {
        WorkerFactory upgraded = worker(Optional.of("0.2.0"));
        seen("build id '0.2.0' is not current; when it shall be: `temporal worker deployment set-current-version"
                + " --deployment-name slipway --build-id 0.2.0`");
        current("--build-id", "0.2.0");
        gone("is not current");
        current("--unversioned");
        seen("build id '0.2.0' is not current");
        upgraded.shutdownNow();
    }

    @Test
    void endsWith18WhereAWorkerWithoutABuildIdStandsBesideACurrentVersion() throws Exception {
        WorkerFactory versioned = worker(Optional.of("0.2.0"));
        seen("'0.2.0' is not current");
        current("--build-id", "0.2.0");
        versioned.shutdownNow();
        // a Temporal that comes back has forgotten who polled, which else lasts some minutes
        stop();
        start();
        WorkerFactory without = worker(Optional.empty());
        seen("build id '0.2.0' is current there, and they have none");
        Typed typed = desk.type("release", "production", "--version", "1.0.0", "--no-worker-timeout", "1s");
        assertThat(typed.code()).as(typed.out() + typed.err()).isEqualTo(18);
        assertThat(typed.err()).contains("Temporal gives them no work", "--unversioned`", "stays started");
        without.shutdownNow();
    }

    @Test
    void sendsAYesWhereOnlyTheActivitiesOfTheEnvironmentAreAway() {
        Script script = new Script();
        script.says("1.0.0", input -> Story.of(input)
                .in(Phase.APPROVAL)
                .waitingFor("approval", "ana", "ben")
                .reviewed(Story.review(input, desk.environmentKey))
                .report());
        WorkerFactory ofAnother = WorkerFactory.newInstance(WorkflowClient.newInstance(
                stubs,
                WorkflowClientOptions.newBuilder()
                        .setDataConverter(Converter.dataConverter())
                        .build()));
        ofAnother
                .newWorker(Queues.WORKFLOWS)
                .registerWorkflowImplementationFactory(
                        ReleaseWorkflow.class,
                        arguments -> new ScriptedRelease(arguments.get(0, ReleaseInput.class), script),
                        WorkflowImplementationOptions.getDefaultInstance());
        ofAnother.start();
        String release = "shop/production@1.0.0";
        desk.type("release", "production", "--version", "1.0.0", "--wait", "accepted");
        until(() -> desk.type("waiting").out().contains(release));
        desk.as("ben");

        Typed yes = desk.type("approve", release, "--yes");
        assertThat(yes.code()).as(yes.err()).isZero();
        assertThat(yes.out()).contains("taken");
        Typed no = desk.type("reject", release, "--reason", "it goes into the record");
        assertThat(no.code()).as(no.err()).isEqualTo(18);
        assertThat(no.err()).contains("no worker polls releases-production;", "Nothing was sent");
        ofAnother.shutdownNow();
    }

    private void seen(String text) {
        until(() -> status().contains(text));
    }

    private void gone(String text) {
        until(() -> !status().contains(text));
    }

    private String status() {
        return desk.type("status", "production").out();
    }

    private void until(Supplier<Boolean> condition) {
        long end = System.nanoTime() + PATIENCE.toNanos();
        while (!condition.get()) {
            assertThat(System.nanoTime()).as(status()).isLessThan(end);
        }
    }

    private void current(String... version) {
        List<String> command = new ArrayList<>(List.of(
                "temporal",
                "worker",
                "deployment",
                "set-current-version",
                "--address",
                server.address(),
                "--deployment-name",
                "slipway",
                "--yes"));
        command.addAll(List.of(version));
        // the server makes the deployment a moment after its first poll
        until(() -> {
            try {
                return new ProcessBuilder(command).inheritIO().start().waitFor() == 0;
            } catch (IOException | InterruptedException e) {
                throw new IllegalStateException(e);
            }
        });
    }

    /** One that polls for workflows, and would do nothing with them. */
    private WorkerFactory worker(Optional<String> buildId) {
        WorkerOptions.Builder options = WorkerOptions.newBuilder();
        buildId.ifPresent(id -> options.setDeploymentOptions(WorkerDeploymentOptions.newBuilder()
                .setUseVersioning(true)
                .setVersion(new WorkerDeploymentVersion("slipway", id))
                .setDefaultVersioningBehavior(VersioningBehavior.AUTO_UPGRADE)
                .build()));
        WorkerFactory factory = WorkerFactory.newInstance(WorkflowClient.newInstance(stubs));
        factory.newWorker(Queues.WORKFLOWS, options.build())
                .registerWorkflowImplementationFactory(
                        LookUpWorkflow.class,
                        () -> {
                            throw new IllegalStateException("nothing is asked here");
                        },
                        WorkflowImplementationOptions.getDefaultInstance());
        factory.start();
        return factory;
    }
}
