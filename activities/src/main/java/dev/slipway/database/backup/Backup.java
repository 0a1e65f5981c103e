package dev.slipway.database.backup;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/**
 * A backup that exists and has been proved.
 *
 * @param address where it lies: a path of this host, or {@code s3://bucket/key}
 * @param bytes its size
 * @param sha256 its checksum, lower-case hexadecimal
 * @param tables how many tables it holds
 * @param toolVersion of pg_dump
 * @param serverVersion of the database
 * @param took from the start of the dump to the end of its proof
 * @param time when the dump began: what was committed later is not in it
 * @param verified how it was proved, in words
 * @param without what it does not hold, in sentences
 */
public record Backup(
        String address,
        long bytes,
        String sha256,
        int tables,
        String toolVersion,
        String serverVersion,
        Duration took,
        Instant time,
        String verified,
        List<String> without) {

    /** The file, or the directory, of one that lies on this host. */
    public Path dump() {
        return Path.of(address);
    }
}
