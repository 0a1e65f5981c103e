package dev.slipway.cli;

import dev.slipway.release.Phase;
import dev.slipway.release.ReleaseName;
import dev.slipway.release.Status;

/** A release that runs, with what its memo says. */
record Running(ReleaseName name, Execution execution, Status status) {

    boolean waitsForApproval() {
        return status.phase().equals(Phase.APPROVAL.words()) || status.what().startsWith("approval");
    }

    /** Whether a step has failed, and people are asked what is to become of it. */
    boolean asks() {
        return status.command().startsWith("slipway retry");
    }
}
