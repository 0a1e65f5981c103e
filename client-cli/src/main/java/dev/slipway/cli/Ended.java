package dev.slipway.cli;

import dev.slipway.release.Outcome;
import dev.slipway.release.ReleaseReport;
import java.util.Optional;

/**
 * How a workflow ended, as Temporal has it. Nothing here is signed; the report carries what is.
 *
 * @param outcome nothing where it was terminated or failed in a way that is none of ours
 * @param report none where there is none to be had
 * @param text Temporal's own sentence
 */
record Ended(Optional<Outcome> outcome, Optional<ReleaseReport> report, String text) {}
