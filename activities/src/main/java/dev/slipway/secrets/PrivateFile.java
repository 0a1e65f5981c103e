package dev.slipway.secrets;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.Set;

/** The rule that a file with secrets is not open to everybody; a group of the worker's own may share it. */
final class PrivateFile {

    private PrivateFile() {}

    static void check(Path file) throws IOException {
        Set<PosixFilePermission> modes = Files.getPosixFilePermissions(file);
        if (modes.contains(PosixFilePermission.OTHERS_READ) || modes.contains(PosixFilePermission.OTHERS_WRITE)) {
            throw new SecretUnavailable(
                    "the file '" + file + "' is open to everybody on this machine; run: chmod 600 '" + file + "'");
        }
    }
}
