package dev.slipway.database.backup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.slipway.database.Connections;
import dev.slipway.database.DatabaseUnavailable;
import dev.slipway.database.Platform;
import dev.slipway.database.PostgresBinaries;
import dev.slipway.database.PostgresUrl;
import dev.slipway.database.ThrowAwayCluster;
import dev.slipway.ledger.RecordPlace;
import dev.slipway.ledger.S3Clients;
import dev.slipway.ledger.S3Server;
import dev.slipway.process.CommandRunner;
import dev.slipway.process.Pulse;
import dev.slipway.process.WorkInterrupted;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3Client;

/** Backups in a bucket of a real S3 server. */
class S3BackupsTest extends BackupStoreContract {

    /** The least that S3 takes for a part that is not the last. */
    private static final long PART = 5L << 20;

    @TempDir
    private static Path folder;

    private static S3Server server;

    private final String prefix = "backups/" + UUID.randomUUID();

    @TempDir
    Path room;

    @BeforeAll
    static void start() throws Exception {
        server = S3Server.start(folder);
    }

    @AfterAll
    static void stop() {
        if (server != null) {
            server.close();
        }
    }

    private RecordPlace.S3 place() {
        return server.place(prefix);
    }

    private S3Client client() {
        return S3Clients.of(place(), Duration.ofSeconds(20), Duration.ofSeconds(10));
    }

    @Override
    BackupStore store() {
        return new S3Backups(place(), room.resolve("room"));
    }

    @Override
    void damage(String dump) throws IOException {
        try (S3Client s3 = client()) {
            String key = prefix + "/" + dump;
            byte[] bytes = s3.getObjectAsBytes(
                            request -> request.bucket(place().bucket()).key(key))
                    .asByteArray();
            bytes[bytes.length / 2] ^= 1;
            s3.putObject(request -> request.bucket(place().bucket()).key(key), RequestBody.fromBytes(bytes));
        }
    }

    @Override
    void forget(String dump) {
        try (S3Client s3 = client()) {
            s3.deleteObject(request -> request.bucket(place().bucket()).key(prefix + "/" + dump + ".json"));
        }
    }

    @Override
    BackupStore unreachable() {
        return new S3Backups(
                new RecordPlace.S3("no-such-bucket", "", "us-east-1", place().endpoint()), room.resolve("room"));
    }

    @Test
    void hasOneClientHoweverOftenAStoreIsAskedFor() {
        new S3Backups(place(), room).all();
        Set<Thread> before = Thread.getAllStackTraces().keySet();

        for (int i = 0; i < 20; i++) {
            new S3Backups(place(), room).all();
        }

        assertThat(Thread.getAllStackTraces().keySet().stream()
                        .filter(thread -> thread.getName().startsWith("sdk-") && !before.contains(thread))
                        .map(thread -> thread.getName().replaceAll("-[0-9]+$", ""))
                        .distinct())
                .as("each client has a pool; tests beside this one make a few of their own")
                .hasSizeLessThan(10);
    }

    @Test
    void uploadsLargeFilesInPartsAndHoldsTheirRate() throws Exception {
        S3Backups store = new S3Backups(place(), room, client(), PART);
        Path partial = large(12 << 20);
        Manifest manifest = manifest("large.dump", partial, NOW, "1.0.0");
        long start = System.nanoTime();

        store.keep(partial, "large.dump", manifest, 10 << 20, Pulse.unheard());

        assertThat(Duration.ofNanos(System.nanoTime() - start)).isGreaterThan(Duration.ofMillis(900));
        assertThat(store.bytes("large.dump")).isEqualTo(12 << 20);
        try (BackupStore.Local local = store.local("large.dump", Pulse.unheard())) {
            assertThat(new Archive(local.dump()).sha256(Pulse.unheard())).isEqualTo(manifest.sha256());
        }
        assertThat(Files.list(room))
                .noneMatch(there -> there.getFileName().toString().startsWith("fetched-"));
    }

    @Test
    void leavesNothingWhenTheUploadIsStoppedInTheMiddle() throws Exception {
        S3Backups store = new S3Backups(place(), room, client(), PART);
        Path partial = large(12 << 20);
        Pulse cancelled = progress -> {
            if (progress.startsWith("uploaded " + (10 << 20))) {
                throw new WorkInterrupted("cancelled");
            }
        };

        assertThatThrownBy(() ->
                        store.keep(partial, "large.dump", manifest("large.dump", partial, NOW, "1.0.0"), 0, cancelled))
                .isInstanceOf(WorkInterrupted.class);

        assertThat(store.bytes("large.dump")).isEqualTo(-1);
        assertThat(store.all()).isEmpty();
        try (S3Client s3 = client()) {
            assertThat(s3.listMultipartUploads(
                                    request -> request.bucket(place().bucket()).prefix(prefix))
                            .uploads())
                    .isEmpty();
        }
    }

    @Test
    void isUnavailableWhenTheServerDiesInTheMiddleAndWorksAfterwards(@TempDir Path own) throws Exception {
        try (S3Server dying = S3Server.start(own)) {
            RecordPlace.S3 there = dying.place("b");
            S3Client impatient = S3Clients.of(there, Duration.ofSeconds(3), Duration.ofSeconds(2));
            S3Backups store = new S3Backups(there, room, impatient, PART);
            Path partial = large(12 << 20);
            Manifest manifest = manifest("large.dump", partial, NOW, "1.0.0");
            Pulse killing = progress -> {
                if (progress.startsWith("uploaded " + (10 << 20))) {
                    dying.close();
                }
            };

            assertThatThrownBy(() -> store.keep(partial, "large.dump", manifest, 0, killing))
                    .isInstanceOf(DatabaseUnavailable.class)
                    .hasMessageContaining("s3://records/b");
            assertThat(partial).as("still here for the next attempt").exists();
            assertThat(new Retention(Duration.ofDays(1), 1).apply(store, origin("1.0.0"), Set.of(), Set.of(), NOW))
                    .as("no reason to fail a release")
                    .singleElement()
                    .asString()
                    .startsWith("warning: old backups were not deleted: the store of backups s3://records/b");
        }
    }

    @Test
    void holdsADumpOfARealDatabaseThatIsRestoredFromIt() throws Exception {
        try (ThrowAwayCluster cluster = ThrowAwayCluster.start()) {
            PostgresUrl url = PostgresUrl.parse(cluster.createDatabase("shop"));
            cluster.execute("shop", "CREATE TABLE orders AS SELECT n, md5(n::text) FROM generate_series(1, 2000) n");
            S3Backups store = new S3Backups(place(), room, client(), PART);
            DumpOptions options =
                    new DumpOptions(Platform.POSTGRES, List.of(), "directory", 2, "gzip", 0, true, 0, Duration.ZERO);
            BackupRequest request = new BackupRequest(
                    url, store, "1.4.0", Duration.ofMinutes(1), Duration.ofMinutes(1), options, origin("1.4.0"));
            PgDump dump = new PgDump(PostgresBinaries.find(), new CommandRunner(), Clock.systemUTC());

            Backup backup = dump.backUp(request, Pulse.unheard());

            assertThat(backup.address()).isEqualTo("s3://records/" + prefix + "/1.4.0.dump");
            assertThat(Files.list(room)).as("the bucket has it now").noneMatch(file -> file.toString()
                    .contains("1.4.0"));
            assertThat(dump.backUp(request, Pulse.unheard())).isEqualTo(backup);
            try (BackupStore.Local local = store.local("1.4.0.dump", Pulse.unheard());
                    ScratchCopy copy = new ScratchCopies(PostgresBinaries.find(), new CommandRunner())
                            .of(local.dump(), Duration.ofMinutes(1), Pulse.unheard());
                    var connection = Connections.standard().open(copy.url())) {
                assertThat(Connections.text(connection, "SELECT count(*) FROM orders"))
                        .isEqualTo("2000");
            }
        }
    }

    private Path large(int bytes) throws IOException {
        byte[] content = new byte[bytes];
        new Random(7).nextBytes(content);
        return Files.write(room.resolve("large.dump.partial"), content);
    }
}
