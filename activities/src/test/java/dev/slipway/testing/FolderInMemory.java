package dev.slipway.testing;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.extension.AnnotatedElementContext;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.io.TempDirFactory;

/**
 * Gives tests their folders in memory: they make files by the ten thousand, and on some machines' disks that takes a minute
 * of the processor's time. Where there is no such place with room, or programs in it may not be run, as anywhere else.
 */
public final class FolderInMemory implements TempDirFactory {

    private static final Path MEMORY = Path.of("/dev/shm");
    /** In bytes; a container often has 64 MB. */
    private static final long ROOM = 4L << 30;

    private static final boolean USABLE = usable();

    @Override
    public Path createTempDirectory(AnnotatedElementContext element, ExtensionContext test) throws IOException {
        return USABLE ? Files.createTempDirectory(MEMORY, "junit-") : Files.createTempDirectory("junit-");
    }

    private static boolean usable() {
        try {
            if (!Files.isDirectory(MEMORY) || Files.getFileStore(MEMORY).getUsableSpace() < ROOM) {
                return false;
            }
            Path program = Files.createTempFile(
                    MEMORY,
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
