package dev.slipway.database.backup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.slipway.database.Connections;
import dev.slipway.database.DatabaseRefused;
import dev.slipway.database.DatabaseUnavailable;
import dev.slipway.database.Platform;
import dev.slipway.database.PostgresBinaries;
import dev.slipway.database.PostgresUrl;
import dev.slipway.database.ThrowAwayCluster;
import dev.slipway.database.preflight.Inspection;
import dev.slipway.database.preflight.Preflight;
import dev.slipway.process.CommandRunner;
import dev.slipway.process.Pulse;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Backups while something dies. */
class BackupFaultsTest {

    private static final Duration LONG = Duration.ofSeconds(60);

    private final PgDump pgDump = new PgDump(PostgresBinaries.find(), new CommandRunner(), Clock.systemUTC());
    private ThrowAwayCluster cluster;

    @TempDir
    Path directory;

    @BeforeEach
    void startCluster() {
        cluster = ThrowAwayCluster.start();
        cluster.createDatabase("shop");
        cluster.execute("shop", "CREATE TABLE customers AS SELECT n, md5(n::text) t FROM generate_series(1, 200000) n");
    }

    @AfterEach
    void closeCluster() {
        cluster.close();
    }

    @Test
    void leavesNothingWhenPgDumpIsKilled() throws Exception {
        try (Connection holder = locked()) {
            Pulse killing = progress -> {
                if (progress.startsWith("pg_dump has run")) {
                    of("pg_dump", directory.toString()).forEach(ProcessHandle::destroyForcibly);
                }
            };

            assertThatThrownBy(() -> pgDump.backUp(request(""), killing))
                    .isInstanceOf(BackupFailed.class)
                    .hasMessageContaining("pg_dump ended with 137");
        }
        assertThat(directory).isEmptyDirectory();
    }

    @Test
    void isUnavailableWhenPostgresIsKilledInTheDumpAndWorksWhenItIsBack() throws Exception {
        String files;
        try (Connection connection = Connections.standard().open(PostgresUrl.parse(cluster.url("shop")))) {
            files = Connections.text(connection, "SHOW data_directory");
        }
        Pulse killing = progress -> {
            if (progress.startsWith("pg_dump has run")) {
                of("postgres", files).forEach(ProcessHandle::destroyForcibly);
            }
        };
        Connection holder = locked();

        assertThatThrownBy(() -> pgDump.backUp(request(""), killing)).isInstanceOf(DatabaseUnavailable.class);
        assertThat(directory).isEmptyDirectory();

        holder.close();
        cluster.stop();
        cluster.startAgain();
        assertThat(pgDump.backUp(request("restore"), Pulse.unheard()).verified())
                .isEqualTo("restored and compared");
    }

    @Test
    void refusesAnEmptyDump() throws Exception {
        Backup backup = pgDump.backUp(request(""), Pulse.unheard());
        Files.write(backup.dump(), new byte[0]);

        assertThatThrownBy(() -> pgDump.verify(backup.dump(), LONG, Pulse.unheard()))
                .isInstanceOf(BackupFailed.class)
                .hasMessageContaining("holds 0 bytes");
        assertThatThrownBy(() -> new ScratchCopies(PostgresBinaries.find(), new CommandRunner())
                        .of(backup.dump(), LONG, Pulse.unheard()))
                .isInstanceOf(BackupFailed.class);
    }

    @Test
    void goesOnAfterAWorkerThatWasKilledInTheRestore() throws Exception {
        Path copy;
        // its restore stays where it is until the worker is killed
        try (StayingRestore staying = new StayingRestore()) {
            cluster.execute("shop", staying.sql());
            staying.begins();
            Process worker = victim("restore");
            try {
                copy = await(() -> of("pg_restore", directory.toString())
                        .flatMap(process -> Stream.of(process.info().arguments().orElse(new String[0])))
                        .filter(argument -> argument.startsWith("--use-list="))
                        .map(argument -> Path.of(argument.substring("--use-list=".length()))
                                .getParent())
                        .findFirst());
            } finally {
                worker.destroyForcibly().waitFor();
                cluster.execute("shop", "DROP TABLE stays; DROP FUNCTION stay");
            }
        }
        assertThat(copy).exists();
        await(() -> of("postgres", copy.toString()).findAny().isEmpty() ? Optional.of(true) : Optional.empty());

        Backup backup = pgDump.backUp(request("restore"), Pulse.unheard());

        assertThat(backup.verified()).isEqualTo("restored and compared");
        assertThat(copy).as("what the killed one has left").doesNotExist();
        assertThat(names()).containsExactlyInAnyOrder("1.4.0.dump", "1.4.0.dump.json");
    }

    @Test
    void aDumpThatIsHeldBackEndsWithItsWorker() throws Exception {
        Process worker = victim("slow");
        try {
            await(() -> of("pg_dump", directory.toString()).findAny());
        } finally {
            worker.destroyForcibly().waitFor();
        }

        await(() -> of("pg_dump", directory.toString()).findAny().isEmpty()
                ? Optional.of(true)
                : Optional.<Boolean>empty());
        assertThat(pgDump.backUp(request(""), Pulse.unheard()).bytes()).isPositive();
    }

    @Test
    void refusesAServerThatIsNewerThanPgDump() throws Exception {
        Path old = Files.createDirectory(directory.resolve("bin"));
        for (String program : List.of("pg_dump", "pg_restore")) {
            Files.writeString(old.resolve(program), "#!/bin/sh\necho '" + program + " (PostgreSQL) 14.9'\n");
            Files.setPosixFilePermissions(old.resolve(program), PosixFilePermissions.fromString("rwx------"));
        }
        PgDump dump = new PgDump(PostgresBinaries.in(List.of(old)), new CommandRunner(), Clock.systemUTC());

        assertThatThrownBy(() -> dump.backUp(request("restore"), Pulse.unheard()))
                .isInstanceOf(DatabaseRefused.class)
                .hasMessageContaining("the server is PostgreSQL "
                        + PostgresBinaries.find().withServer().major()
                        + ", but the newest pg_dump on this machine is 14.9");
        assertThat(new Preflight(Connections.standard(), PostgresBinaries.in(List.of(old)))
                        .look(new Inspection(
                                PostgresUrl.parse(cluster.url("shop")),
                                Set.of(Inspection.Use.BACKUP),
                                List.of(),
                                List.of(),
                                DumpOptions.usual(),
                                ""))
                        .problems())
                .anyMatch(problem -> problem.contains("the newest pg_dump on this machine is 14.9"));
    }

    @Test
    void keepsNoDirectoryWhenTheDiskIsFull() throws Exception {
        org.junit.jupiter.api.Assumptions.assumeTrue(
                run("mount", "-t", "tmpfs", "-o", "size=200k", "tmpfs", directory.toString()), "no tmpfs here");
        try {
            DumpOptions options =
                    new DumpOptions(Platform.POSTGRES, List.of(), "directory", 2, "gzip", 0, false, 0, Duration.ZERO);

            assertThatThrownBy(() -> pgDump.backUp(request("").with(options), Pulse.unheard()))
                    .isInstanceOf(BackupFailed.class)
                    .hasMessageContaining("no space is left for the backup");
            assertThat(directory).isEmptyDirectory();
        } finally {
            assertThat(run("umount", directory.toString())).isTrue();
        }
    }

    private static boolean run(String... argv) throws IOException, InterruptedException {
        return new ProcessBuilder(argv).start().waitFor() == 0;
    }

    /** A table that pg_dump waits for. */
    private Connection locked() throws Exception {
        Connection holder = Connections.standard().open(PostgresUrl.parse(cluster.url("shop")));
        holder.setAutoCommit(false);
        try (var statement = holder.createStatement()) {
            statement.execute("LOCK TABLE customers");
        }
        return holder;
    }

    private Process victim(String how) throws IOException {
        return new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        "-Dslipway.clusters=" + ThrowAwayCluster.place(),
                        BackupVictim.class.getName(),
                        cluster.url("shop"),
                        directory.toString(),
                        how)
                .inheritIO()
                .start();
    }

    private BackupRequest request(String how) {
        return BackupVictim.request(cluster.url("shop"), directory, how);
    }

    /** The processes of this program that name this place; a killed worker's are nobody's descendants. */
    private static Stream<ProcessHandle> of(String program, String place) {
        return ProcessHandle.allProcesses()
                .filter(process -> process.info()
                        .command()
                        .filter(path -> path.endsWith("/" + program))
                        .isPresent())
                .filter(process -> Stream.of(process.info().arguments().orElse(new String[0]))
                        .anyMatch(argument -> argument.contains(place)));
    }

    private static <T> T await(Supplier<Optional<T>> condition) {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
        while (true) {
            Optional<T> found = condition.get();
            if (found.isPresent()) {
                return found.get();
            }
            assertThat(System.nanoTime()).isLessThan(end);
            LockSupport.parkNanos(20_000_000);
        }
    }

    private List<String> names() throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.map(file -> file.getFileName().toString()).toList();
        }
    }
}
