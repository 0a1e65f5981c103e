package dev.slipway.worker.crash;

import java.nio.file.Files;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.concurrent.locks.LockSupport;

/**
 * When a worker is killed from outside. (Where it dies inside is a {@link Point}.)
 *
 * @param name a sentence's end: "a worker dies …"
 */
record Crash(String name, Outside outside) {

    /** What happens around a release, seen from outside. */
    interface Outside {

        /** Before the release is asked for. */
        default void prepare(Scene scene) throws Exception {}

        /** Whether the worker is to be killed now. */
        boolean now(Releasing releasing) throws Exception;

        /** After the kill, before another worker is started. */
        default void afterwards(Scene scene) throws Exception {}
    }

    /** In the order in which a release comes to them. */
    static List<Crash> all() {
        return List.of(
                new Crash("while a person is asked", Releasing::waitsForApproval),
                new Crash("in the middle of a dump", new WaitingDump()),
                new Crash("in the middle of a migration", new SlowMigration()),
                new Crash("in the middle of a switch", new SlowSwitch("slow")),
                new Crash("in a switch that does not want to stop", new SlowSwitch("stubborn")),
                new Crash("when a notification has arrived", new UnansweredNotification()),
                new Crash(
                        "in the middle of the watch",
                        releasing -> releasing.in("watch")
                                && releasing.scene().metricsAsked.get() >= 2));
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

    /** The switch script has begun and takes a minute: first as any would, the next time it heeds no SIGTERM. */
    private record SlowSwitch(String how) implements Outside {

        private static final String TWICE = """
                if [ "$1" = 1.0.0 ]; then
                  for how in slow stubborn; do
                    [ -e "$LIVE.$how" ] && continue
                    [ $how = slow ] || trap '' TERM
                    touch "$LIVE.$how"; sleep 30; sleep 30
                  done
                fi""";

        @Override
        public void prepare(Scene scene) throws Exception {
            scene.script(TWICE);
        }

        @Override
        public boolean now(Releasing releasing) {
            return Files.exists(releasing.scene().home.resolve("live." + how));
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
