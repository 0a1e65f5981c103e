package dev.slipway.database.backup;

import dev.slipway.database.Platform;
import dev.slipway.database.PostgresBinaries;
import dev.slipway.plan.Database;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * How a dump is made and proved.
 *
 * @param schemas the only ones that are dumped; empty for all that are not the platform's
 * @param format custom or directory
 * @param jobs how many tables at once; more than one for directories only
 * @param compress gzip, zstd, each perhaps with a level, or none
 * @param rate the most bytes written a second; 0 for no limit
 * @param restore whether it is proved by a restore
 * @param largerThan bytes above which a full read has to do; 0 for no limit
 * @param longerThan time of a restore after which a full read has to do; zero for no limit
 */
public record DumpOptions(
        Platform platform,
        List<String> schemas,
        String format,
        int jobs,
        String compress,
        long rate,
        boolean restore,
        long largerThan,
        Duration longerThan) {

    private static final int FIRST_WITH_ZSTD = 16;

    public DumpOptions {
        schemas = List.copyOf(schemas);
    }

    /** Everything into one file, read back whole. */
    public static DumpOptions usual() {
        return new DumpOptions(Platform.POSTGRES, List.of(), "custom", 1, "gzip", 0, false, 0, Duration.ZERO);
    }

    /** As the plan wants it. */
    public static DumpOptions of(Database database, Database.Backup backup) {
        Database.Unless unless = backup.unless().stream().findFirst().orElse(new Database.Unless(0, Duration.ZERO));
        return new DumpOptions(
                Platform.of(database.platform()),
                backup.schemas(),
                backup.isDirectory() ? "directory" : "custom",
                backup.parallel(),
                backup.compress().isEmpty() ? "gzip" : backup.compress(),
                backup.bytesPerSecond(),
                backup.verify().equals("restore"),
                unless.largerThan(),
                unless.longerThan());
    }

    /** The same, packed otherwise. */
    DumpOptions packed(String how) {
        return new DumpOptions(platform, schemas, format, jobs, how, rate, restore, largerThan, longerThan);
    }

    /** The platform's schemas that are left out. */
    public List<String> excluded() {
        return schemas.isEmpty() ? platform.managed() : List.of();
    }

    /** A reason why these programs cannot do it; empty where they can. */
    public List<String> problems(PostgresBinaries.Installation tools) {
        if (compress.startsWith("zstd") && tools.major() < FIRST_WITH_ZSTD) {
            return List.of(
                    "`compress: " + compress + "` needs pg_dump " + FIRST_WITH_ZSTD + " or newer, but this server"
                            + " is dumped by pg_dump " + tools.version() + " (" + tools.directory()
                            + "); use gzip, or install the"
                            + " package postgresql-client-" + FIRST_WITH_ZSTD);
        }
        if (compress.startsWith("zstd") && !tools.packsWithZstd()) {
            return List.of("`compress: " + compress + "` needs a pg_dump that was built with zstd, and "
                    + tools.program("pg_dump") + " (" + tools.version() + ") was not; use gzip, or set PG_BIN to a"
                    + " directory that holds one that was, as those of Debian's and PostgreSQL's own packages are");
        }
        return List.of();
    }

    /** pg_dump's own. */
    List<String> arguments(PostgresBinaries.Installation tools) {
        List<String> arguments = new ArrayList<>();
        arguments.add("--format=" + format);
        if (jobs > 1) {
            arguments.add("--jobs=" + jobs);
        }
        arguments.add("--compress=" + compression(tools));
        schemas.forEach(schema -> arguments.add("--schema=" + pattern(schema)));
        excluded().forEach(schema -> arguments.add("--exclude-schema=" + pattern(schema)));
        if (!schemas.isEmpty()) {
            // a schema that is not there would be a backup of nothing
            arguments.add("--strict-names");
        }
        return arguments;
    }

    private String compression(PostgresBinaries.Installation tools) {
        String method = compress.contains(":") ? compress.substring(0, compress.indexOf(':')) : compress;
        String level = compress.contains(":") ? compress.substring(compress.indexOf(':') + 1) : "1";
        return switch (method) {
            case "none" -> "0";
            case "zstd" -> "zstd:" + level;
            default -> tools.major() < FIRST_WITH_ZSTD ? level : "gzip:" + level;
        };
    }

    /** pg_dump reads patterns; a quoted one is a name. */
    private static String pattern(String schema) {
        return "\"" + schema + "\"";
    }
}
