package dev.slipway.worker.crash;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.database.ThrowAwayCluster;
import dev.slipway.release.ReleaseReport;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/**
 * Workers die in every phase, also between a step's {@code began}, its deed and its {@code done}, one after another in one
 * release; another one goes on a moment later; and the end is as if nothing had happened.
 */
@Integration
@Execution(ExecutionMode.CONCURRENT)
@Timeout(480)
class WorkerCrashTest {

    private static final List<String> INSIDE = List.of("inside-one", "inside-two", "inside-three", "inside-four");
    private static final String OUTSIDE = "from-outside";
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
                Stream.concat(INSIDE.stream(), Stream.of(OUTSIDE, STOPPED, TWO, FROZEN))
                        .toList());
    }

    @AfterAll
    static void stop() {
        server.close();
        cluster.close();
    }

    /** Every point inside, in the order in which a release comes to them. */
    private static List<String> points() {
        List<String> points = new ArrayList<>(List.of(
                "gives PreflightResult",
                "gives ReviewResult",
                "gives NotifyResult",
                "gives Place",
                "gives OpenResult",
                "gives StepRequest"));
        Stream.of("back up main", "migrate main", "promote reference data main", "deploy web", "verify", "watch")
                .flatMap(step -> Stream.of("began " + step, "acted " + step, "done " + step))
                .forEach(points::add);
        points.addAll(List.of("outcome SUCCEEDED", "gives CloseResult"));
        return points;
    }

    private static List<String> everyFourth(List<String> points, int first) {
        return IntStream.iterate(first, at -> at < points.size(), at -> at + 4)
                .mapToObj(points::get)
                .toList();
    }

    /** Four releases, each of which goes on after six or seven crashes; among them they have one at every point. */
    @Test
    void anotherWorkerGoesOnWhereverOneDiesInside() throws Exception {
        try (Scene one = Scene.of(folder, INSIDE.get(0), cluster);
                Scene two = Scene.of(folder, INSIDE.get(1), cluster);
                Scene three = Scene.of(folder, INSIDE.get(2), cluster);
                Scene four = Scene.of(folder, INSIDE.get(3), cluster);
                Releasing ofOne = Releasing.ask(one, server, Scene.VERSION);
                Releasing ofTwo = Releasing.ask(two, server, Scene.VERSION);
                Releasing ofThree = Releasing.ask(three, server, Scene.VERSION);
                Releasing ofFour = Releasing.ask(four, server, Scene.VERSION)) {
            List<Releasing> releases = List.of(ofOne, ofTwo, ofThree, ofFour);

            SharedFate.of(
                    IntStream.range(0, releases.size())
                            .mapToObj(nth -> SharedFate.Part.of(releases.get(nth), everyFourth(points(), nth)))
                            .toList(),
                    server);

            releases.forEach(Releasing::startNearWorker);
            for (Releasing releasing : releases) {
                Aftermath.succeeded(releasing.scene(), releasing.toItsEnd());
                System.out.println(releasing.summary("crashes " + releasing.scene().environment));
                Aftermath.noProcesses(releasing.scene());
            }
        }
    }

    @Test
    void anotherWorkerGoesOnWheneverOneIsKilledFromOutside() throws Exception {
        try (Scene scene = Scene.of(folder, OUTSIDE, cluster)) {
            List<Crash> crashes = Crash.all();
            for (Crash crash : crashes) {
                crash.outside().prepare(scene);
            }
            try (Releasing releasing = Releasing.ask(scene, server, Scene.VERSION)) {
                ReleaseReport report = releasing.surviving(crashes);

                Aftermath.succeeded(scene, report);
                System.out.println(releasing.summary("crashes " + OUTSIDE));
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
                releasing.startNearWorker();

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
            releasing.startNearWorker();

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
                releasing.startNearWorker();
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
