package dev.slipway.database.backup;

import dev.slipway.database.DatabaseUnavailable;
import dev.slipway.database.FileTree;
import dev.slipway.ledger.RecordPlace;
import dev.slipway.ledger.S3Clients;
import dev.slipway.process.ProcessMark;
import dev.slipway.process.Pulse;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.MultipartUpload;
import software.amazon.awssdk.services.s3.model.NoSuchKeyException;
import software.amazon.awssdk.services.s3.model.S3Exception;
import software.amazon.awssdk.services.s3.model.S3Object;

/**
 * Backups in a bucket: {@code <prefix>/<dump>}, or {@code <prefix>/<dump>/<file>} where it is a directory, and {@code
 * <prefix>/<dump>.json}, which is put last. What was put is read back whole before that.
 */
final class S3Backups implements BackupStore {

    /** In bytes; S3 takes none smaller than 5 MiB but the last. */
    private static final long PART = 16L << 20;

    /** One part over a slow line; a try that is silent longer is dead. */
    private static final Duration ONE_TRY = Duration.ofMinutes(5);

    private static final Duration WHOLE = Duration.ofMinutes(16);
    private static final String MANIFEST = ".json";
    private static final String FETCHED = "fetched-";
    private static final String OWNER = "owner";
    private static final long BEAT_NANOS = 500_000_000L;

    private final RecordPlace.S3 place;
    private final Path room;
    private final S3Client s3;
    private final S3Upload upload;

    /** @param room where dumps lie on this machine on their way to and from the bucket */
    S3Backups(RecordPlace.S3 place, Path room) {
        this(place, room, S3Clients.shared(place, WHOLE, ONE_TRY), PART);
    }

    S3Backups(RecordPlace.S3 place, Path room, S3Client s3, long smallestPart) {
        this.place = place;
        this.room = room;
        this.s3 = s3;
        this.upload = new S3Upload(s3, place.bucket(), smallestPart);
    }

    @Override
    public void prove() {
        String probe = key("probe-" + UUID.randomUUID());
        try {
            byte[] content = {1};
            upload.put(content, probe);
            s3.getObjectAsBytes(request -> request.bucket(place.bucket()).key(probe));
        } catch (SdkException e) {
            throw failure("used", probe, e);
        } finally {
            deleteKey(probe);
        }
    }

    @Override
    public String address(String dump) {
        return "s3://" + place.bucket() + "/" + key(dump);
    }

    @Override
    public Path room() {
        return room;
    }

    @Override
    public Optional<Manifest> manifest(String dump) {
        try {
            return Manifest.read(s3.getObjectAsBytes(
                            request -> request.bucket(place.bucket()).key(key(dump) + MANIFEST))
                    .asByteArray());
        } catch (NoSuchKeyException none) {
            return Optional.empty();
        } catch (SdkException e) {
            throw failure("read", key(dump) + MANIFEST, e);
        }
    }

    @Override
    public boolean isWhole(String dump, Manifest manifest, Pulse pulse) {
        List<S3Object> objects = objects(dump);
        long bytes = objects.stream().mapToLong(S3Object::size).sum();
        return !objects.isEmpty()
                && bytes == manifest.bytes()
                && sha256(dump, objects, pulse).equals(manifest.sha256());
    }

    @Override
    public long bytes(String dump) {
        List<S3Object> objects = objects(dump);
        return objects.isEmpty()
                ? -1
                : objects.stream().mapToLong(S3Object::size).sum();
    }

    @Override
    public void keep(Path partial, String dump, Manifest manifest, long rate, Pulse pulse) {
        Archive archive = new Archive(partial);
        try {
            deleteKey(manifestKey(dump));
            // what lies there of an earlier attempt would be taken for a part of this one
            objects(dump).forEach(object -> deleteKey(object.key()));
            PacedUpload pace = new PacedUpload(rate, manifest.bytes(), pulse);
            for (String name : archive.files()) {
                upload.put(archive.file(name), name.isEmpty() ? key(dump) : key(dump) + "/" + name, pace);
            }
            List<S3Object> objects = objects(dump);
            if (!sha256(dump, objects, pulse).equals(manifest.sha256())) {
                objects.forEach(object -> deleteKey(object.key()));
                throw new BackupFailed(address(dump)
                        + ": what the store gives back is not what was put there; nothing of" + " it was kept");
            }
            upload.put(manifest.json(), manifestKey(dump));
            archive.delete();
        } catch (SdkException e) {
            throw failure("written", key(dump), e);
        } catch (IOException e) {
            throw new BackupFailed(partial + ": the backup could not be read: " + e, e);
        }
    }

    /** Reads every byte back. */
    private String sha256(String dump, List<S3Object> objects, Pulse pulse) {
        List<String> lines = new ArrayList<>();
        long beaten = System.nanoTime();
        byte[] buffer = new byte[1 << 16];
        long read = 0;
        for (S3Object object : objects) {
            MessageDigest digest = Archive.digest();
            try (InputStream content =
                    s3.getObject(request -> request.bucket(place.bucket()).key(object.key()))) {
                for (int count = content.read(buffer); count >= 0; count = content.read(buffer)) {
                    digest.update(buffer, 0, count);
                    read += count;
                    if (System.nanoTime() - beaten > BEAT_NANOS) {
                        pulse.beat("read " + read + " bytes back from " + place);
                        beaten = System.nanoTime();
                    }
                }
            } catch (SdkException e) {
                throw failure("read", object.key(), e);
            } catch (IOException e) {
                throw new DatabaseUnavailable(
                        address(dump) + ": reading it back broke off: " + e + "; it is tried again", e);
            }
            String sha256 = HexFormat.of().formatHex(digest.digest());
            if (object.key().equals(key(dump))) {
                return sha256;
            }
            lines.add(Archive.line(object.key().substring(key(dump).length() + 1), sha256));
        }
        return Archive.ofList(lines);
    }

    /** The one of this key, or those below it. */
    private List<S3Object> objects(String dump) {
        try {
            return s3
                    .listObjectsV2Paginator(
                            request -> request.bucket(place.bucket()).prefix(key(dump)))
                    .contents()
                    .stream()
                    .filter(object -> object.key().equals(key(dump))
                            || object.key().startsWith(key(dump) + "/")
                                    && !object.key().endsWith("/"))
                    .toList();
        } catch (SdkException e) {
            throw failure("read", key(dump), e);
        }
    }

    @Override
    public List<Kept> all() {
        String folder = key("");
        try {
            List<Kept> all = new ArrayList<>();
            s3
                    .listObjectsV2Paginator(request ->
                            request.bucket(place.bucket()).prefix(folder).delimiter("/"))
                    .contents()
                    .stream()
                    .map(object -> object.key().substring(folder.length()))
                    .filter(name -> name.endsWith(".dump" + MANIFEST))
                    .map(name -> name.substring(0, name.length() - MANIFEST.length()))
                    .forEach(dump -> manifest(dump).ifPresent(manifest -> all.add(new Kept(dump, manifest))));
            return all;
        } catch (SdkException e) {
            throw failure("read", folder, e);
        }
    }

    @Override
    public void delete(String dump) {
        objects(dump).forEach(object -> deleteKey(object.key()));
        deleteKey(manifestKey(dump));
    }

    private void deleteKey(String key) {
        try {
            s3.deleteObject(request -> request.bucket(place.bucket()).key(key));
        } catch (SdkException e) {
            throw failure("deleted", key, e);
        }
    }

    @Override
    public Local local(String dump, Pulse pulse) {
        Manifest manifest = manifest(dump)
                .orElseThrow(() -> new BackupFailed(address(dump) + ": there is no such backup in the store"));
        try {
            sweepFetched();
            Path folder = Files.createTempDirectory(Files.createDirectories(room), FETCHED);
            ProcessMark.write(folder.resolve(OWNER), ProcessHandle.current());
            Archive archive = new Archive(folder.resolve(dump));
            try {
                fetch(dump, archive, pulse);
                Files.write(Manifest.beside(archive.path()), manifest.json());
                if (archive.bytes() != manifest.bytes()
                        || !archive.sha256(pulse).equals(manifest.sha256())) {
                    throw new BackupFailed(address(dump)
                            + ": its bytes are not those that its manifest's checksum is of: it is damaged");
                }
                return new Fetched(folder, archive.path());
            } catch (IOException | RuntimeException e) {
                FileTree.delete(folder);
                throw e;
            }
        } catch (IOException e) {
            throw new BackupFailed(address(dump) + ": could not be laid out in " + room + ": " + e, e);
        }
    }

    /** What JVMs that were killed have fetched. */
    private void sweepFetched() throws IOException {
        if (!Files.isDirectory(room)) {
            return;
        }
        try (DirectoryStream<Path> others = Files.newDirectoryStream(room, FETCHED + "*")) {
            for (Path other : others) {
                if (ProcessMark.read(other.resolve(OWNER))
                        .filter(owner -> !owner.isAlive())
                        .isPresent()) {
                    FileTree.delete(other);
                }
            }
        }
    }

    private void fetch(String dump, Archive archive, Pulse pulse) throws IOException {
        for (S3Object object : objects(dump)) {
            String name = object.key().equals(key(dump))
                    ? ""
                    : object.key().substring(key(dump).length() + 1);
            Path file = archive.file(name).normalize();
            if (!file.startsWith(archive.path())) {
                throw new BackupFailed(address(dump) + ": holds a name that leads out of it");
            }
            Files.createDirectories(file.getParent());
            pulse.beat("fetching " + object.size() + " bytes from " + place);
            try (InputStream content =
                    s3.getObject(request -> request.bucket(place.bucket()).key(object.key()))) {
                copy(content, file, pulse);
            } catch (SdkException e) {
                throw failure("read", object.key(), e);
            }
        }
    }

    private void copy(InputStream content, Path file, Pulse pulse) throws IOException {
        byte[] buffer = new byte[1 << 16];
        long beaten = System.nanoTime();
        long copied = 0;
        try (var out = Files.newOutputStream(file)) {
            for (int count = content.read(buffer); count >= 0; count = content.read(buffer)) {
                out.write(buffer, 0, count);
                copied += count;
                if (System.nanoTime() - beaten > BEAT_NANOS) {
                    pulse.beat("fetched " + copied + " bytes from " + place);
                    beaten = System.nanoTime();
                }
            }
        }
    }

    private record Fetched(Path folder, Path dump) implements Local {
        @Override
        public void close() {
            try {
                FileTree.delete(folder);
            } catch (IOException e) {
                throw new UncheckedIOException(folder + ": what was fetched could not be deleted", e);
            }
        }
    }

    @Override
    public List<String> sweep(String beginning, Instant olderThan) {
        List<String> removed = new ArrayList<>(DirectoryBackups.sweep(room, beginning, olderThan));
        try {
            for (MultipartUpload begun : s3.listMultipartUploadsPaginator(
                            request -> request.bucket(place.bucket()).prefix(key(beginning)))
                    .uploads()) {
                if (begun.initiated().isBefore(olderThan)) {
                    upload.abort(begun.key(), begun.uploadId());
                    removed.add(begun.key());
                }
            }
        } catch (SdkException e) {
            throw failure("swept", key(beginning), e);
        }
        return removed;
    }

    @Override
    public List<String> orphans(String beginning, Instant olderThan) {
        Map<String, Instant> newest = new TreeMap<>();
        try {
            s3.listObjectsV2Paginator(request -> request.bucket(place.bucket()).prefix(key(beginning)))
                    .contents()
                    .forEach(object -> newest.merge(
                            object.key().substring(key("").length()).split("/", 2)[0],
                            object.lastModified(),
                            (one, other) -> one.isAfter(other) ? one : other));
        } catch (SdkException e) {
            throw failure("read", key(beginning), e);
        }
        return newest.entrySet().stream()
                .filter(each -> each.getValue().isBefore(olderThan))
                .map(Map.Entry::getKey)
                .filter(BackupStore.isOfARelease(beginning))
                .filter(dump -> !newest.containsKey(dump + MANIFEST))
                .toList();
    }

    private String manifestKey(String dump) {
        return key(dump) + MANIFEST;
    }

    private String key(String name) {
        return place.prefix().isEmpty() ? name : place.prefix() + "/" + name;
    }

    private RuntimeException failure(String done, String key, SdkException e) {
        String message = "the store of backups " + place + " can't be " + done + " (" + key + "): " + e.getMessage();
        boolean last = e instanceof S3Exception said
                && said.statusCode() >= 400
                && said.statusCode() < 500
                && said.statusCode() != 408
                && said.statusCode() != 429;
        return last ? new BackupFailed(message, e) : new DatabaseUnavailable(message, e);
    }

    @Override
    public String toString() {
        return place.toString();
    }
}
