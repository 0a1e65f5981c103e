package dev.slipway.worker.crash;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.database.ThrowAwayCluster;
import dev.slipway.release.ReleaseReport;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * A worker dies in every phase, also between a step's {@code began}, its deed and its {@code done}; another one goes on a
 * moment later; and the end is as if nothing had happened.
 */
@Integration
@Execution(ExecutionMode.CONCURRENT)
class WorkerCrashTest {

    private static final String STOPPED = "stopped-in-the-watch";
    private static final String TWO = "two-at-once";
    private static final String FROZEN = "frozen-in-a-switch";

    @TempDir
    private static Path folder;

    private static ThrowAwayCluster cluster;
    private static DevServer server;

    @BeforeAll
    static void start() {
        cluster = ThrowAwayCluster.start();
        server = new DevServer(
                folder,
                Stream.concat(Crash.all().stream().map(Crash::environment), Stream.of(STOPPED, TWO, FROZEN))
                        .toList());
    }

    @AfterAll
    static void stop() {
        server.close();
        cluster.close();
    }

    static Stream<Crash> crashes() {
        return Crash.all().stream();
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("crashes")
    void anotherWorkerGoesOn(Crash crash) throws Exception {
        try (Scene scene = Scene.of(folder, crash.environment(), cluster)) {
            crash.outside().prepare(scene);
            if (crash.bad()) {
                // a verdict ends it; a short one might end undecided on a machine that is busy
                scene.plan("60s");
                scene.breakNewVersion();
            }
            try (Releasing releasing = Releasing.ask(scene, server, Scene.VERSION)) {
                releasing.startWorker(crash.point());

                ReleaseReport report = releasing.toItsEnd(crash.outside());

                assertThat(releasing.workers()).as("one died, one went on").hasSize(2);
                if (crash.bad()) {
                    Aftermath.rolledBack(scene, report);
                } else {
                    Aftermath.succeeded(scene, report);
                }
                System.out.println(releasing.summary(crash.name()));
            }
            Aftermath.noProcesses(scene);
        }
    }

    /** SIGTERM is no crash: the worker lets go by itself, and says so. */
    @Test
    void aStoppedWorkerLeavesTheWatchToAnother() throws Exception {
        try (Scene scene = Scene.of(folder, STOPPED, cluster)) {
            scene.plan("4s");
            try (Releasing releasing = Releasing.ask(scene, server, Scene.VERSION)) {
                StartedWorker first = releasing.startWorker("");
                releasing.until(() -> releasing.in("watch") && scene.metricsAsked.get() >= 2);
                releasing.startWorker("");

                int code = first.stop();

                assertThat(code).isZero();
                assertThat(first.said())
                        .contains("stopping: no new work is taken")
                        .contains("stopped");
                Aftermath.succeeded(scene, releasing.toItsEnd());
                assertThat(Aftermath.repeats(scene)).isZero();
                System.out.println(releasing.summary("SIGTERM in the watch"));
            }
            Aftermath.noProcesses(scene);
        }
    }

    @Test
    void twoWorkersAtOnceDoEverythingOnce() throws Exception {
        try (Scene scene = Scene.of(folder, TWO, cluster);
                Releasing releasing = Releasing.ask(scene, server, Scene.VERSION)) {
            releasing.startWorker("");
            releasing.startWorker("");

            Aftermath.succeeded(scene, releasing.toItsEnd());

            assertThat(Aftermath.repeats(scene)).isZero();
            System.out.println(releasing.summary("two workers at once"));
        }
    }

    /** Temporal gives its work to another one, which waits: the switch of the first is still under way. */
    @Test
    void aFrozenWorkerThatIsBackDoesNothingTwice() throws Exception {
        try (Scene scene = Scene.of(folder, FROZEN, cluster)) {
            scene.script("if [ \"$1\" = 1.0.0 ]; then touch \"$LIVE.slow\"; sleep 3; fi");
            try (Releasing releasing = Releasing.ask(scene, server, Scene.VERSION)) {
                StartedWorker frozen = releasing.startWorker("");
                releasing.until(() -> Files.exists(scene.home.resolve("live.slow")));
                frozen.signal("STOP");
                releasing.startWorker("");
                releasing.until(() -> deployAttempts(releasing) >= 2);
                frozen.signal("CONT");

                Aftermath.succeeded(scene, releasing.toItsEnd());

                assertThat(frozen.isAlive()).isTrue();
                System.out.println(releasing.summary("a worker frozen in a switch"));
            }
            Aftermath.noProcesses(scene);
        }
    }

    private static int deployAttempts(Releasing releasing) {
        return releasing.workflow().describe().getRawDescription().getPendingActivitiesList().stream()
                .filter(activity -> activity.getActivityType().getName().equals("Deploy"))
                .mapToInt(activity -> activity.getAttempt())
                .max()
                .orElse(0);
    }
}
