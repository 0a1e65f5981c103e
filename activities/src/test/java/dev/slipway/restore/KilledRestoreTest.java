package dev.slipway.restore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.slipway.database.PostgresBinaries;
import dev.slipway.database.ThrowAwayCluster;
import dev.slipway.database.backup.PgDump;
import dev.slipway.database.backup.ScratchCopies;
import dev.slipway.database.backup.StayingRestore;
import dev.slipway.database.restore.Drill;
import dev.slipway.opening.DrillJudge;
import dev.slipway.opening.Refused;
import dev.slipway.process.CommandRunner;
import dev.slipway.process.Pulse;
import dev.slipway.release.FailureDetail;
import dev.slipway.release.ReleaseActivities.OpenResult;
import dev.slipway.restore.RestoreActivities.DrillRequest;
import dev.slipway.trust.SignedStatement;
import io.temporal.failure.ApplicationFailure;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** PostgreSQL is killed in the middle of pg_restore: the one that is restored into, and the throw-away one of a drill. */
class KilledRestoreTest {

    private static final Duration PATIENCE = Duration.ofSeconds(60);

    @TempDir
    Path home;

    @Test
    void isDoneAnewWhenTheServerThatIsRestoredIntoWasKilled() throws Exception {
        try (ThrowAwayCluster cluster = ThrowAwayCluster.start();
                StayingRestore staying = new StayingRestore();
                Restoring shop = new Restoring(cluster, home, "shop", "{switch: copy}")) {
            shop.sql(shop.name, staying.sql());
            shop.released("1.0.0");
            String before = shop.rows(shop.name);
            OpenResult opened = shop.opened("ana", Restoring.usual());
            staying.begins();
            CompletableFuture<?> killed = CompletableFuture.runAsync(() -> shop.restored(opened));
            await(() -> stays(shop));
            String half = shop.ask("postgres", "SELECT datname FROM pg_database WHERE datname LIKE '%restored%'");
            kill(Long.parseLong(shop.ask("postgres", "SELECT split_part(pg_read_file('postmaster.pid'), E'\\n', 1)")));

            failsForNow(killed);
            assertThat(restores(shop)).as("child processes").isEmpty();
            cluster.stop();
            cluster.startAgain();
            assertThat(shop.rows(shop.name)).isEqualTo(before);
            assertThat(comment(shop, half)).isEqualTo("slipway: half restored");
            assertThatThrownBy(() -> shop.comparison(opened))
                    .hasStackTraceContaining("nothing was restored and compared yet");

            staying.ends();
            shop.restored(opened);
            assertThat(shop.comparison(opened).restored()).isEqualTo(half);
            assertThat(comment(shop, half)).isEmpty();
            assertThat(shop.rows(half)).isEqualTo(before);
        }
    }

    @Test
    void isDrilledAnewWhenTheThrowAwayServerWasKilled() throws Exception {
        try (ThrowAwayCluster cluster = ThrowAwayCluster.start();
                StayingRestore staying = new StayingRestore();
                Restoring shop = new Restoring(cluster, home, "shop", "{}")) {
            shop.sql(shop.name, staying.sql());
            shop.released("1.0.0");
            staying.begins();
            SignedStatement drill = shop.drilling("ana");
            CompletableFuture<?> killed = CompletableFuture.runAsync(() -> shop.drill(drill, "a run"));
            await(() -> !copies(shop).isEmpty());
            // its statement is spent for this run alone: another one can't have the work done a second time
            assertThatThrownBy(() -> judge().run(
                                    shop.dock.served(),
                                    new DrillRequest(
                                            "shop", "production", drill, "drill:shop:production", "another run"),
                                    Pulse.unheard()))
                    .isInstanceOf(Refused.class)
                    .hasMessageContaining("this statement was used up already, by another run");
            copies(shop).forEach(copy -> processes()
                    .filter(process -> says(process, copy + "/files"))
                    .forEach(ProcessHandle::destroyForcibly));

            failsForNow(killed);
            assertThat(copies(shop)).as("child processes").isEmpty();
            assertThat(shop.dock.served().record().head().entry().event().kind().name())
                    .isNotEqualTo("DRILLED");

            staying.ends();
            assertThat(shop.drill(drill, "a run").met()).isTrue();
        }
    }

    private static DrillJudge judge() {
        PostgresBinaries binaries = PostgresBinaries.find();
        CommandRunner runner = new CommandRunner();
        return new DrillJudge(
                new Drill(new PgDump(binaries, runner, Clock.systemUTC()), new ScratchCopies(binaries, runner)));
    }

    private static void failsForNow(CompletableFuture<?> killed) {
        assertThatThrownBy(killed::join).satisfies(thrown -> {
            Throwable cause = thrown;
            while (!(cause instanceof ApplicationFailure)) {
                cause = cause.getCause();
            }
            assertThat(((ApplicationFailure) cause).getType())
                    .as(cause.getMessage())
                    .isEqualTo(FailureDetail.UNAVAILABLE);
        });
    }

    private static boolean stays(Restoring shop) throws Exception {
        return !shop.ask(
                        "postgres",
                        "SELECT count(*) FROM pg_stat_activity WHERE datname LIKE '%restored%'"
                                + " AND wait_event = 'PgSleep'")
                .equals("0");
    }

    private static String comment(Restoring shop, String database) throws Exception {
        return shop.ask(
                "postgres",
                "SELECT coalesce(shobj_description(oid, 'pg_database'), '') FROM pg_database WHERE datname = '"
                        + database + "'");
    }

    private static void kill(long server) {
        ProcessHandle.of(server).orElseThrow().destroyForcibly();
    }

    private static Stream<ProcessHandle> processes() {
        return ProcessHandle.current().descendants();
    }

    private static boolean says(ProcessHandle process, String part) {
        return Stream.of(process.info().arguments().orElse(new String[0])).anyMatch(word -> word.contains(part));
    }

    /** Whatever restores a dump of this shop just now. */
    private List<ProcessHandle> restores(Restoring shop) {
        return processes()
                .filter(process -> says(process, home.resolve("backups").toString()))
                .toList();
    }

    /** The directories of the throw-away servers into which a dump of this shop is restored just now. */
    private List<String> copies(Restoring shop) {
        return restores(shop).stream()
                .flatMap(process -> Stream.of(process.info().arguments().orElse(new String[0])))
                .filter(word -> word.startsWith("--use-list="))
                .map(word -> word.substring("--use-list=".length(), word.lastIndexOf('/')))
                .distinct()
                .toList();
    }

    private interface Condition {
        boolean met() throws Exception;
    }

    private static void await(Condition condition) throws Exception {
        long end = System.nanoTime() + PATIENCE.toNanos();
        while (!condition.met()) {
            assertThat(System.nanoTime()).as("never came").isLessThan(end);
            LockSupport.parkNanos(20_000_000);
        }
    }
}
