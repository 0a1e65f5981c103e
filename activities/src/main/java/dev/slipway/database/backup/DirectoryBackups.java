package dev.slipway.database.backup;

import dev.slipway.process.ProcessMark;
import dev.slipway.process.Pulse;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/** Backups in a directory of this host: written beside their place, then renamed. */
public final class DirectoryBackups implements BackupStore {

    private static final String MANIFEST = ".json";
    private static final Pattern LEFTOVER = Pattern.compile(".*\\.dump(?:\\.json)?(?:\\.list)?\\.partial");

    private final Path directory;

    public DirectoryBackups(Path directory) {
        this.directory = directory;
    }

    @Override
    public void prove() {
        try {
            Files.createDirectories(directory);
            Files.delete(Files.createTempFile(directory, "probe-", ".partial"));
        } catch (IOException e) {
            throw new BackupFailed(directory + ": backups cannot be kept there: " + e, e);
        }
    }

    @Override
    public String address(String dump) {
        return directory.resolve(dump).toString();
    }

    @Override
    public Path room() {
        return directory;
    }

    @Override
    public Optional<Manifest> manifest(String dump) {
        return Manifest.read(directory.resolve(dump));
    }

    @Override
    public boolean isWhole(String dump, Manifest manifest, Pulse pulse) {
        Archive archive = new Archive(directory.resolve(dump));
        try {
            return archive.isThere()
                    && archive.bytes() == manifest.bytes()
                    && archive.sha256(pulse).equals(manifest.sha256());
        } catch (IOException e) {
            throw new BackupFailed(archive.path() + ": the backup cannot be read: " + e, e);
        }
    }

    @Override
    public long bytes(String dump) {
        Archive archive = new Archive(directory.resolve(dump));
        try {
            return archive.isThere() ? archive.bytes() : -1;
        } catch (IOException e) {
            throw new BackupFailed(archive.path() + ": the backup cannot be read: " + e, e);
        }
    }

    @Override
    public void keep(Path partial, String dump, Manifest manifest, long rate, Pulse pulse) {
        Path place = directory.resolve(dump);
        try {
            // until the new one stands, what stands there has no manifest, and counts for nothing
            Files.deleteIfExists(Manifest.beside(place));
            if (Files.isDirectory(place) || Files.isDirectory(partial)) {
                new Archive(place).delete();
            }
            Files.move(partial, place, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
            Archive.sync(directory);
            write(Manifest.beside(place), manifest.json());
            Archive.sync(directory);
        } catch (IOException e) {
            throw new BackupFailed(place + ": the backup could not be kept: " + e + "; nothing of it counts", e);
        }
    }

    private static void write(Path file, byte[] bytes) throws IOException {
        Path partial = file.resolveSibling(file.getFileName() + ".partial");
        try {
            Files.deleteIfExists(partial);
            Files.createFile(
                    partial, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
            Files.write(partial, bytes);
            Archive.sync(partial);
            Files.move(partial, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } finally {
            Files.deleteIfExists(partial);
        }
    }

    @Override
    public List<Kept> all() {
        List<Kept> all = new ArrayList<>();
        if (!Files.isDirectory(directory)) {
            return all;
        }
        try (DirectoryStream<Path> manifests = Files.newDirectoryStream(directory, "*.dump" + MANIFEST)) {
            for (Path manifest : manifests) {
                String name = manifest.getFileName().toString();
                String dump = name.substring(0, name.length() - MANIFEST.length());
                manifest(dump).ifPresent(there -> all.add(new Kept(dump, there)));
            }
            return all;
        } catch (IOException e) {
            throw new BackupFailed(directory + ": the store of backups cannot be read: " + e, e);
        }
    }

    @Override
    public void delete(String dump) {
        try {
            new Archive(directory.resolve(dump)).delete();
            Files.deleteIfExists(Manifest.beside(directory.resolve(dump)));
        } catch (IOException e) {
            throw new BackupFailed(address(dump) + ": could not be deleted: " + e, e);
        }
    }

    @Override
    public Local local(String dump, Pulse pulse) {
        return new Local() {
            @Override
            public Path dump() {
                return directory.resolve(dump);
            }

            @Override
            public void close() {
                // it stays where it is
            }
        };
    }

    @Override
    public List<String> sweep(String beginning, Instant olderThan) {
        return sweep(directory, beginning, olderThan);
    }

    /** Of any directory in which dumps are written. */
    static List<String> sweep(Path directory, String beginning, Instant olderThan) {
        List<String> removed = new ArrayList<>();
        if (!Files.isDirectory(directory)) {
            return removed;
        }
        try (DirectoryStream<Path> leftovers = Files.newDirectoryStream(directory, "*.partial")) {
            for (Path leftover : leftovers) {
                String name = leftover.getFileName().toString();
                if (name.startsWith(beginning)
                        && LEFTOVER.matcher(name).matches()
                        && touched(leftover).isBefore(olderThan)
                        && !isWritten(leftover)) {
                    new Archive(leftover).delete();
                    ProcessMark.remove(mark(leftover));
                    removed.add(name);
                }
            }
        } catch (IOException e) {
            throw new BackupFailed(directory + ": leftovers could not be removed: " + e, e);
        }
        return removed;
    }

    @Override
    public List<String> orphans(String beginning, Instant olderThan) {
        List<String> orphans = new ArrayList<>();
        if (!Files.isDirectory(directory)) {
            return orphans;
        }
        try (DirectoryStream<Path> dumps = Files.newDirectoryStream(directory, "*.dump")) {
            for (Path dump : dumps) {
                String name = dump.getFileName().toString();
                if (BackupStore.isOfARelease(beginning).test(name)
                        && Files.notExists(Manifest.beside(dump))
                        && touched(dump).isBefore(olderThan)
                        && !isWritten(dump)) {
                    orphans.add(name);
                }
            }
        } catch (IOException e) {
            throw new BackupFailed(directory + ": the store of backups cannot be read: " + e, e);
        }
        return orphans;
    }

    private static Instant touched(Path leftover) throws IOException {
        Instant newest = Files.getLastModifiedTime(leftover).toInstant();
        Archive archive = new Archive(leftover);
        for (String name : archive.files()) {
            Instant one = Files.getLastModifiedTime(archive.file(name)).toInstant();
            newest = one.isAfter(newest) ? one : newest;
        }
        return newest;
    }

    private static boolean isWritten(Path leftover) {
        return ProcessMark.read(mark(leftover)).filter(ProcessMark::isAlive).isPresent();
    }

    /** The mark of who writes it. */
    private static Path mark(Path leftover) {
        String name = leftover.getFileName().toString();
        return leftover.resolveSibling(name.substring(0, name.lastIndexOf(".dump") + ".dump".length()) + ".running");
    }

    @Override
    public String toString() {
        return directory.toString();
    }
}
