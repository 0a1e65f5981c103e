package dev.slipway.database;

import java.nio.file.Path;
import java.time.Duration;
import java.util.regex.Pattern;

/**
 * A backup that is wanted.
 *
 * @param url a direct URL of the database
 * @param directory where the dump goes
 * @param name the dump's name without its ending; the same name is the same backup, however often it is asked for
 * @param toDump how long the dump may take
 * @param toVerify how long reading it back may take
 */
public record BackupRequest(PostgresUrl url, Path directory, String name, Duration toDump, Duration toVerify) {

    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._+@-]{0,150}");

    public BackupRequest {
        if (!NAME.matcher(name).matches()) {
            throw new IllegalArgumentException("backup: \"" + name
                    + "\" is no name; it starts with a letter or digit and holds only letters, digits and . _ + @ -");
        }
    }

    Path dump() {
        return directory.resolve(name + ".dump");
    }
}
