package dev.slipway.database.backup;

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

/**
 * What lies beside a dump and says what it is, so that a later reader need not trust a file name.
 *
 * @param format of this file
 * @param name the dump's, without its ending
 * @param database where it comes from, without a password
 * @param bytes of the dump; of all its files, where it is a directory
 * @param sha256 of the dump; where it is a directory, of the list of its files with theirs
 * @param tables in the dump, with their schemas
 * @param toolVersion of pg_dump; empty where it does not say
 * @param time when the dump began
 * @param verified how it was proved, for people
 * @param archive "custom" or "directory"
 * @param origin for which release it was made
 * @param source what the database was like that was dumped
 * @param rows what was in its tables, in the dump's own snapshot
 * @param shape what else there was to compare
 * @param without what it does not hold, in sentences
 */
@JsonIgnoreProperties(ignoreUnknown = true)
public record Manifest(
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
        String verified,
        String archive,
        Origin origin,
        Source source,
        List<TableRows> rows,
        Shape shape,
        List<String> without) {

    /** Readers refuse a format that they do not know. */
    static final int FORMAT = 1;

    static final String FULL_READ = "full read";
    static final String RESTORED = "restored and compared";

    private static final ObjectMapper JSON = new ObjectMapper();

    /**
     * The release for which it was made; texts are empty where nobody said.
     *
     * @param release its version; for a phase that was run alone, {@code run of} and that of its plan
     */
    @JsonIgnoreProperties(ignoreUnknown = true)
    public record Origin(String service, String environment, String database, String release, String grant) {

        public static final Origin UNKNOWN = new Origin("", "", "", "", "");

        /** With a space, which no version has. */
        private static final String RUN = "run of ";

        public Origin {
            service = service == null ? "" : service;
            environment = environment == null ? "" : environment;
            database = database == null ? "" : database;
            release = release == null ? "" : release;
            grant = grant == null ? "" : grant;
        }

        /** What {@code release} says of a phase that was run alone. */
        static String byRun(String version) {
            return RUN + version;
        }

        /** The version before whose release it was made; empty where it was made by a phase alone. */
        String version() {
            return release.startsWith(RUN) ? "" : release;
        }
    }

    /**
     * The database that was dumped.
     *
     * @param platform postgres, supabase or neon
     * @param schemas those that were chosen; empty for all
     * @param encoding as PostgreSQL names it
     * @param collate the database's LC_COLLATE
     * @param ctype the database's LC_CTYPE
     * @param roles of its cluster, without PostgreSQL's own
     */
    @JsonIgnoreProperties(ignoreUnknown = true)
    public record Source(
            String platform,
            List<String> schemas,
            String encoding,
            String collate,
            String ctype,
            List<Extension> extensions,
            List<String> roles) {

        public static final Source UNKNOWN = new Source("", List.of(), "", "", "", List.of(), List.of());

        public Source {
            platform = platform == null ? "" : platform;
            schemas = schemas == null ? List.of() : List.copyOf(schemas);
            encoding = encoding == null ? "" : encoding;
            collate = collate == null ? "" : collate;
            ctype = ctype == null ? "" : ctype;
            extensions = extensions == null ? List.of() : List.copyOf(extensions);
            roles = roles == null ? List.of() : List.copyOf(roles);
        }

        /** Whether a copy of it on another machine cannot be whole: the dump leans on what it does not hold. */
        boolean leansOnOthers() {
            return !schemas.isEmpty() || platform.equals("supabase") || platform.equals("neon");
        }
    }

    /** An extension that the dumped database has, in this schema. */
    @JsonIgnoreProperties(ignoreUnknown = true)
    public record Extension(String name, String schema, String version) {}

    /**
     * One table in the dump's snapshot.
     *
     * @param table with its schema, quoted where SQL needs it
     * @param rows how many; -1 where nobody counted
     * @param digest the sum of its rows' hashes; empty where nobody asked
     * @param inserted rows ever inserted by the server's statistics, likewise updated and deleted: what they have grown by
     *     since is what a restore would lose
     */
    @JsonIgnoreProperties(ignoreUnknown = true)
    public record TableRows(String table, long rows, String digest, long inserted, long updated, long deleted) {
        public TableRows {
            digest = digest == null ? "" : digest;
        }
    }

    /**
     * How much of each kind there was; -1 where nobody counted.
     *
     * @param sequences their names and last values, as one text each
     */
    @JsonIgnoreProperties(ignoreUnknown = true)
    public record Shape(
            int indexes,
            int constraints,
            int functions,
            int triggers,
            int policies,
            int views,
            List<String> sequences) {

        public static final Shape UNKNOWN = new Shape(-1, -1, -1, -1, -1, -1, List.of());

        public Shape {
            sequences = sequences == null ? List.of() : List.copyOf(sequences);
        }
    }

    public Manifest {
        tables = tables == null ? List.of() : List.copyOf(tables);
        toolVersion = toolVersion == null ? "" : toolVersion;
        archive = archive == null ? "custom" : archive;
        origin = origin == null ? Origin.UNKNOWN : origin;
        source = source == null ? Source.UNKNOWN : source;
        rows = rows == null ? List.of() : List.copyOf(rows);
        shape = shape == null ? Shape.UNKNOWN : shape;
        without = without == null ? List.of() : List.copyOf(without);
    }

    static Path beside(Path dump) {
        return dump.resolveSibling(dump.getFileName() + ".json");
    }

    /** Empty when there is none, or what is there is none. */
    public static Optional<Manifest> read(Path dump) {
        try {
            return read(Files.readAllBytes(beside(dump)));
        } catch (NoSuchFileException none) {
            return Optional.empty();
        } catch (IOException e) {
            throw new BackupFailed(beside(dump) + ": the backup's manifest cannot be read: " + e.getMessage(), e);
        }
    }

    /** Empty when these bytes are none, or of a format that is not known here. */
    public static Optional<Manifest> read(byte[] json) {
        try {
            Manifest manifest = JSON.readValue(json, Manifest.class);
            return manifest.format == FORMAT && manifest.sha256 != null && manifest.time != null
                    ? Optional.of(manifest)
                    : Optional.empty();
        } catch (IOException none) {
            return Optional.empty();
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

    Backup backup(String address) {
        return new Backup(
                address,
                bytes,
                sha256,
                tables.size(),
                toolVersion,
                serverVersion,
                Duration.ofMillis(tookMillis),
                Instant.parse(time),
                verified,
                without);
    }

    boolean isDirectory() {
        return archive.equals("directory");
    }
}
