package dev.slipway.worker.crash;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.database.ThrowAwayCluster;
import dev.slipway.environment.EnvironmentWorkflow;
import dev.slipway.release.Queues;
import dev.slipway.release.ReleaseName;
import dev.slipway.release.ReleaseReport;
import dev.slipway.restore.Comparison;
import dev.slipway.restore.RestoreWorkflow;
import dev.slipway.restore.RestoreWorkflow.RestoreInput;
import dev.slipway.restore.Wish;
import io.temporal.api.enums.v1.WorkflowExecutionStatus;
import io.temporal.client.WorkflowClient;
import io.temporal.client.WorkflowOptions;
import io.temporal.client.WorkflowStub;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * A worker dies in a restore, where it hurts most: when the deed is done and nobody has heard of it. Another one goes on,
 * and what was written after the switch stays.
 */
@Integration
@Execution(ExecutionMode.CONCURRENT)
class RestoreCrashTest {

    enum Death {
        IN_RESTORE("copy", "acted restore main"),
        AFTER_COPYING("copy", "acted switch main"),
        AFTER_RENAMING("rename", "acted switch main");

        private final String way;
        private final String point;

        Death(String way, String point) {
            this.way = way;
            this.point = point;
        }

        String environment() {
            return name().toLowerCase(java.util.Locale.ROOT).replace('_', '-');
        }
    }

    @TempDir
    private static Path folder;

    private static ThrowAwayCluster cluster;
    private static DevServer server;

    @BeforeAll
    static void start() {
        cluster = ThrowAwayCluster.start();
        server = new DevServer(
                folder, Arrays.stream(Death.values()).map(Death::environment).toList());
    }

    @AfterAll
    static void stop() {
        server.close();
        cluster.close();
    }

    @ParameterizedTest
    @EnumSource
    void anotherWorkerGoesOn(Death death) throws Exception {
        try (Scene scene = Scene.of(folder, death.environment(), cluster)) {
            scene.restoring("{switch: " + death.way + "}");
            try (Releasing first = Releasing.ask(scene, server, "1.0.0")) {
                StartedWorker dying = first.startWorker(death.point);
                ReleaseReport released = first.toItsEnd();
                assertThat(released.outcome()).as(released.toString()).isEqualTo("SUCCEEDED");
                Releasing second = Releasing.ask(scene, server, "1.1.0");
                second.await(() -> {
                    second.approveIfAsked();
                    return second.ended();
                });
                assertThat(second.report().outcome())
                        .as(() -> second.report().toString())
                        .isEqualTo("SUCCEEDED");
                List<String> before = rows(scene);
                scene.sql("delete from category where id = 1; update category set name = 'oil' where id = 2;"
                        + " insert into category values (9, 'soap')");
                RestoreWorkflow restore = ask(scene, first.client());
                first.await(
                        () -> !dying.isAlive() || !restore.report().waiting().isEmpty());
                if (death == Death.IN_RESTORE) {
                    try (SomeWorker another = NearWorker.start(scene.file(), scene.variables(server.address()))) {
                        confirm(first, scene, restore);
                        toItsEnd(first, restore);
                    }
                } else {
                    confirm(first, scene, restore);
                    first.await(() -> !dying.isAlive());
                    scene.sql("insert into category values (10, 'written after the switch')");
                    try (SomeWorker another = NearWorker.start(scene.file(), scene.variables(server.address()))) {
                        toItsEnd(first, restore);
                    }
                }
                ReleaseReport report = WorkflowStub.fromTyped(restore).getResult(ReleaseReport.class);
                assertThat(report.outcome()).isEqualTo("SUCCEEDED");
                assertThat(rows(scene))
                        .filteredOn(row -> !row.startsWith("(10,"))
                        .isEqualTo(before);
                assertThat(rows(scene)).hasSize(before.size() + (death == Death.IN_RESTORE ? 0 : 1));
                assertThat(dying.isAlive()).as("one died").isFalse();
                assertThat(scene.asked("select count(*) from pg_database where datname like '" + scene.environment
                                + "\\_restored\\_%'"))
                        .containsExactly(death.way.equals("rename") ? "0" : "1");
            }
            Aftermath.noProcesses(scene);
        }
    }

    private static List<String> rows(Scene scene) throws Exception {
        return scene.asked("select c::text from category c order by id");
    }

    private static RestoreWorkflow ask(Scene scene, WorkflowClient client) {
        String base = client.newWorkflowStub(
                        EnvironmentWorkflow.class, ReleaseName.environmentWorkflowId(Scene.SERVICE, scene.environment))
                .view()
                .mirror()
                .get(0)
                .base();
        RestoreWorkflow restore = client.newWorkflowStub(
                RestoreWorkflow.class,
                WorkflowOptions.newBuilder()
                        .setWorkflowId(ReleaseName.restoreWorkflowId(Scene.SERVICE, scene.environment))
                        .setTaskQueue(Queues.WORKFLOWS)
                        .build());
        WorkflowClient.start(
                restore::run,
                new RestoreInput(
                        Scene.SERVICE,
                        scene.environment,
                        scene.signRestore("ana", "", base, new Wish("", "", "", List.of(), false).what(), "")));
        return restore;
    }

    private static void confirm(Releasing releasing, Scene scene, RestoreWorkflow restore) {
        releasing.await(() -> !restore.report().waiting().isEmpty());
        Comparison comparison =
                Comparison.parse(restore.report().review().get(0).text());
        assertThat(comparison.lost()).anySatisfy(lost -> assertThat(lost)
                .startsWith("public.category: 1 row added")
                .contains("1 row changed", "1 row deleted"));
        restore.confirm(scene.signRestore("ben", comparison.name(), comparison.hash(), "", "CONFIRM"));
    }

    private static void toItsEnd(Releasing releasing, RestoreWorkflow restore) {
        releasing.await(() -> WorkflowStub.fromTyped(restore).describe().getStatus()
                != WorkflowExecutionStatus.WORKFLOW_EXECUTION_STATUS_RUNNING);
    }
}
