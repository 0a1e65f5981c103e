package dev.slipway.database.backup;

import dev.slipway.process.WorkInterrupted;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.CompletedPart;

/**
 * Puts files into a bucket, each with a checksum that the store compares: a small one at once, a large one in parts that are
 * taken back where they do not all arrive.
 */
final class S3Upload {

    /** S3 takes at most 10,000 parts, none but the last smaller than 5 MiB. */
    private static final int MOST_PARTS = 9_000;

    private final S3Client s3;
    private final String bucket;
    private final long smallestPart;

    /** @param smallestPart in bytes; a file of more goes in parts */
    S3Upload(S3Client s3, String bucket, long smallestPart) {
        this.s3 = s3;
        this.bucket = bucket;
        this.smallestPart = smallestPart;
    }

    void put(byte[] content, String key) {
        s3.putObject(
                request -> request.bucket(bucket)
                        .key(key)
                        .checksumSHA256(base64(Archive.digest().digest(content))),
                RequestBody.fromBytes(content));
    }

    void put(Path file, String key, PacedUpload pace) throws IOException {
        long size = Files.size(file);
        if (size <= smallestPart) {
            byte[] content = Files.readAllBytes(file);
            pace.before(content.length);
            put(content, key);
            return;
        }
        String upload = s3.createMultipartUpload(
                        request -> request.bucket(bucket).key(key))
                .uploadId();
        try {
            List<CompletedPart> parts = parts(file, key, upload, Math.max(smallestPart, size / MOST_PARTS + 1), pace);
            s3.completeMultipartUpload(request ->
                    request.bucket(bucket).key(key).uploadId(upload).multipartUpload(done -> done.parts(parts)));
        } catch (SdkException | IOException | WorkInterrupted | BackupFailed e) {
            abort(key, upload);
            throw e;
        }
    }

    private List<CompletedPart> parts(Path file, String key, String upload, long size, PacedUpload pace)
            throws IOException {
        List<CompletedPart> parts = new ArrayList<>();
        ByteBuffer buffer = ByteBuffer.allocate(Math.toIntExact(size));
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            while (true) {
                buffer.clear();
                while (buffer.hasRemaining() && channel.read(buffer) >= 0) {
                    // a part is filled, but for the last one
                }
                buffer.flip();
                if (!buffer.hasRemaining()) {
                    return parts;
                }
                pace.before(buffer.remaining());
                int number = parts.size() + 1;
                String etag = s3.uploadPart(
                                request -> request.bucket(bucket)
                                        .key(key)
                                        .uploadId(upload)
                                        .partNumber(number),
                                RequestBody.fromByteBuffer(buffer))
                        .eTag();
                parts.add(CompletedPart.builder().partNumber(number).eTag(etag).build());
            }
        }
    }

    /** Takes back the parts that have arrived. */
    void abort(String key, String upload) {
        try {
            s3.abortMultipartUpload(request -> request.bucket(bucket).key(key).uploadId(upload));
        } catch (SdkException later) {
            // the sweep finds it when it is a day old
        }
    }

    private static String base64(byte[] digest) {
        return Base64.getEncoder().encodeToString(digest);
    }
}
