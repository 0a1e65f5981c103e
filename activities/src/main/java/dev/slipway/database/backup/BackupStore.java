package dev.slipway.database.backup;

import dev.slipway.database.DatabaseUnavailable;
import dev.slipway.process.Pulse;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.regex.Pattern;

/**
 * Where backups are kept. A backup is there as soon as its manifest is, and its manifest comes last; without it whatever
 * lies there is a leftover. A dump is known by its name in the store, as in {@code shop-production-main-1.4.0.dump}.
 */
public interface BackupStore {

    /**
     * Tries whether something can be kept here, read and taken away again.
     *
     * @throws BackupFailed where it cannot
     * @throws DatabaseUnavailable where it does not answer
     */
    void prove();

    /** Where a dump lies, for the record and for people: a path, or {@code s3://bucket/key}. */
    String address(String dump);

    /** A directory of this machine in which a dump is written before it is kept; other hosts do not see it. */
    Path room();

    /**
     * What is said of a dump that is kept here; empty where there is none.
     *
     * @throws BackupFailed when the store cannot be read
     * @throws DatabaseUnavailable when it may answer later
     */
    Optional<Manifest> manifest(String dump);

    /** Whether what is kept has the bytes that its manifest says, each of them. */
    boolean isWhole(String dump, Manifest manifest, Pulse pulse);

    /** How many bytes lie there under this name; -1 for nothing. Says nothing about which bytes they are. */
    long bytes(String dump);

    /**
     * Takes a dump that was written in the room, and its manifest after it. Takes the place of one of the same name.
     *
     * @param rate the most bytes a second; 0 for no limit
     * @throws BackupFailed when what arrived is not what was sent, or there is no room
     * @throws DatabaseUnavailable when it may work later
     */
    void keep(Path partial, String dump, Manifest manifest, long rate, Pulse pulse);

    /** The dumps that are kept here, whoever made them: name and manifest. */
    List<Kept> all();

    /** Takes a dump away, and its manifest after it. */
    void delete(String dump);

    /** Lays a dump out on this machine for reading; closed when it was read. */
    Local local(String dump, Pulse pulse);

    /**
     * Removes what dead attempts have left: of names that begin so, older than this, not of an attempt that is at work.
     *
     * @return what was removed
     */
    List<String> sweep(String beginning, Instant olderThan);

    /**
     * Dumps without a manifest, which count for nothing: of names that a release's backup has and that begin so, older
     * than this, not of an attempt that is at work.
     */
    List<String> orphans(String beginning, Instant olderThan);

    /** What a release calls its dump: the version and the beginning of its id after what it is of. */
    static Predicate<String> isOfARelease(String beginning) {
        return Pattern.compile(Pattern.quote(beginning) + "[A-Za-z0-9._+@-]+-[0-9a-f]{12}\\.dump")
                .asMatchPredicate();
    }

    /** @param dump its name in the store */
    record Kept(String dump, Manifest manifest) {}

    /** A dump on this machine, with its manifest beside it. */
    interface Local extends AutoCloseable {

        Path dump();

        @Override
        void close();
    }
}
