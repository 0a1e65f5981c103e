package dev.slipway.worker.crash;

import java.nio.file.Files;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Where and how a worker dies: by its own hand at a point inside, or by a kill from outside.
 *
 * @param name a sentence's end: "a worker dies …"
 * @param point see {@link Point}; empty for a kill from outside
 */
record Crash(String name, String point, Outside outside) {

    private static final String SLOW = """
            if [ "$1" = 1.0.0 ] && [ ! -e "$LIVE.slow" ]; then %s touch "$LIVE.slow"; sleep 30; sleep 30; fi""";

    /** What happens around a release, seen from outside. */
    interface Outside {

        /** Before the release is asked for. */
        default void prepare(Scene scene) throws Exception {}

        /** Whether the worker is to be killed now. */
        boolean now(Releasing releasing) throws Exception;

        /** After the kill, before another worker is started. */
        default void afterwards(Scene scene) throws Exception {}
    }

    /** Crashes that one release is to survive, one after another. */
    record Series(String name, List<Crash> crashes) {

        /** The name of its environment, database and namespace. */
        String environment() {
            return name.replaceAll("[^a-zA-Z]+", "-").toLowerCase(Locale.ROOT);
        }

        @Override
        public String toString() {
            return name;
        }
    }

    /** Every point inside is in one of the first three, so that each of those has a crash in every phase. */
    static List<Series> series() {
        List<Crash> inside = inside();
        return List.of(
                new Series("inside one", everyThird(inside, 0)),
                new Series("inside two", everyThird(inside, 1)),
                new Series("inside three", everyThird(inside, 2)),
                new Series(
                        "from outside",
                        List.of(
                                outside("while a person is asked", Releasing::waitsForApproval),
                                outside("in the middle of a dump", new WaitingDump()),
                                outside("in the middle of a migration", new SlowMigration()),
                                outside("in the middle of a switch", new SlowSwitch("")),
                                outside("when a notification has arrived", new UnansweredNotification()),
                                outside(
                                        "in the middle of the watch",
                                        releasing -> releasing.in("watch")
                                                && releasing
                                                                .scene()
                                                                .metricsAsked
                                                                .get()
                                                        >= 2))),
                new Series(
                        "in a switch that does not want to stop",
                        List.of(outside("in a switch that does not want to stop", new SlowSwitch("trap '' TERM;")))));
    }

    /** In the order in which a release comes to them. */
    private static List<Crash> inside() {
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
        return at(points);
    }

    /** Workers that die by their own hand. */
    static List<Crash> at(List<String> points) {
        return points.stream()
                .map(point -> new Crash(point, point, releasing -> false))
                .toList();
    }

    private static List<Crash> everyThird(List<Crash> crashes, int first) {
        return IntStream.iterate(first, at -> at < crashes.size(), at -> at + 3)
                .mapToObj(crashes::get)
                .toList();
    }

    private static Crash outside(String name, Outside outside) {
        return new Crash(name, "", outside);
    }

    @Override
    public String toString() {
        return name;
    }

    /** pg_dump waits for a table that somebody has locked. */
    static final class WaitingDump implements Outside {

        private Connection holder;

        @Override
        public void prepare(Scene scene) throws SQLException {
            scene.sql("create schema old; create table old.thing (id int)");
            holder = scene.connection();
            holder.setAutoCommit(false);
            try (var statement = holder.createStatement()) {
                statement.execute("lock table old.thing in access exclusive mode");
            }
        }

        @Override
        public boolean now(Releasing releasing) throws SQLException {
            return !releasing
                    .scene()
                    .asked("select pid from pg_stat_activity where datname = current_database()"
                            + " and query like 'LOCK TABLE%' and wait_event_type = 'Lock'")
                    .isEmpty();
        }

        @Override
        public void afterwards(Scene scene) throws SQLException {
            holder.close();
        }
    }

    /** The server still runs the statement of a client that is gone. */
    static final class SlowMigration implements Outside {

        @Override
        public void prepare(Scene scene) throws Exception {
            scene.migration("V3__slow.sql", "create table slow (id int); select pg_sleep(1.5);");
        }

        @Override
        public boolean now(Releasing releasing) throws SQLException {
            return !releasing
                    .scene()
                    .asked("select pid from pg_stat_activity where datname = current_database()"
                            + " and wait_event = 'PgSleep'")
                    .isEmpty();
        }
    }

    /** The switch script has begun and takes half a minute. */
    private record SlowSwitch(String first) implements Outside {

        @Override
        public void prepare(Scene scene) throws Exception {
            scene.script(SLOW.formatted(first));
        }

        @Override
        public boolean now(Releasing releasing) {
            return Files.exists(releasing.scene().home.resolve("live.slow"));
        }
    }

    /** The receiver has it; the sender never hears so. */
    private static final class UnansweredNotification implements Outside {

        private volatile boolean arrived;
        private volatile boolean killed;

        @Override
        public void prepare(Scene scene) {
            scene.whenTold(event -> {
                if (event.equals("deployed")) {
                    arrived = true;
                    while (!killed) {
                        LockSupport.parkNanos(5_000_000);
                    }
                }
            });
        }

        @Override
        public boolean now(Releasing releasing) {
            return arrived;
        }

        @Override
        public void afterwards(Scene scene) {
            killed = true;
        }
    }
}
