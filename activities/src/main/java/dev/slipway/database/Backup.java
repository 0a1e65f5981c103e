package dev.slipway.database;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;

/**
 * A backup that exists and has been read back from its first byte to its last.
 *
 * @param dump the file, in pg_dump's custom format
 * @param bytes its size
 * @param sha256 its checksum, lower-case hexadecimal
 * @param tables how many tables it holds
 * @param toolVersion of pg_dump
 * @param serverVersion of the database
 * @param took from the start of the dump to the end of reading it back
 * @param time when the dump began: what was committed later is not in it
 */
public record Backup(
        Path dump,
        long bytes,
        String sha256,
        int tables,
        String toolVersion,
        String serverVersion,
        Duration took,
        Instant time) {}
