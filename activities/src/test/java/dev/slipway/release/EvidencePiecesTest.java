package dev.slipway.release;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.evidence.EvidenceActivities;
import dev.slipway.evidence.EvidenceActivities.FetchRequest;
import dev.slipway.evidence.EvidenceActivities.Folder;
import dev.slipway.evidence.EvidenceActivitiesImpl;
import dev.slipway.evidence.Manifest;
import dev.slipway.served.Served;
import dev.slipway.trust.Sha256;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Map;
import java.util.Random;
import java.util.zip.ZipInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Evidence that is more than Temporal takes in one message. */
class EvidencePiecesTest {

    private static final int MOST = 2 << 20;

    @Test
    void comesInPiecesThatTemporalTakes(@TempDir Path home) throws Exception {
        try (Dock dock = new Dock(home)) {
            dock.files();
            dock.released("1.0.0");
            byte[] history = new byte[3 << 20];
            new Random(7).nextBytes(history);
            kept(dock.served(), dock.state().history().get(0).request(), history);
            EvidenceActivities evidence = new EvidenceActivitiesImpl(dock.environments(), null);

            ByteArrayOutputStream whole = new ByteArrayOutputStream();
            Folder piece;
            do {
                piece = evidence.fetchEvidence(new FetchRequest("shop", "production", "1.0.0", whole.size()));
                assertThat(piece.zip().length).isBetween(1, MOST);
                whole.writeBytes(piece.zip());
            } while (piece.left() > 0);

            try (ZipInputStream zip = new ZipInputStream(new ByteArrayInputStream(whole.toByteArray()))) {
                assertThat(zip.getNextEntry().getName()).isEqualTo("temporal-history.json");
                assertThat(zip.readAllBytes()).isEqualTo(history);
            }
        }
    }

    private static void kept(Served served, String request, byte[] history) {
        String hash = Sha256.hex(history);
        served.record().keepFile(hash, history);
        Manifest manifest = new Manifest(
                Manifest.KIND,
                Manifest.FORMAT,
                "shop",
                "production",
                "1.0.0",
                request,
                Instant.EPOCH,
                Map.of("temporal-history.json", hash));
        served.record().keepEvidence(request, served.record().sign(manifest.text()));
    }
}
