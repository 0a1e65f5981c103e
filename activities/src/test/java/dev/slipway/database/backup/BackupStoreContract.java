package dev.slipway.database.backup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.slipway.database.DatabaseUnavailable;
import dev.slipway.process.ProcessMark;
import dev.slipway.process.Pulse;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What every store of backups keeps its word about. */
abstract class BackupStoreContract {

    static final Instant NOW = Instant.parse("2026-11-21T09:00:00Z");

    private BackupStore store;

    /** A fresh one. */
    abstract BackupStore store() throws IOException;

    /** Changes a byte of what is kept, behind the store's back. */
    abstract void damage(String dump) throws IOException;

    /** Takes a manifest away, as if the attempt had died before it. */
    abstract void forget(String dump) throws IOException;

    @BeforeEach
    void open() throws IOException {
        store = store();
        Files.createDirectories(store.room());
    }

    @Test
    void provesThatSomethingCanBeKept() {
        store.prove();

        assertThat(store.all()).isEmpty();
    }

    @Test
    void keepsAFileWithItsManifest() throws Exception {
        Manifest manifest = keep("shop-production-main-1.0.0.dump", file(70_000));

        assertThat(store.manifest("shop-production-main-1.0.0.dump")).contains(manifest);
        assertThat(store.bytes("shop-production-main-1.0.0.dump")).isEqualTo(70_000);
        assertThat(store.isWhole("shop-production-main-1.0.0.dump", manifest, Pulse.unheard()))
                .isTrue();
        assertThat(store.all()).extracting(BackupStore.Kept::dump).containsExactly("shop-production-main-1.0.0.dump");
        try (BackupStore.Local local = store.local("shop-production-main-1.0.0.dump", Pulse.unheard())) {
            assertThat(local.dump()).hasSize(70_000);
            assertThat(new Archive(local.dump()).sha256(Pulse.unheard())).isEqualTo(manifest.sha256());
            assertThat(Manifest.read(local.dump())).contains(manifest);
        }
    }

    @Test
    void keepsADirectoryAsOneBackup() throws Exception {
        Path partial = Files.createDirectories(store.room().resolve("d.dump.partial"));
        Files.write(partial.resolve("toc.dat"), bytes(500));
        Files.write(partial.resolve("3421.dat.gz"), bytes(30_000));
        Manifest manifest = keep("d.dump", partial);

        assertThat(store.bytes("d.dump")).isEqualTo(30_500);
        assertThat(store.isWhole("d.dump", manifest, Pulse.unheard())).isTrue();
        try (BackupStore.Local local = store.local("d.dump", Pulse.unheard())) {
            assertThat(local.dump().resolve("toc.dat")).hasSize(500);
            assertThat(local.dump().resolve("3421.dat.gz")).hasSize(30_000);
        }
        store.delete("d.dump");
        assertThat(store.bytes("d.dump")).isEqualTo(-1);
    }

    @Test
    void seesADamagedByte() throws Exception {
        Manifest manifest = keep("a.dump", file(20_000));
        damage("a.dump");

        assertThat(store.isWhole("a.dump", manifest, Pulse.unheard())).isFalse();
    }

    @Test
    void replacesWhatHasTheSameName() throws Exception {
        keep("a.dump", file(20_000));
        Manifest second = keep("a.dump", file(9_000));

        assertThat(store.bytes("a.dump")).isEqualTo(9_000);
        assertThat(store.isWhole("a.dump", second, Pulse.unheard())).isTrue();
        assertThat(store.all()).hasSize(1);
    }

    @Test
    void hasNothingWhereNothingWasKept() {
        assertThat(store.manifest("none.dump")).isEmpty();
        assertThat(store.bytes("none.dump")).isEqualTo(-1);
        store.delete("none.dump");
    }

    @Test
    void refusesToKeepWhatIsNotWhatItsManifestSays() throws Exception {
        Path partial = file(5_000);
        Manifest right = manifest("a.dump", partial, NOW, "1.0.0");
        Files.write(partial, bytes(5_000));

        try {
            store.keep(partial, "a.dump", right, 0, Pulse.unheard());
        } catch (BackupFailed seen) {
            assertThat(store.manifest("a.dump")).isEmpty();
            return;
        }
        assertThat(store.isWhole("a.dump", right, Pulse.unheard())).isFalse();
    }

    @Test
    void deletesByManifestsWhatIsOlderThanThePlanKeepsIt() throws Exception {
        for (int day = 40; day >= 0; day -= 10) {
            Path partial = file(100 + day);
            store.keep(
                    partial,
                    "shop-" + day + ".dump",
                    manifest("shop-" + day + ".dump", partial, NOW.minus(Duration.ofDays(day)), "1." + day),
                    0,
                    Pulse.unheard());
        }
        Path foreign = file(77);
        store.keep(
                foreign,
                "other.dump",
                with(manifest("other.dump", foreign, NOW.minus(Duration.ofDays(400)), "9"), Manifest.Origin.UNKNOWN),
                0,
                Pulse.unheard());

        List<String> said =
                new Retention(Duration.ofDays(15), 2).apply(store, origin("1.0"), Set.of("1.40"), Set.of(), NOW);

        assertThat(said)
                .singleElement()
                .asString()
                .contains("deleted 2 backups older than 15d: shop-30.dump, shop-20.dump");
        assertThat(store.all())
                .extracting(BackupStore.Kept::dump)
                .containsExactlyInAnyOrder("shop-0.dump", "shop-10.dump", "shop-40.dump", "other.dump");
        assertThat(store.bytes("shop-20.dump")).isEqualTo(-1);
    }

    @Test
    void keepsOnlyTheNewestBackupOfAReleaseThatIsKeptLonger() throws Exception {
        for (int day = 10; day <= 40; day += 10) {
            Path partial = file(100 + day);
            String release = day == 10 ? "1.5" : day == 20 ? Manifest.Origin.byRun("1.4") : "1.4";
            store.keep(
                    partial,
                    "shop-" + day + ".dump",
                    manifest("shop-" + day + ".dump", partial, NOW.minus(Duration.ofDays(day)), release),
                    0,
                    Pulse.unheard());
        }

        new Retention(Duration.ofDays(1), 1).apply(store, origin("1.5"), Set.of("1.4"), Set.of(), NOW);

        assertThat(store.all())
                .extracting(BackupStore.Kept::dump)
                .containsExactlyInAnyOrder("shop-10.dump", "shop-30.dump");
    }

    @Test
    void keepsSomeHoweverOldTheyAre() throws Exception {
        for (int day = 400; day >= 300; day -= 50) {
            Path partial = file(100 + day);
            store.keep(
                    partial,
                    "shop-" + day + ".dump",
                    manifest("shop-" + day + ".dump", partial, NOW.minus(Duration.ofDays(day)), "1." + day),
                    0,
                    Pulse.unheard());
        }

        new Retention(Duration.ofDays(1), 1).apply(store, origin("1.0"), Set.of(), Set.of(), NOW);

        assertThat(store.all()).extracting(BackupStore.Kept::dump).containsExactly("shop-300.dump");
    }

    @Test
    void sweepsOldLeftoversOfItsOwnAndNothingElse() throws Exception {
        Path old = leftover("shop-production-main-1.dump.partial", Duration.ofDays(2));
        Path young = leftover("shop-production-main-2.dump.partial", Duration.ofHours(2));
        Path foreign = leftover("billing-production-main-1.dump.partial", Duration.ofDays(2));
        Path text = leftover("shop-production-main-notes.txt", Duration.ofDays(2));
        Path busy = leftover("shop-production-main-3.dump.partial", Duration.ofDays(2));
        ProcessMark.write(store.room().resolve("shop-production-main-3.dump.running"), ProcessHandle.current());

        List<String> swept = store.sweep("shop-production-main-", NOW.minus(Duration.ofDays(1)));

        assertThat(swept).containsExactly("shop-production-main-1.dump.partial");
        assertThat(old).doesNotExist();
        assertThat(List.of(young, foreign, text, busy)).allMatch(Files::exists);
    }

    @Test
    void removesDumpsWithoutAManifestThatOnlyADeadReleaseCanHaveLeft() throws Exception {
        String dead = "shop-production-main-1.0.0-0123456789ab.dump";
        String known = "shop-production-main-1.1.0-0123456789ab.dump";
        String whole = "shop-production-main-1.2.0-0123456789ab.dump";
        List<String> foreign = List.of("shop-production-main-mine.dump", "shop-staging-main-1-0123456789ab.dump");
        for (String dump : List.of(dead, known, foreign.get(0), foreign.get(1))) {
            keep(dump, file(100));
            forget(dump);
        }
        keep(whole, file(100));
        Retention retention = new Retention(Duration.ofDays(3650), 1);

        // they are a moment old
        retention.apply(store, origin("1"), Set.of(), Set.of(store.address(known)), Instant.now());
        assertThat(store.bytes(dead)).isEqualTo(100);
        List<String> said = retention.apply(
                store,
                origin("1"),
                Set.of(),
                Set.of(store.address(known)),
                Instant.now().plus(Duration.ofDays(2)));

        assertThat(said).containsExactly("removed leftovers of dumps that ended too early: " + dead);
        assertThat(store.bytes(dead)).isEqualTo(-1);
        assertThat(List.of(known, whole, foreign.get(0), foreign.get(1)))
                .allSatisfy(dump -> assertThat(store.bytes(dump)).isEqualTo(100));
    }

    @Test
    void saysWhenItCannotBeReached() throws Exception {
        assertThatThrownBy(() -> unreachable().prove())
                .isInstanceOfAny(BackupFailed.class, DatabaseUnavailable.class)
                .hasMessageContaining(unreachable().toString());
    }

    /** One that cannot be used. */
    abstract BackupStore unreachable() throws IOException;

    private Path leftover(String name, Duration age) throws IOException {
        Path file = Files.write(store.room().resolve(name), bytes(10));
        Files.setLastModifiedTime(file, FileTime.from(NOW.minus(age)));
        return file;
    }

    private Manifest keep(String dump, Path partial) throws IOException {
        Manifest manifest = manifest(dump, partial, NOW, "1.0.0");
        store.keep(partial, dump, manifest, 0, Pulse.unheard());
        assertThat(partial).doesNotExist();
        return manifest;
    }

    private Path file(int size) throws IOException {
        return Files.write(store.room().resolve("made.partial"), bytes(size));
    }

    private static final Random RANDOM = new Random(4);

    private static byte[] bytes(int size) {
        byte[] bytes = new byte[size];
        RANDOM.nextBytes(bytes);
        return bytes;
    }

    static Manifest.Origin origin(String release) {
        return new Manifest.Origin("shop", "production", "main", release, "g");
    }

    static Manifest manifest(String dump, Path file, Instant time, String release) throws IOException {
        Archive archive = new Archive(file);
        return new Manifest(
                Manifest.FORMAT,
                dump,
                "postgresql://shop@db/shop",
                archive.bytes(),
                archive.sha256(Pulse.unheard()),
                List.of("public.orders"),
                "15.1",
                "15.1",
                100,
                time.toString(),
                Manifest.FULL_READ,
                Files.isDirectory(file) ? "directory" : "custom",
                origin(release),
                Manifest.Source.UNKNOWN,
                List.of(),
                Manifest.Shape.UNKNOWN,
                List.of("roles"));
    }

    private static Manifest with(Manifest manifest, Manifest.Origin origin) {
        return new Manifest(
                manifest.format(),
                manifest.name(),
                manifest.database(),
                manifest.bytes(),
                manifest.sha256(),
                manifest.tables(),
                manifest.toolVersion(),
                manifest.serverVersion(),
                manifest.tookMillis(),
                manifest.time(),
                manifest.verified(),
                manifest.archive(),
                origin,
                manifest.source(),
                manifest.rows(),
                manifest.shape(),
                manifest.without());
    }
}
