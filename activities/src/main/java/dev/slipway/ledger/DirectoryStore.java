package dev.slipway.ledger;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Stream;

/**
 * Records in a directory of one host: {@code record/<service>/<environment>/<0000000042>}. A number is taken by
 * {@code link(2)}, which never overwrites, of a file that is complete and on the disk already.
 */
public final class DirectoryStore implements RecordStore {

    private static final int DIGITS = 10;

    private final Path root;

    public DirectoryStore(Path root) {
        this.root = root;
    }

    /** A link never overwrites. */
    @Override
    public void prove() {}

    @Override
    public boolean create(String service, String environment, long number, byte[] content) {
        Path folder = folder(service, environment);
        Path temporary = folder.resolve(".new-" + UUID.randomUUID());
        try {
            privateFolder(folder);
            write(temporary, content);
            try {
                Files.createLink(folder.resolve(name(number)), temporary);
            } catch (FileAlreadyExistsException taken) {
                return false;
            } finally {
                Files.deleteIfExists(temporary);
            }
            sync(folder);
            return true;
        } catch (IOException e) {
            throw new StoreUnavailable("the record in '" + folder + "' can't be written: " + reason(e), e);
        }
    }

    @Override
    public Optional<byte[]> read(String service, String environment, long number) {
        return read(folder(service, environment).resolve(name(number)));
    }

    @Override
    public long newest(String service, String environment, long atLeast) {
        Path folder = folder(service, environment);
        if (atLeast > 0 && Files.exists(folder.resolve(name(atLeast)))) {
            long number = atLeast;
            while (Files.exists(folder.resolve(name(number + 1)))) {
                number++;
            }
            return number;
        }
        if (!Files.isDirectory(folder)) {
            return 0;
        }
        try (Stream<Path> entries = Files.list(folder)) {
            return entries.map(path -> path.getFileName().toString())
                    .filter(DirectoryStore::isNumber)
                    .mapToLong(Long::parseLong)
                    .max()
                    .orElse(0);
        } catch (IOException e) {
            throw new StoreUnavailable("the record in '" + folder + "' can't be read: " + reason(e), e);
        }
    }

    @Override
    public void keep(String service, String environment, String hash, byte[] content) {
        Path folder = folder(service, environment).resolve("kept");
        Path file = folder.resolve(hash);
        if (Files.exists(file)) {
            return;
        }
        Path temporary = folder.resolve(".new-" + UUID.randomUUID());
        try {
            privateFolder(folder);
            write(temporary, content);
            try {
                // as a number is taken: who comes second changes nothing
                Files.createLink(file, temporary);
            } catch (FileAlreadyExistsException kept) {
                return;
            } finally {
                Files.deleteIfExists(temporary);
            }
            sync(folder);
        } catch (IOException e) {
            throw new StoreUnavailable("'" + file + "' can't be written: " + reason(e), e);
        }
    }

    @Override
    public Optional<byte[]> kept(String service, String environment, String hash) {
        return read(folder(service, environment).resolve("kept").resolve(hash));
    }

    private Path folder(String service, String environment) {
        return root.resolve("record").resolve(service).resolve(environment);
    }

    /** As entries are called in every store: their natural order is that of their names. */
    static String name(long number) {
        return String.format("%0" + DIGITS + "d", number);
    }

    static boolean isNumber(String name) {
        return name.matches("\\d{" + DIGITS + "}");
    }

    private static Optional<byte[]> read(Path file) {
        try {
            return Optional.of(Files.readAllBytes(file));
        } catch (NoSuchFileException none) {
            return Optional.empty();
        } catch (IOException e) {
            throw new StoreUnavailable("'" + file + "' can't be read: " + reason(e), e);
        }
    }

    private static void privateFolder(Path folder) throws IOException {
        if (!Files.isDirectory(folder)) {
            Files.createDirectories(
                    folder, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        }
    }

    private static void write(Path file, byte[] content) throws IOException {
        Files.createFile(file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            ByteBuffer bytes = ByteBuffer.wrap(content);
            while (bytes.hasRemaining()) {
                channel.write(bytes);
            }
            channel.force(true);
        } catch (IOException e) {
            Files.deleteIfExists(file);
            throw e;
        }
    }

    /** A link that is not on the disk could be lost with the power, and the number be taken twice. */
    private static void sync(Path folder) throws IOException {
        try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }

    private static String reason(IOException e) {
        return e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
    }
}
