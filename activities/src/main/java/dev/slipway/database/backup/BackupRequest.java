package dev.slipway.database.backup;

import dev.slipway.database.PostgresUrl;
import java.nio.file.Path;
import java.time.Duration;
import java.util.regex.Pattern;

/**
 * A backup that is wanted.
 *
 * @param url a direct URL of the database
 * @param store where the dump goes
 * @param name the dump's name without its ending; the same name is the same backup, however often it is asked for
 * @param toDump how long the dump may take
 * @param toVerify how long reading it back, or restoring it, may take
 * @param options how it is made and proved
 * @param origin what it is made for
 */
public record BackupRequest(
        PostgresUrl url,
        BackupStore store,
        String name,
        Duration toDump,
        Duration toVerify,
        DumpOptions options,
        Manifest.Origin origin) {

    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._+@-]{0,150}");

    public BackupRequest {
        if (!NAME.matcher(name).matches()) {
            throw new IllegalArgumentException("backup: \"" + name
                    + "\" is no name; it starts with a letter or digit and holds only letters, digits and . _ + @ -");
        }
    }

    /** Everything into one file of a directory, read back whole. */
    public BackupRequest(PostgresUrl url, Path directory, String name, Duration toDump, Duration toVerify) {
        this(
                url,
                new DirectoryBackups(directory),
                name,
                toDump,
                toVerify,
                DumpOptions.usual(),
                Manifest.Origin.UNKNOWN);
    }

    String dump() {
        return name + ".dump";
    }

    BackupRequest with(DumpOptions other) {
        return new BackupRequest(url, store, name, toDump, toVerify, other, origin);
    }
}
