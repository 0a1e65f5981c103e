package dev.slipway.worker.crash;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.database.ThrowAwayCluster;
import dev.slipway.record.Entry;
import dev.slipway.record.Event;
import dev.slipway.release.Queues;
import dev.slipway.release.ReleaseName;
import dev.slipway.release.ReleaseReport;
import dev.slipway.rollback.RollbackWorkflow;
import dev.slipway.trust.Kind;
import io.temporal.client.WorkflowOptions;
import io.temporal.client.WorkflowStub;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/**
 * Six workers die in a rollback of two targets, one after another: before and after each effect, and when it stands in the
 * record and Temporal has not heard of it. Everything is undone all the same, and once. A rollback by itself and one by hand
 * share the processes that die.
 */
@Integration
@Execution(ExecutionMode.CONCURRENT)
@Timeout(480)
class RollbackCrashTest {

    private static final String BY_ITSELF = "rolled-back-by-itself";
    private static final String BY_HAND = "rolled-back-by-hand";
    private static final Duration PATIENCE = Duration.ofSeconds(120);

    @TempDir
    private static Path folder;

    private static ThrowAwayCluster cluster;
    private static DevServer server;

    @BeforeAll
    static void start() {
        cluster = ThrowAwayCluster.start();
        server = new DevServer(folder, List.of(BY_ITSELF, BY_HAND));
    }

    @AfterAll
    static void stop() {
        server.close();
        cluster.close();
    }

    private static List<String> around(String... effects) {
        return Stream.of(effects)
                .flatMap(effect -> Stream.of("began " + effect, "acted " + effect, "done " + effect))
                .toList();
    }

    @Test
    void rollbacksByItselfAndByHandUndoEverythingOnce() throws Exception {
        try (Scene byItself = Scene.of(folder, BY_ITSELF, cluster);
                Scene byHand = Scene.of(folder, BY_HAND, cluster)) {
            // a verdict ends it; a short one might end undecided on a machine that is busy
            byItself.twoTargets("60s");
            byItself.breakNewVersion();
            twoReleases(byHand);
            WorkflowStub rollback = goesBack(byHand, "1.0.0");
            try (Releasing releasing = Releasing.ask(byItself, server, Scene.VERSION)) {

                SharedFate.of(
                        List.of(
                                SharedFate.Part.of(releasing, around("undo deploy api", "undo deploy web")),
                                new SharedFate.Part(byHand, around("roll back api", "roll back web"), () -> {})),
                        server);

                releasing.startNearWorker();
                try (NearWorker last = NearWorker.start(byHand.file(), byHand.variables(server.address()))) {
                    rollback.getResult(PATIENCE.toSeconds(), TimeUnit.SECONDS, ReleaseReport.class);
                }
                ReleaseReport report = releasing.toItsEnd();
                assertThat(report.outcome()).as(report.toString()).isEqualTo("ROLLED_BACK");
                assertThat(report.safe()).isTrue();
                System.out.println(releasing.summary("six crashes in an automatic rollback"));
            }
            undoneOnce(byItself);
            backOnce(byHand);
            Aftermath.noProcesses(byItself);
            Aftermath.noProcesses(byHand);
        }
    }

    private static void undoneOnce(Scene scene) throws Exception {
        assertThat(scene.switches("live")).containsExactly(Scene.VERSION, Scene.BEFORE);
        assertThat(scene.switches("live-api")).containsExactly(Scene.VERSION, Scene.BEFORE);
        assertThat(times(scene, Event.Kind.UNDONE)).isEqualTo(2);
        assertThat(times(scene, Event.Kind.CLOSED)).isEqualTo(1);
    }

    private static void twoReleases(Scene scene) throws Exception {
        scene.twoTargets("2s");
        for (String version : List.of("1.0.0", "1.1.0")) {
            try (Releasing releasing = Releasing.ask(scene, server, version)) {
                releasing.startNearWorker();
                assertThat(releasing.toItsEnd().outcome()).isEqualTo("SUCCEEDED");
            }
        }
    }

    private static void backOnce(Scene scene) throws Exception {
        assertThat(scene.switches("live")).containsExactly("1.0.0", "1.1.0", "1.0.0");
        assertThat(scene.switches("live-api")).containsExactly("1.0.0", "1.1.0", "1.0.0");
        List<Entry> record = Aftermath.record(scene);
        Entry last = record.get(record.size() - 1);
        assertThat(last.event().kind()).isEqualTo(Event.Kind.CLOSED);
        assertThat(last.state().live().version()).isEqualTo("1.0.0");
        assertThat(last.state().openGrant()).isEmpty();
        assertThat(last.state().history().stream()
                        .filter(ended -> ended.outcome().equals("ROLLED_BACK")))
                .hasSize(1);
        assertThat(times(scene, Event.Kind.CLOSED))
                .as("two releases and the rollback")
                .isEqualTo(3);
    }

    private static long times(Scene scene, Event.Kind kind) throws Exception {
        return Aftermath.record(scene).stream()
                .filter(entry -> entry.event().kind() == kind)
                .count();
    }

    /** Asks for a rollback. No worker is there yet. */
    private static WorkflowStub goesBack(Scene scene, String version) throws Exception {
        List<Entry> record = Aftermath.record(scene);
        String base = record.get(record.size() - 1).state().base();
        WorkflowStub rollback = server.client(scene.environment)
                .newUntypedWorkflowStub(
                        RollbackWorkflow.class.getSimpleName(),
                        WorkflowOptions.newBuilder()
                                .setWorkflowId(ReleaseName.rollbackWorkflowId(Scene.SERVICE, scene.environment))
                                .setTaskQueue(Queues.WORKFLOWS)
                                .build());
        rollback.start(new RollbackWorkflow.RollbackInput(
                Scene.SERVICE,
                scene.environment,
                scene.signWord(Kind.ROLLBACK, "ana", version, base, "", "CONFIRM", "people complain")));
        return rollback;
    }
}
