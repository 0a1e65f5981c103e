package dev.slipway.cli;

import dev.slipway.evidence.EvidenceActivities.FetchRequest;
import dev.slipway.evidence.EvidenceActivities.Folder;
import dev.slipway.evidence.Manifest;
import dev.slipway.record.SignedText;
import dev.slipway.release.ReleaseName;
import dev.slipway.trust.Sha256;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;

/** An evidence folder as it comes in, piece by piece. All pieces are of one manifest, which says what the whole has to be. */
final class FetchedEvidence {

    private final ReleaseName name;
    private final Map<String, ByteArrayOutputStream> files = new TreeMap<>();
    private Optional<SignedText> manifest = Optional.empty();

    FetchedEvidence(ReleaseName name) {
        this.name = name;
    }

    /** @throws CommandStopped where it is no piece of what came before, or brings nothing on */
    void take(FetchRequest asked, Folder piece) {
        boolean other =
                manifest.filter(before -> !before.equals(piece.manifest())).isPresent();
        boolean stays = !piece.last() && piece.file().equals(asked.file()) && piece.from() == asked.from();
        if (other || stays) {
            throw unsound("changed while it was fetched");
        }
        manifest = Optional.of(piece.manifest());
        try (ZipInputStream zip = new ZipInputStream(new ByteArrayInputStream(piece.zip()))) {
            for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
                zip.transferTo(files.computeIfAbsent(entry.getName(), path -> new ByteArrayOutputStream()));
            }
        } catch (IOException | IllegalArgumentException e) {
            throw unsound("came as no zip (" + e.getMessage() + ")");
        }
    }

    /**
     * Every file that came is, by its SHA-256, the one of the manifest. What did not come is for whoever verifies the folder:
     * what is left of evidence is worth having.
     */
    void proveWhole() {
        Map<String, String> hashes;
        try {
            hashes = Manifest.parse(manifest().text()).files();
        } catch (IllegalArgumentException e) {
            throw unsound("has no manifest: " + e.getMessage());
        }
        files.forEach((path, content) -> {
            if (!Sha256.hex(content.toByteArray()).equals(hashes.get(path))) {
                throw unsound("did not come as its manifest says: " + path + " is another file");
            }
        });
    }

    SignedText manifest() {
        return manifest.orElseThrow();
    }

    /** Path to content. */
    Map<String, byte[]> files() {
        Map<String, byte[]> whole = new TreeMap<>();
        files.forEach((path, content) -> whole.put(path, content.toByteArray()));
        return whole;
    }

    private CommandStopped unsound(String what) {
        return new CommandStopped(
                ExitCode.UNCONFIRMED, "the evidence of " + name.text() + " " + what + "; fetch it again");
    }
}
