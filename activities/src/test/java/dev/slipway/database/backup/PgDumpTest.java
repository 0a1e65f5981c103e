package dev.slipway.database.backup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.slipway.database.Connections;
import dev.slipway.database.DatabaseRefused;
import dev.slipway.database.DatabaseUnavailable;
import dev.slipway.database.PostgresBinaries;
import dev.slipway.database.PostgresUrl;
import dev.slipway.process.Command;
import dev.slipway.process.CommandNotStarted;
import dev.slipway.process.CommandRunner;
import dev.slipway.process.Pulse;
import dev.slipway.process.WorkInterrupted;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.sql.Connection;
import java.time.Clock;
import java.time.Duration;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class PgDumpTest extends DumpedDatabase {

    private static final Duration LONG = Duration.ofSeconds(60);

    @Override
    List<String> contents() {
        return List.of(
                "CREATE TABLE customers AS SELECT n, md5(n::text) AS name FROM generate_series(1, 5000) n",
                "CREATE TABLE \"my orders\" (id int PRIMARY KEY)");
    }

    @Test
    void makesABackupThatRestores() throws Exception {
        Backup backup = pgDump.backUp(request(directory), Pulse.unheard());

        assertThat(backup.dump()).isEqualTo(directory.resolve("1.4.0.dump")).hasSize(backup.bytes());
        assertThat(backup.sha256()).matches("[0-9a-f]{64}");
        assertThat(backup.tables()).isEqualTo(2);
        assertThat(backup.toolVersion())
                .startsWith(PostgresBinaries.find().withServer().major() + ".");
        assertThat(backup.serverVersion())
                .startsWith(PostgresBinaries.find().withServer().major() + ".");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(backup.dump())))
                .isEqualTo("rw-------");
        assertThat(Files.readString(directory.resolve("1.4.0.dump.json")))
                .contains("\"public.my orders\"", "\"verified\" : \"full read\"", backup.sha256());
        assertThat(names(directory)).containsExactlyInAnyOrder("1.4.0.dump", "1.4.0.dump.json");

        PostgresUrl target = PostgresUrl.parse(cluster.createDatabase(database + "_restored"));
        new CommandRunner()
                .run(
                        new Command(
                                List.of(
                                        PostgresBinaries.find()
                                                .withServer()
                                                .program("pg_restore")
                                                .toString(),
                                        "--exit-on-error",
                                        "--dbname=" + target.database(),
                                        backup.dump().toString()),
                                directory,
                                target.libpqEnvironment(),
                                LONG,
                                LONG),
                        Pulse.unheard());
        try (Connection connection = Connections.standard().open(target)) {
            assertThat(Connections.text(connection, "SELECT count(*) FROM customers"))
                    .isEqualTo("5000");
        }
    }

    @Test
    void returnsTheSameBackupWhenAskedAgain() throws Exception {
        Backup first = pgDump.backUp(request(directory), Pulse.unheard());
        cluster.execute(database, "DROP TABLE customers");

        assertThat(pgDump.backUp(request(directory), Pulse.unheard())).isEqualTo(first);
    }

    @Test
    void replacesADamagedBackupAndRemovesLeftOvers() throws Exception {
        Backup first = pgDump.backUp(request(directory), Pulse.unheard());
        flip(first.dump(), first.bytes() / 2);
        Files.writeString(directory.resolve("1.4.0.dump.partial"), "left over");

        Backup second = pgDump.backUp(request(directory), Pulse.unheard());

        assertThat(second.time()).isAfter(first.time());
        assertThat(pgDump.verify(second.dump(), LONG, Pulse.unheard())).isEqualTo(second);
        assertThat(names(directory)).containsExactlyInAnyOrder("1.4.0.dump", "1.4.0.dump.json");
    }

    @Test
    void refusesATruncatedDump() throws Exception {
        Backup backup = pgDump.backUp(request(directory), Pulse.unheard());
        try (var file = new RandomAccessFile(backup.dump().toFile(), "rw")) {
            file.setLength(backup.bytes() - 1);
        }

        assertThatThrownBy(() -> pgDump.verify(backup.dump(), LONG, Pulse.unheard()))
                .isInstanceOf(BackupFailed.class)
                .hasMessageContaining("holds " + (backup.bytes() - 1) + " bytes");
    }

    @Test
    void refusesAFlippedBit() throws Exception {
        Backup backup = pgDump.backUp(request(directory), Pulse.unheard());
        flip(backup.dump(), backup.bytes() - 10);

        assertThatThrownBy(() -> pgDump.verify(backup.dump(), LONG, Pulse.unheard()))
                .isInstanceOf(BackupFailed.class)
                .hasMessageContaining("it is damaged");
    }

    @Test
    void refusesADumpThatPgRestoreCannotReadThoughItsChecksumIsRight() throws Exception {
        Backup backup = pgDump.backUp(request(directory), Pulse.unheard());
        // as if pg_dump itself had been cut short and the manifest written over the rest
        byte[] half = Arrays.copyOf(Files.readAllBytes(backup.dump()), (int) backup.bytes() * 3 / 4);
        Files.write(backup.dump(), half);
        String sha256 =
                HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(half));
        Path manifest = directory.resolve("1.4.0.dump.json");
        Files.writeString(
                manifest,
                Files.readString(manifest)
                        .replace(backup.sha256(), sha256)
                        .replace("\"bytes\" : " + backup.bytes(), "\"bytes\" : " + half.length));

        assertThatThrownBy(() -> pgDump.verify(backup.dump(), LONG, Pulse.unheard()))
                .isInstanceOf(BackupFailed.class)
                .hasMessageContaining("cannot be read back");
    }

    @Test
    void saysThatADatabaseIsUnavailable() throws Exception {
        PostgresUrl nobody = PostgresUrl.parse("postgresql://ana:hunter2@127.0.0.1:1/shop");

        assertThatThrownBy(
                        () -> pgDump.backUp(new BackupRequest(nobody, directory, "1.4.0", LONG, LONG), Pulse.unheard()))
                .isInstanceOf(DatabaseUnavailable.class)
                .hasMessageNotContaining("hunter2");
        assertThat(names(directory)).isEmpty();
    }

    @Test
    void refusesADatabaseThatIsNotThere() {
        assertThatThrownBy(() -> pgDump.backUp(
                        new BackupRequest(url.withDatabase("none"), directory, "1.4.0", LONG, LONG), Pulse.unheard()))
                .isInstanceOf(DatabaseRefused.class)
                .hasMessageContaining("3D000");
    }

    @Test
    void waitsForALockOnlySoLongAndMayBeTriedAgain() throws Exception {
        try (Connection holder = Connections.standard().open(url);
                var statement = holder.createStatement()) {
            holder.setAutoCommit(false);
            statement.execute("LOCK TABLE customers");

            assertThatThrownBy(() -> pgDump.backUp(request(directory), Pulse.unheard()))
                    .isInstanceOf(DatabaseUnavailable.class)
                    .hasMessageContaining("LOCK TABLE public.customers");
        }
        assertThat(names(directory)).isEmpty();
    }

    @Test
    void leavesNothingWhenTheCallerIsCancelled() throws Exception {
        try (Connection holder = Connections.standard().open(url);
                var statement = holder.createStatement()) {
            holder.setAutoCommit(false);
            statement.execute("LOCK TABLE customers");
            Pulse cancelled = progress -> {
                if (progress.startsWith("pg_dump has run")) {
                    throw new WorkInterrupted("cancelled");
                }
            };

            assertThatThrownBy(() -> pgDump.backUp(request(directory), cancelled))
                    .isInstanceOf(WorkInterrupted.class);
        }
        assertThat(names(directory)).isEmpty();
    }

    @Test
    void nobodyReadsTheDumpAnyMoreWhenItHasFailed() throws Exception {
        Path pid = directory.resolve("bin").resolve("pid");
        String real = PostgresBinaries.find().withServer().program("pg_dump").toString();
        PgDump dump = with(
                programs("dumps", "exec " + real + " \"$@\"", "while [ ! -e " + pid + " ]; do sleep 0.1; done; exit 1"),
                programs(
                        "lists",
                        "echo 'pg_dump (PostgreSQL) 99.0'",
                        "echo $$ > " + pid + ".new; mv " + pid + ".new " + pid + "; exec sleep 100"));
        Path room = Files.createDirectory(directory.resolve("backups"));

        assertThatThrownBy(() -> dump.backUp(request(room), Pulse.unheard()))
                .isInstanceOf(BackupFailed.class)
                .hasMessageContaining("cannot be read back");

        assertThat(ProcessHandle.of(Long.parseLong(Files.readString(pid).strip()))
                        .filter(ProcessHandle::isAlive))
                .isEmpty();
        assertThat(names(room)).isEmpty();
    }

    @Test
    void saysWhyTheTableOfContentsCouldNotBeRead() throws Exception {
        Path lists = programs("lists", "echo 'pg_dump (PostgreSQL) 99.0'", "exit 1");
        PgDump dump = with(
                PostgresBinaries.find()
                        .withServer()
                        .program("pg_dump")
                        .toAbsolutePath()
                        .getParent(),
                lists);
        Files.delete(lists.resolve("pg_restore"));

        assertThatThrownBy(() -> dump.backUp(request(directory), Pulse.unheard()))
                .isInstanceOf(CommandNotStarted.class);
    }

    private static PgDump with(Path dumps, Path lists) {
        return new PgDump(PostgresBinaries.in(List.of(dumps, lists)), new CommandRunner(), Clock.systemUTC());
    }

    /** Two programs in shell, in a directory of their own. */
    private Path programs(String name, String dump, String restore) throws IOException {
        Path programs = Files.createDirectories(directory.resolve("bin").resolve(name));
        for (Map.Entry<String, String> each :
                Map.of("pg_dump", dump, "pg_restore", restore).entrySet()) {
            Path program = programs.resolve(each.getKey());
            Files.writeString(program, "#!/bin/sh\n" + each.getValue() + "\n");
            Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwx------"));
        }
        return programs;
    }

    @Test
    void isUnavailableWhenTheServerGoesInTheMiddle() throws Exception {
        try (Connection holder = Connections.standard().open(url);
                var statement = holder.createStatement()) {
            holder.setAutoCommit(false);
            statement.execute("LOCK TABLE customers");
            Pulse outage = progress -> {
                if (progress.startsWith("pg_dump has run")) {
                    cluster.execute(
                            "postgres",
                            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity" + " WHERE datname = '" + database
                                    + "' AND query LIKE 'LOCK TABLE public%'");
                }
            };

            assertThatThrownBy(() -> pgDump.backUp(request(directory), outage)).isInstanceOf(DatabaseUnavailable.class);
        }
        assertThat(names(directory)).isEmpty();
    }

    @Test
    void goesOnAfterAWorkerThatWasKilledInTheMiddle() throws Exception {
        try (Connection holder = Connections.standard().open(url);
                var statement = holder.createStatement()) {
            holder.setAutoCommit(false);
            statement.execute("LOCK TABLE customers");
            Process jvm = new ProcessBuilder(
                            Path.of(System.getProperty("java.home"), "bin", "java")
                                    .toString(),
                            "-cp",
                            System.getProperty("java.class.path"),
                            BackupVictim.class.getName(),
                            cluster.url(database),
                            directory.toString())
                    .inheritIO()
                    .start();
            try {
                while (!names(directory).contains("1.4.0.dump.running")) {
                    assertThat(jvm.isAlive()).isTrue();
                    LockSupport.parkNanos(10_000_000);
                }
            } finally {
                jvm.destroyForcibly().waitFor();
            }
            assertThat(names(directory)).contains("1.4.0.dump.partial");
        }

        Backup backup = pgDump.backUp(request(directory), Pulse.unheard());

        assertThat(pgDump.verify(backup.dump(), LONG, Pulse.unheard())).isEqualTo(backup);
        assertThat(names(directory)).containsExactlyInAnyOrder("1.4.0.dump", "1.4.0.dump.json");
    }

    @Test
    void keepsNoPartialFileWhenTheDiskIsFull() throws Exception {
        assumeTrue(run("mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", directory.toString()), "no tmpfs here");
        try {
            assertThatThrownBy(() -> pgDump.backUp(request(directory), Pulse.unheard()))
                    .isInstanceOf(BackupFailed.class)
                    .hasMessageContaining("no space is left for the backup");
            assertThat(names(directory)).isEmpty();
        } finally {
            assertThat(run("umount", directory.toString())).isTrue();
        }
    }

    private BackupRequest request(Path where) {
        return new BackupRequest(url, where, "1.4.0", LONG, LONG);
    }

    private static boolean run(String... argv) {
        return new CommandRunner()
                .run(new Command(List.of(argv), Path.of("/"), Map.of(), LONG, LONG), Pulse.unheard())
                .succeeded();
    }

    private static void flip(Path file, long place) throws IOException {
        try (var bytes = new RandomAccessFile(file.toFile(), "rw")) {
            bytes.seek(place);
            int old = bytes.read();
            bytes.seek(place);
            bytes.write(old ^ 1);
        }
    }

    private static List<String> names(Path where) throws IOException {
        try (Stream<Path> files = Files.list(where)) {
            return files.map(file -> file.getFileName().toString()).toList();
        }
    }
}
