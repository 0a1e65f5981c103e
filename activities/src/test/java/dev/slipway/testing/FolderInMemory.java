package dev.slipway.testing;

import dev.slipway.database.ThrowAwayCluster;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.extension.AnnotatedElementContext;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.io.TempDirFactory;

/**
 * Gives tests their folders where throw-away clusters lie, which the build puts into memory: they make files by the ten
 * thousand, and on some machines' disks that takes a minute of the processor's time. Where programs in it may not be run, as
 * anywhere else.
 */
public final class FolderInMemory implements TempDirFactory {

    private static final Path PLACE = ThrowAwayCluster.place();
    private static final boolean USABLE = runsPrograms(PLACE);

    @Override
    public Path createTempDirectory(AnnotatedElementContext element, ExtensionContext test) throws IOException {
        return USABLE ? Files.createTempDirectory(PLACE, "junit-") : Files.createTempDirectory("junit-");
    }

    private static boolean runsPrograms(Path folder) {
        try {
            Path program = Files.createTempFile(
                    folder,
                    "junit-",
                    "",
                    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
            try {
                return Files.isExecutable(program);
            } finally {
                Files.delete(program);
            }
        } catch (IOException | UnsupportedOperationException e) {
            return false;
        }
    }
}
