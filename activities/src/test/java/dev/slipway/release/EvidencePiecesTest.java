package dev.slipway.release;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.slipway.evidence.EvidenceActivities;
import dev.slipway.evidence.EvidenceActivities.FetchRequest;
import dev.slipway.evidence.EvidenceActivities.Folder;
import dev.slipway.evidence.EvidenceActivitiesImpl;
import dev.slipway.evidence.Manifest;
import dev.slipway.served.Served;
import dev.slipway.trust.Sha256;
import io.temporal.failure.ApplicationFailure;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Evidence that is more than Temporal takes in one message. */
class EvidencePiecesTest {

    /** In base64 a third more, and two million are too many. */
    private static final int MOST = 1_400_000;

    private Dock dock;
    private EvidenceActivities evidence;

    @BeforeEach
    void start(@TempDir Path home) throws Exception {
        dock = new Dock(home);
        dock.files();
        dock.released("1.0.0");
        evidence = new EvidenceActivitiesImpl(dock.environments(), null);
    }

    @AfterEach
    void stop() {
        dock.close();
    }

    private static byte[] noise(int length) {
        byte[] noise = new byte[length];
        new Random(length).nextBytes(noise);
        return noise;
    }

    private void kept(Map<String, byte[]> files) {
        kept(dock.served(), dock.state().history().get(0).request(), files);
    }

    private Folder fetched(FetchRequest asked, Map<String, ByteArrayOutputStream> files) throws Exception {
        Folder piece = evidence.fetchEvidence(asked);
        assertThat(piece.zip().length).isBetween(1, MOST);
        try (ZipInputStream zip = new ZipInputStream(new ByteArrayInputStream(piece.zip()))) {
            for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
                zip.transferTo(files.computeIfAbsent(entry.getName(), path -> new ByteArrayOutputStream()));
            }
        }
        return piece;
    }

    @Test
    void comesInPiecesThatTemporalTakes() throws Exception {
        Map<String, byte[]> kept = Map.of(
                "a-small-file", noise(10),
                "an-empty-file", new byte[0],
                "just-one-piece", noise(1_200_000),
                "temporal-history.json", noise(3 << 20),
                "the-last", noise(11));
        kept(kept);

        Map<String, ByteArrayOutputStream> files = new TreeMap<>();
        FetchRequest asking = new FetchRequest("shop", "production", "1.0.0");
        Folder piece;
        do {
            piece = fetched(asking, files);
            asking = asking.after(piece);
        } while (!piece.last());

        assertThat(files).hasSize(kept.size());
        kept.forEach((path, content) ->
                assertThat(files.get(path).toByteArray()).as(path).isEqualTo(content));
    }

    @Test
    void readsOnlyWhatItGives() throws Exception {
        kept(Map.of("a-small-file", noise(10), "big", noise(3 << 20), "z", noise(11)));
        FetchRequest first = new FetchRequest("shop", "production", "1.0.0");
        FetchRequest second = first.after(evidence.fetchEvidence(first));
        assertThat(second.file()).isEqualTo("big");
        Files.delete(stored(Sha256.hex(noise(10))));
        Files.delete(stored(Sha256.hex(noise(11))));

        assertThat(fetched(second, new TreeMap<>()).file()).as("needs neither").isEqualTo("big");
    }

    private Path stored(String hash) throws Exception {
        try (Stream<Path> found = Files.walk(dock.home.resolve("store"))) {
            return found.filter(path -> path.getFileName().toString().equals(hash))
                    .findFirst()
                    .orElseThrow();
        }
    }

    @Test
    void givesNoPieceOfAnotherEvidenceThanThatOfThePiecesBefore() throws Exception {
        kept(Map.of("big", noise(3 << 20)));
        FetchRequest first = new FetchRequest("shop", "production", "1.0.0");
        FetchRequest second = first.after(evidence.fetchEvidence(first));
        FetchRequest another = new FetchRequest(
                second.service(), second.environment(), second.version(), "0".repeat(64), second.file(), 0);

        assertThat(evidence.fetchEvidence(second).manifest().text())
                .as("the very one")
                .isNotEmpty();
        assertThatThrownBy(() -> evidence.fetchEvidence(another))
                .isInstanceOf(ApplicationFailure.class)
                .hasMessageContaining("is another one than that of the pieces before; fetch it again");
    }

    private static void kept(Served served, String request, Map<String, byte[]> files) {
        Map<String, String> hashes = new TreeMap<>();
        files.forEach((path, content) -> {
            String hash = Sha256.hex(content);
            served.record().keepFile(hash, content);
            hashes.put(path, hash);
        });
        Manifest manifest = new Manifest(
                Manifest.KIND, Manifest.FORMAT, "shop", "production", "1.0.0", request, Instant.EPOCH, hashes);
        served.record().keepEvidence(request, served.record().sign(manifest.text()));
    }
}
