package dev.slipway.source;

import dev.slipway.plan.reading.PlanSource;

/** Files as they stand in the source at one commit, with what the mode of each says. */
public interface SourceTree extends PlanSource {

    /** Whether a file may be run. */
    boolean executable(String path);
}
