package dev.slipway.database.backup;

import dev.slipway.database.PostgresUrl;
import dev.slipway.database.ThrowAwayCluster;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/**
 * A backup that has been restored into a server of its own on this machine, which is there for this copy alone, has no
 * network, and is gone with the copy's end. Whatever is done to it happens to nobody.
 */
public final class ScratchCopy implements AutoCloseable {

    static final String DATABASE = "copy";

    private final ThrowAwayCluster cluster;
    private final List<String> notes;
    private final List<RestoreError> missing;
    private final Duration took;

    ScratchCopy(ThrowAwayCluster cluster, List<String> notes, List<RestoreError> missing, Duration took) {
        this.cluster = cluster;
        this.notes = List.copyOf(notes);
        this.missing = List.copyOf(missing);
        this.took = took;
    }

    /** How its superuser reaches it, by the Java driver and by PostgreSQL's own programs alike. */
    public PostgresUrl url() {
        return cluster.at(DATABASE);
    }

    /** The directory of its server's Unix socket: the host (-h) of psql and pg_restore. */
    public Path socketDirectory() {
        return cluster.sockets();
    }

    /** Whether its server cannot open a connection to anywhere; where it can, a note says so. */
    public boolean withoutNetwork() {
        return cluster.withoutNetwork();
    }

    /** In what it differs from the database that was dumped, and what is not safe about it, for people. */
    public List<String> notes() {
        return notes;
    }

    /** What of the dump could not be restored here, for a reason that lies in this machine and not in the dump. */
    public List<RestoreError> missing() {
        return missing;
    }

    /** From nothing to a copy that can be asked. */
    public Duration took() {
        return took;
    }

    @Override
    public void close() {
        cluster.close();
    }
}
