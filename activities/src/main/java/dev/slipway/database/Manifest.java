package dev.slipway.database;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** What lies beside a dump and says what it is, so that a later reader need not trust a file name. */
@JsonIgnoreProperties(ignoreUnknown = true)
record Manifest(
        int format,
        String name,
        String database,
        long bytes,
        String sha256,
        List<String> tables,
        String toolVersion,
        String serverVersion,
        long tookMillis,
        String time,
        String verified) {

    /** Readers refuse a format that they do not know. */
    static final int FORMAT = 1;

    static final String FULL_READ = "full read";

    private static final ObjectMapper JSON = new ObjectMapper();

    Manifest {
        tables = tables == null ? List.of() : List.copyOf(tables);
    }

    static Path beside(Path dump) {
        return dump.resolveSibling(dump.getFileName() + ".json");
    }

    /** Empty when there is none, or what is there is none. */
    static Optional<Manifest> read(Path dump) {
        try {
            Manifest manifest = JSON.readValue(Files.readString(beside(dump)), Manifest.class);
            return manifest.format == FORMAT && manifest.sha256 != null && manifest.time != null
                    ? Optional.of(manifest)
                    : Optional.empty();
        } catch (NoSuchFileException | JsonProcessingException none) {
            return Optional.empty();
        } catch (IOException e) {
            throw new BackupFailed(beside(dump) + ": the backup's manifest cannot be read: " + e.getMessage(), e);
        }
    }

    byte[] json() {
        try {
            return (JSON.writerWithDefaultPrettyPrinter().writeValueAsString(this) + "\n")
                    .getBytes(StandardCharsets.UTF_8);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a manifest of strings and numbers has no JSON form", e);
        }
    }

    Backup backup(Path dump) {
        return new Backup(
                dump,
                bytes,
                sha256,
                tables.size(),
                toolVersion,
                serverVersion,
                Duration.ofMillis(tookMillis),
                Instant.parse(time));
    }
}
