package dev.slipway.ledger;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.Arrays;
import java.util.Base64;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.ListObjectsV2Request;
import software.amazon.awssdk.services.s3.model.NoSuchKeyException;
import software.amazon.awssdk.services.s3.model.S3Exception;
import software.amazon.awssdk.services.s3.model.S3Object;

/**
 * Records in a bucket: {@code <prefix>/record/<service>/<environment>/<0000000042>}. A number is taken by a put on the
 * condition that nothing is there yet ({@code If-None-Match: *}). A store that does not know the condition would let two
 * workers both win, so it is tried with a probe before anything is believed.
 */
final class S3Store implements RecordStore {

    private static final int TAKEN = 412;
    private static final int ANOTHER_IS_WRITING = 409;
    private static final int TRIES = 5;
    private static final Duration WHOLE = Duration.ofSeconds(30);
    private static final Duration ONE_TRY = Duration.ofSeconds(8);

    private final S3Client s3;
    private final RecordPlace.S3 place;

    private S3Store(S3Client s3, RecordPlace.S3 place) {
        this.s3 = s3;
        this.place = place;
    }

    static S3Store of(RecordPlace.S3 place) {
        return new S3Store(S3Clients.of(place, WHOLE, ONE_TRY), place);
    }

    /** Whether the store keeps its word: of two who put the same name on the condition, the second is refused. */
    @Override
    public void prove() {
        String probe = key("probe-" + UUID.randomUUID());
        try {
            boolean first = put(probe, bytes("1"));
            boolean second = put(probe, bytes("2"));
            if (!first || second) {
                throw new RecordRefused(place + " lets a name be taken twice: it does not know the condition"
                        + " 'If-None-Match: *', and two workers could both win; use another store");
            }
        } finally {
            forget(probe);
        }
    }

    private void forget(String probe) {
        try {
            s3.deleteObject(request -> request.bucket(place.bucket()).key(probe));
        } catch (SdkException left) {
            // a probe that stays says nothing to anybody
        }
    }

    @Override
    public boolean create(String service, String environment, long number, byte[] content) {
        String key = key(entry(service, environment, number));
        if (put(key, content)) {
            return true;
        }
        // the answer to an earlier try may have been lost: then what lies there is ours
        return taken(key).filter(there -> Arrays.equals(there, content)).isPresent();
    }

    /** What lies under a name that is taken: some stores refuse a second put a moment before they show the first. */
    private Optional<byte[]> taken(String key) {
        for (int tries = 1; ; tries++) {
            Optional<byte[]> there = read(key);
            if (there.isPresent() || tries == TRIES) {
                return there;
            }
            pause(tries);
        }
    }

    /** @return false where the name is taken */
    private boolean put(String key, byte[] content) {
        for (int tries = 1; ; tries++) {
            try {
                s3.putObject(
                        request -> request.bucket(place.bucket())
                                .key(key)
                                .ifNoneMatch("*")
                                .checksumSHA256(sha256(content)),
                        RequestBody.fromBytes(content));
                return true;
            } catch (S3Exception e) {
                if (e.statusCode() == TAKEN) {
                    return false;
                }
                if (e.statusCode() != ANOTHER_IS_WRITING || tries == TRIES) {
                    throw failure("written", key, e);
                }
                pause(tries);
            } catch (SdkException e) {
                throw failure("written", key, e);
            }
        }
    }

    private static void pause(int tries) {
        try {
            TimeUnit.MILLISECONDS.sleep(50L * tries);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new StoreUnavailable("interrupted while the record was written", e);
        }
    }

    @Override
    public Optional<byte[]> read(String service, String environment, long number) {
        return read(key(entry(service, environment, number)));
    }

    private Optional<byte[]> read(String key) {
        try {
            return Optional.of(s3.getObjectAsBytes(
                            request -> request.bucket(place.bucket()).key(key))
                    .asByteArray());
        } catch (NoSuchKeyException none) {
            return Optional.empty();
        } catch (SdkException e) {
            throw failure("read", key, e);
        }
    }

    @Override
    public long newest(String service, String environment, long atLeast) {
        String folder = key("record/" + service + "/" + environment + "/");
        ListObjectsV2Request.Builder request = ListObjectsV2Request.builder()
                .bucket(place.bucket())
                .prefix(folder)
                .delimiter("/");
        if (atLeast > 1) {
            request.startAfter(folder + DirectoryStore.name(atLeast - 1));
        }
        try {
            return s3.listObjectsV2Paginator(request.build()).contents().stream()
                    .map(S3Object::key)
                    .map(key -> key.substring(folder.length()))
                    .filter(DirectoryStore::isNumber)
                    .mapToLong(Long::parseLong)
                    .max()
                    .orElseGet(() -> atLeast > 1 ? newest(service, environment, 0) : 0);
        } catch (SdkException e) {
            throw failure("read", folder, e);
        }
    }

    @Override
    public void keep(String service, String environment, String hash, byte[] content) {
        String key = key("record/" + service + "/" + environment + "/kept/" + hash);
        if (!put(key, content)) {
            taken(key);
        }
    }

    @Override
    public Optional<byte[]> kept(String service, String environment, String hash) {
        return read(key("record/" + service + "/" + environment + "/kept/" + hash));
    }

    private static String entry(String service, String environment, long number) {
        return "record/" + service + "/" + environment + "/" + DirectoryStore.name(number);
    }

    private String key(String name) {
        return place.prefix().isEmpty() ? name : place.prefix() + "/" + name;
    }

    private StoreUnavailable failure(String done, String key, SdkException e) {
        return new StoreUnavailable(
                "the record in " + place + " can't be " + done + " (" + key + "): " + e.getMessage(), e);
    }

    private static String sha256(byte[] content) {
        try {
            return Base64.getEncoder()
                    .encodeToString(MessageDigest.getInstance("SHA-256").digest(content));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
