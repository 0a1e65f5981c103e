package dev.slipway.database.backup;

import dev.slipway.database.ReadyCluster;
import java.util.List;
import java.util.Optional;

/**
 * What is known of a dump that was written, and not proved yet.
 *
 * @param comparison what the dump has to hold; empty where nobody asked in its snapshot
 * @param ready the server that it is restored into; empty where it is not
 */
record Dumped(
        List<Manifest.TableRows> rows,
        Manifest.Shape shape,
        Optional<CopyComparison> comparison,
        Optional<ReadyCluster> ready)
        implements AutoCloseable {

    @Override
    public void close() {
        ready.ifPresent(ReadyCluster::close);
    }
}
