package dev.slipway.database.backup;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;

/** Backups in a directory. */
class DirectoryBackupsTest extends BackupStoreContract {

    @TempDir
    Path directory;

    @Override
    BackupStore store() {
        return new DirectoryBackups(directory.resolve("backups"));
    }

    @Override
    void damage(String dump) throws IOException {
        Path file = directory.resolve("backups").resolve(dump);
        byte[] bytes = Files.readAllBytes(file);
        bytes[bytes.length / 2] ^= 1;
        Files.write(file, bytes);
    }

    @Override
    void forget(String dump) throws IOException {
        Files.delete(directory.resolve("backups").resolve(dump + ".json"));
    }

    @Override
    BackupStore unreachable() throws IOException {
        Path file = directory.resolve("a-file");
        return new DirectoryBackups(Files.exists(file) ? file : Files.createFile(file));
    }
}
