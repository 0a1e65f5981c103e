package dev.slipway.source;

import dev.slipway.trust.Sha256;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** The files that a plan names, and nothing else, laid out for its commands. One byte that differs refuses them all. */
public final class WorkingDirectory {

    private WorkingDirectory() {}

    /**
     * Lays the files out anew.
     *
     * @param files path to SHA-256, the plan's manifest
     * @throws SourceRefused where a file is missing, is a link, or differs
     */
    public static Path layOut(Path folder, SourceTree tree, Map<String, String> files) {
        boolean whole = false;
        try {
            delete(folder);
            Files.createDirectories(
                    folder, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
            for (Map.Entry<String, String> file : files.entrySet()) {
                Path target = folder.resolve(file.getKey()).normalize();
                if (!target.startsWith(folder)) {
                    throw new SourceRefused("the plan names '" + file.getKey() + "', which is outside its folder");
                }
                byte[] content = genuine(tree, file.getKey(), file.getValue());
                Files.createDirectories(target.getParent());
                Files.write(target, content);
                Files.setPosixFilePermissions(
                        target,
                        PosixFilePermissions.fromString(tree.executable(file.getKey()) ? "rwx------" : "rw-------"));
            }
            whole = true;
            return folder;
        } catch (IOException e) {
            throw new SourceUnavailable(
                    "the files of the plan can't be laid out in '" + folder + "': " + e.getMessage());
        } finally {
            if (!whole) {
                clear(folder);
            }
        }
    }

    /** Nothing runs in a folder that is not whole, and nobody should take it for one. */
    private static void clear(Path folder) {
        try {
            delete(folder);
        } catch (IOException e) {
            // it is laid out anew before the next use
        }
    }

    private static byte[] genuine(SourceTree tree, String path, String hash) {
        byte[] content = tree.read(path)
                .orElseThrow(
                        () -> new SourceRefused("the file '" + path + "' that the plan names is not in the source"));
        if (!Sha256.hex(content).equals(hash)) {
            throw new SourceRefused("the file '" + path
                    + "' is not the one that was approved (its SHA-256 differs); ask for the release again");
        }
        return content;
    }

    /** Takes a folder away with everything in it. */
    public static void delete(Path folder) throws IOException {
        if (!Files.exists(folder)) {
            return;
        }
        try (Stream<Path> all = Files.walk(folder)) {
            List<Path> deepestFirst = all.sorted(Comparator.reverseOrder()).toList();
            for (Path each : deepestFirst) {
                Files.deleteIfExists(each);
            }
        }
    }
}
