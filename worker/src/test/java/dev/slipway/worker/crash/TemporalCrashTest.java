package dev.slipway.worker.crash;

import dev.slipway.database.ThrowAwayCluster;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Temporal itself is killed and comes back with its database file, while the worker lives. */
@Integration
class TemporalCrashTest {

    private static final String SWITCH = "temporal-in-a-switch";
    private static final String WATCH = "temporal-in-the-watch";
    private static final String QUESTION = "temporal-while-a-person-is-asked";

    @TempDir
    private static Path folder;

    private static ThrowAwayCluster cluster;
    private static DevServer server;

    @BeforeAll
    static void start() {
        cluster = ThrowAwayCluster.start();
        server = new DevServer(folder, List.of(SWITCH, WATCH, QUESTION));
    }

    @AfterAll
    static void stop() {
        server.close();
        cluster.close();
    }

    /** The outage is longer than a heartbeat may be away, so a second attempt begins while the first still runs. */
    @Test
    void killedWhileATargetIsSwitched() throws Exception {
        try (Scene scene = Scene.of(folder, SWITCH, cluster)) {
            scene.script("if [ \"$1\" = 1.0.0 ]; then touch \"$LIVE.slow\"; sleep 8; fi");
            goesOn(scene, releasing -> Files.exists(scene.home.resolve("live.slow")), Duration.ofSeconds(6));
        }
    }

    @Test
    void killedInTheWatch() throws Exception {
        try (Scene scene = Scene.of(folder, WATCH, cluster)) {
            scene.plan("4s");
            goesOn(scene, releasing -> releasing.in("watch") && scene.metricsAsked.get() >= 3, Duration.ofSeconds(2));
        }
    }

    @Test
    void killedWhileAPersonIsAsked() throws Exception {
        try (Scene scene = Scene.of(folder, QUESTION, cluster);
                Releasing releasing = Releasing.ask(scene, server, Scene.VERSION)) {
            releasing.startNearWorker();
            releasing.await(releasing::waitsForApproval);
            outage(Duration.ofSeconds(1));
            Aftermath.succeeded(scene, releasing.toItsEnd());
        }
    }

    private static void goesOn(Scene scene, Crash.Outside outside, Duration away) throws Exception {
        try (Releasing releasing = Releasing.ask(scene, server, Scene.VERSION)) {
            releasing.startNearWorker();
            releasing.until(() -> outside.now(releasing));
            outage(away);
            Aftermath.succeeded(scene, releasing.toItsEnd());
            System.out.println(releasing.summary("Temporal killed: " + scene.environment));
        }
        Aftermath.noProcesses(scene);
    }

    private static void outage(Duration away) {
        server.kill();
        Releasing.passes(away);
        server.startAgain();
    }
}
