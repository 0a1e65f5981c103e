package dev.slipway.opening;

import dev.slipway.plan.ReleasePlan;
import dev.slipway.served.Served;
import dev.slipway.source.WorkingDirectory;
import java.io.IOException;
import java.nio.file.Path;
import java.util.UUID;

/**
 * A plan's files, laid out when they are first asked for. An attempt that was cut off may still be reading while the next
 * one looks, so each has a folder of its own, which goes when it is closed.
 */
final class PlanFolder implements AutoCloseable {

    private final Served served;
    private final ReleasePlan plan;
    private final Path folder;
    private boolean laidOut;

    PlanFolder(Served served, ReleasePlan plan) {
        this.served = served;
        this.plan = plan;
        this.folder = served.working("look-" + plan.digest().substring(0, 16) + "-" + UUID.randomUUID());
    }

    Path files() {
        if (!laidOut) {
            WorkingDirectory.layOut(
                    folder, served.source().judged(plan.commit(), plan.source().path()), plan.files());
            laidOut = true;
        }
        return folder;
    }

    @Override
    public void close() {
        try {
            WorkingDirectory.delete(folder);
        } catch (IOException left) {
            // nothing reads it again
        }
    }
}
