package dev.slipway.cli;

import dev.slipway.release.ReleaseReport;
import java.util.List;

/**
 * What a command that waited comes to, as one JSON object.
 *
 * @param release for instance {@code shop/production@1.4.0}
 * @param exitCode as the process ends
 * @param exit the same in words
 * @param outcome name of the outcome, empty while it goes on
 * @param confirmed whether the environment's pinned key says so
 * @param text one sentence
 * @param report none or one
 */
record Result(
        String release,
        String workflow,
        String run,
        int exitCode,
        String exit,
        String outcome,
        boolean confirmed,
        String text,
        List<ReleaseReport> report) {}
