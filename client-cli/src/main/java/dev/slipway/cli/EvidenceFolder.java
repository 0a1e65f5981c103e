package dev.slipway.cli;

import dev.slipway.evidence.Manifest;
import dev.slipway.record.SignedText;
import dev.slipway.trust.AllowedSigners;
import dev.slipway.trust.Namespace;
import dev.slipway.trust.Sha256;
import dev.slipway.trust.SignatureCheck;
import dev.slipway.trust.SignedStatement;
import dev.slipway.trust.SshPublicKey;
import dev.slipway.trust.Sshsig;
import dev.slipway.trust.UnusableKey;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.stream.Stream;

/** A folder of evidence on this machine. */
final class EvidenceFolder {

    private static final String SIGNATURE = ".sig";

    private final Path folder;

    EvidenceFolder(Path folder) {
        this.folder = folder;
    }

    /** Lays out what a worker sent; names that lead out of the folder are refused. */
    void layOut(SignedText manifest, Map<String, byte[]> files) {
        files.keySet().forEach(this::refuseElsewhere);
        try {
            Files.createDirectories(folder);
            for (Map.Entry<String, byte[]> each : files.entrySet()) {
                Path file = folder.resolve(each.getKey()).normalize();
                Files.createDirectories(file.getParent());
                Files.write(file, each.getValue());
            }
            Files.writeString(folder.resolve(Manifest.FILE), manifest.text());
            Files.writeString(folder.resolve(Manifest.FILE + SIGNATURE), manifest.signature());
        } catch (IOException e) {
            throw new CommandStopped(
                    ExitCode.INTERNAL_ERROR, "the folder '" + folder + "' can't be written: " + e.getMessage(), e);
        }
    }

    private void refuseElsewhere(String path) {
        Path file = folder.resolve(path).normalize();
        if (!file.startsWith(folder.normalize())) {
            throw new CommandStopped(ExitCode.UNCONFIRMED, "the evidence has a name that leads elsewhere: " + file);
        }
    }

    /** SHA-256 of the manifest, which names every other file by its own. */
    String digest() {
        return Sha256.hex(bytes(Manifest.FILE));
    }

    /** The manifest as it stands there, believed or not. */
    Manifest manifest() {
        try {
            return Manifest.parse(Files.readString(folder.resolve(Manifest.FILE)));
        } catch (IOException | IllegalArgumentException e) {
            throw new CommandStopped(
                    ExitCode.USAGE,
                    "'" + folder + "' is no folder of evidence: " + Manifest.FILE + " "
                            + (e instanceof IOException ? "can't be read" : "is none"),
                    e);
        }
    }

    /**
     * Everything that is not as the environment's pinned key signed it; empty where all is.
     *
     * @param former keys that the environment had before, which count as well
     */
    List<String> problems(Shell shell, List<SshPublicKey> former) {
        Manifest manifest = manifest();
        List<String> problems = new ArrayList<>();
        EnvironmentName name = new EnvironmentName(manifest.service(), manifest.environment());
        SignedText signed = new SignedText(
                text(Manifest.FILE), exists(Manifest.FILE + SIGNATURE) ? text(Manifest.FILE + SIGNATURE) : "");
        doubt(shell, name, signed, former)
                .ifPresent(doubt -> problems.add(Manifest.FILE + ": " + doubt
                        + "; where its key was changed after this release, name the former one by --former-key"));
        manifest.files().forEach((path, hash) -> {
            if (!exists(path)) {
                problems.add(path + ": is missing");
            } else if (!Sha256.hex(bytes(path)).equals(hash)) {
                problems.add(path + ": was changed");
            }
        });
        TreeSet<String> more = new TreeSet<>(found());
        more.removeAll(manifest.files().keySet());
        more.removeAll(List.of(Manifest.FILE, Manifest.FILE + SIGNATURE));
        more.forEach(path -> problems.add(path + ": is not in the manifest"));
        if (problems.isEmpty()) {
            entries(shell, name, former, problems);
            statements(problems);
        }
        return problems;
    }

    private void entries(Shell shell, EnvironmentName name, List<SshPublicKey> former, List<String> problems) {
        under("record/").forEach(path -> doubt(shell, name, new SignedText(text(path), text(path + SIGNATURE)), former)
                .ifPresent(doubt -> problems.add(path + ": " + doubt)));
    }

    private static Optional<String> doubt(
            Shell shell, EnvironmentName name, SignedText signed, List<SshPublicKey> former) {
        byte[] text = signed.text().getBytes(StandardCharsets.UTF_8);
        boolean byFormer = former.stream()
                .anyMatch(key -> Sshsig.verifyBy(key, signed.signature(), Namespace.WORKER, text)
                        instanceof Sshsig.Check.Signed);
        return byFormer ? Optional.empty() : new PinnedKeys(shell).doubt(name, signed);
    }

    /** Those of people whose keys counted at the end; a key that counts no more is said, and proves nothing. */
    private void statements(List<String> problems) {
        Map<String, List<String>> people;
        try {
            people = AllowedSigners.read(folder.resolve("signers"));
        } catch (UnusableKey e) {
            problems.add("signers: " + e.getMessage());
            return;
        }
        under("statements/").forEach(path -> {
            String signature = exists(path + SIGNATURE) ? text(path + SIGNATURE) : "";
            if (SignatureCheck.of(new SignedStatement(text(path), signature), people)
                    instanceof SignatureCheck.Refused refused) {
                problems.add(path + ": " + String.join("; ", refused.problems()));
            }
        });
    }

    private List<String> under(String directory) {
        return found().stream()
                .filter(path -> path.startsWith(directory) && !path.endsWith(SIGNATURE))
                .toList();
    }

    private List<String> found() {
        try (Stream<Path> files = Files.walk(folder)) {
            return files.filter(Files::isRegularFile)
                    .map(file -> folder.relativize(file).toString().replace('\\', '/'))
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private boolean exists(String path) {
        return Files.isRegularFile(folder.resolve(path));
    }

    private byte[] bytes(String path) {
        try {
            return Files.readAllBytes(folder.resolve(path));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private String text(String path) {
        return new String(bytes(path), StandardCharsets.UTF_8);
    }
}
