package dev.slipway.worker.crash;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.database.ThrowAwayCluster;
import dev.slipway.record.Entry;
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
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

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
            return name().toLowerCase(Locale.ROOT).replace('_', '-');
        }
    }

    @TempDir
    private static Path folder;

    private static ThrowAwayCluster cluster;
    private static DevServer server;

    private static final String WORKER = "worker-in-pg-restore";
    private static final String POSTGRES = "postgres-in-pg-restore";

    @BeforeAll
    static void start() {
        cluster = ThrowAwayCluster.start();
        server = new DevServer(
                folder,
                Stream.concat(Arrays.stream(Death.values()).map(Death::environment), Stream.of(WORKER, POSTGRES))
                        .toList());
    }

    @AfterAll
    static void stop() {
        server.close();
        cluster.close();
    }

    /** Each dies at a point of its own; they share the process that does. */
    @Test
    void anotherWorkerGoesOn() throws Exception {
        try (Restored inRestore = new Restored(Death.IN_RESTORE);
                Restored afterCopying = new Restored(Death.AFTER_COPYING);
                Restored afterRenaming = new Restored(Death.AFTER_RENAMING)) {
            List<Restored> all = List.of(inRestore, afterCopying, afterRenaming);
            release(all, "1.0.0");
            release(all, "1.1.0");
            for (Restored each : all) {
                each.damagedAndAsked();
            }

            SharedFate.of(
                    all.stream()
                            .map(each ->
                                    new SharedFate.Part(each.scene, List.of(each.death.point), each::confirmBefore))
                            .toList(),
                    server);

            for (Restored each : all) {
                each.goesOn();
                each.isAsBefore();
            }
        }
    }

    private static void release(List<Restored> all, String version) {
        List<Releasing> releases = all.stream()
                .map(each -> Releasing.ask(each.scene, server, version))
                .toList();
        releases.forEach(Releasing::startNearWorker);
        for (Releasing releasing : releases) {
            try (releasing) {
                ReleaseReport report = releasing.toItsEnd();
                assertThat(report.outcome()).as(report.toString()).isEqualTo("SUCCEEDED");
            }
        }
    }

    /** A service whose database is damaged after two releases, and is brought back. */
    private static final class Restored implements AutoCloseable {

        private final Death death;
        private final Scene scene;
        private List<String> before = List.of();
        private RestoreWorkflow restore;
        private boolean confirmed;

        Restored(Death death) throws Exception {
            this.death = death;
            this.scene = Scene.of(folder, death.environment(), cluster);
            scene.restoring("{switch: " + death.way + "}");
        }

        void damagedAndAsked() throws Exception {
            before = rows(scene);
            scene.sql("delete from category where id = 1; update category set name = 'oil' where id = 2;"
                    + " insert into category values (9, 'soap')");
            restore = ask(scene, server.client(scene.environment));
        }

        /** Where the switch is what is died in, people confirm it first. */
        void confirmBefore() {
            if (death != Death.IN_RESTORE) {
                confirmIfAsked();
            }
        }

        private void confirmIfAsked() {
            if (!confirmed && !restore.report().waiting().isEmpty()) {
                confirm(scene, restore);
                confirmed = true;
            }
        }

        void goesOn() throws Exception {
            if (death != Death.IN_RESTORE) {
                scene.sql("insert into category values (10, 'written after the switch')");
            }
            try (SomeWorker another = NearWorker.start(scene.file(), scene.variables(server.address()))) {
                Patience.until(
                        () -> {
                            confirmIfAsked();
                            return ended(restore);
                        },
                        () -> death + ": " + restore.report());
            }
        }

        void isAsBefore() throws Exception {
            assertThat(WorkflowStub.fromTyped(restore)
                            .getResult(ReleaseReport.class)
                            .outcome())
                    .as(death.toString())
                    .isEqualTo("SUCCEEDED");
            assertThat(rows(scene))
                    .as(death.toString())
                    .filteredOn(row -> !row.startsWith("(10,"))
                    .isEqualTo(before);
            assertThat(rows(scene)).hasSize(before.size() + (death == Death.IN_RESTORE ? 0 : 1));
            assertThat(scene.asked("select count(*) from pg_database where datname like '" + scene.environment
                            + "\\_restored\\_%'"))
                    .as(death.toString())
                    .containsExactly(death.way.equals("rename") ? "0" : "1");
            Aftermath.noProcesses(scene);
        }

        @Override
        public void close() {
            scene.close();
        }
    }

    @Test
    void anotherWorkerRestoresAnewWhenOneIsKilledInPgRestore() throws Exception {
        try (Scene scene = Scene.of(folder, WORKER, cluster)) {
            killedInPgRestore(scene, releasing -> releasing.startWorker(""), (releasing, worker) -> {
                worker.kill();
                Aftermath.noProcesses(scene);
            });
        }
    }

    @Test
    void restoresAnewWhenTheServerIsKilledInPgRestore() throws Exception {
        try (ThrowAwayCluster own = ThrowAwayCluster.start();
                Scene scene = Scene.of(folder, POSTGRES, own)) {
            killedInPgRestore(scene, Releasing::startNearWorker, (releasing, worker) -> {
                long postmaster =
                        Long.parseLong(scene.asked("select split_part(pg_read_file('postmaster.pid'), E'\\n', 1)")
                                .get(0));
                ProcessHandle.of(postmaster).orElseThrow().destroyForcibly();
                releasing.await(() -> ProcessHandle.of(postmaster)
                        .filter(ProcessHandle::isAlive)
                        .isEmpty());
                own.stop();
                own.startAgain();
            });
        }
    }

    /** What dies while a restore is in the middle of its pg_restore. */
    private interface Killing {
        void kill(Releasing releasing, SomeWorker worker) throws Exception;
    }

    private static void killedInPgRestore(Scene scene, Function<Releasing, SomeWorker> start, Killing killing)
            throws Exception {
        scene.restoring("{switch: copy}");
        Path stay = Files.createTempFile("slipway-stay-", "");
        Files.delete(stay);
        // every pg_restore of this database stays in this index for as long as the file is there
        scene.sql("""
                create schema old;
                create function old.stay(n int) returns int immutable language plpgsql as $$begin
                    while (pg_stat_file('%s', true)).size is not null loop perform pg_sleep(0.02); end loop;
                    return n; end$$;
                create table old.stays as select 1 as n;
                create index on old.stays (old.stay(n));
                """.formatted(stay));
        try (Releasing releasing = Releasing.ask(scene, server, "1.0.0")) {
            SomeWorker worker = start.apply(releasing);
            ReleaseReport released = releasing.toItsEnd();
            assertThat(released.outcome()).as(released.toString()).isEqualTo("SUCCEEDED");
            scene.sql("insert into old.stays values (2)");
            Files.createFile(stay);
            RestoreWorkflow restore = ask(scene, releasing.client());
            releasing.await(() -> !scene.asked("select pid from pg_stat_activity where datname like '"
                            + scene.environment + "\\_restored\\_%' and wait_event = 'PgSleep'")
                    .isEmpty());

            killing.kill(releasing, worker);

            assertThat(scene.asked("select n from old.stays order by n"))
                    .as("the present database")
                    .containsExactly("1", "2");
            assertThat(marks(scene)).containsExactly("slipway: half restored");
            Files.delete(stay);
            try (SomeWorker another =
                    worker.isAlive() ? worker : NearWorker.start(scene.file(), scene.variables(server.address()))) {
                releasing.await(() -> !restore.report().waiting().isEmpty());
                assertThat(marks(scene)).as("now it is whole").containsExactly("");
                Comparison comparison =
                        Comparison.parse(restore.report().review().get(0).text());
                restore.confirm(scene.signRestore("ben", comparison.name(), comparison.hash(), "", "CONFIRM"));
                releasing.await(() -> ended(restore));
            }
            assertThat(WorkflowStub.fromTyped(restore)
                            .getResult(ReleaseReport.class)
                            .outcome())
                    .isEqualTo("SUCCEEDED");
            assertThat(scene.asked("select n from old.stays")).containsExactly("1");
        } finally {
            Files.deleteIfExists(stay);
        }
        Aftermath.noProcesses(scene);
    }

    /** What stands beside the databases that were restored. */
    private static List<String> marks(Scene scene) throws Exception {
        return scene.asked("select coalesce(shobj_description(oid, 'pg_database'), '') from pg_database where datname"
                + " like '" + scene.environment + "\\_restored\\_%'");
    }

    private static List<String> rows(Scene scene) throws Exception {
        return scene.asked("select c::text from category c order by id");
    }

    private static RestoreWorkflow ask(Scene scene, WorkflowClient client) throws Exception {
        List<Entry> record = Aftermath.record(scene);
        String base = record.get(record.size() - 1).state().base();
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

    private static void confirm(Scene scene, RestoreWorkflow restore) {
        Comparison comparison =
                Comparison.parse(restore.report().review().get(0).text());
        assertThat(comparison.lost()).anySatisfy(lost -> assertThat(lost)
                .startsWith("public.category: 1 row added")
                .contains("1 row changed", "1 row deleted"));
        restore.confirm(scene.signRestore("ben", comparison.name(), comparison.hash(), "", "CONFIRM"));
    }

    private static boolean ended(RestoreWorkflow restore) {
        return WorkflowStub.fromTyped(restore).describe().getStatus()
                != WorkflowExecutionStatus.WORKFLOW_EXECUTION_STATUS_RUNNING;
    }
}
