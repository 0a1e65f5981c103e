package dev.slipway.worker.crash;

import dev.slipway.database.ThrowAwayCluster;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** PostgreSQL is away for a while: what needs it is tried again until it is back, and nothing fails. */
@Integration
@Execution(ExecutionMode.CONCURRENT)
class PostgresOutageTest {

    private static final Duration MOMENT = Duration.ofSeconds(12);

    @TempDir
    private static Path folder;

    private static DevServer server;

    /**
     * When it goes.
     *
     * @param point where a worker stays until it is gone
     */
    private record Outage(String name, String point, Crash.Outside outside, Duration away) {

        static Outage at(String point, Duration away) {
            return new Outage("at " + point, "stay " + point, Releasing::crashed, away);
        }

        String environment() {
            return "postgres-" + name.replaceAll("[^a-zA-Z]+", "-").toLowerCase(Locale.ROOT);
        }

        @Override
        public String toString() {
            return name + ", " + away.toSeconds() + " s";
        }
    }

    static Stream<Outage> outages() {
        return Stream.of(
                Outage.at("began back up main", Duration.ofSeconds(30)),
                Outage.at("takes PreflightRequest", MOMENT),
                Outage.at("takes ReviewRequest", MOMENT),
                Outage.at("takes OpenRequest", MOMENT),
                Outage.at("began promote reference data main", MOMENT),
                new Outage("in the middle of a dump", "", new Crash.WaitingDump(), MOMENT),
                new Outage("in the middle of a migration", "", new Crash.SlowMigration(), MOMENT));
    }

    @BeforeAll
    static void start() {
        server = new DevServer(folder, outages().map(Outage::environment).toList());
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("outages")
    void isWaitedOut(Outage outage) throws Exception {
        try (ThrowAwayCluster cluster = ThrowAwayCluster.start();
                Scene scene = Scene.of(folder, outage.environment(), cluster)) {
            outage.outside().prepare(scene);
            try (Releasing releasing = Releasing.ask(scene, server, Scene.VERSION)) {
                releasing.startNearWorker(outage.point());
                releasing.until(() -> outage.outside().now(releasing));

                cluster.stop();
                if (!outage.point().isEmpty()) {
                    releasing.goOn();
                }
                Releasing.passes(outage.away());
                cluster.startAgain();

                Aftermath.succeeded(scene, releasing.toItsEnd());
                System.out.println(releasing.summary("PostgreSQL away " + outage));
            }
            Aftermath.noProcesses(scene);
        }
    }
}
