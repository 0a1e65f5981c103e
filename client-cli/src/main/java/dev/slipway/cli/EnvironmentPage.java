package dev.slipway.cli;

import dev.slipway.environment.EnvironmentWorkflow.View;
import dev.slipway.environment.Mirror;

/** An environment as its workflow's memo shows it. */
record EnvironmentPage(EnvironmentName name, Execution execution, View view) {

    static EnvironmentPage of(Temporal temporal, EnvironmentName name) {
        Execution execution = temporal.describe(name.workflow())
                .orElseThrow(() -> new CommandStopped(
                        ExitCode.USAGE,
                        "Temporal at " + temporal.address() + " knows no environment '" + name.text()
                                + "'; no release has got as far as its turn there yet"));
        View view = temporal.memo(execution, View.class)
                .orElseThrow(() -> new CommandStopped(
                        ExitCode.UNREACHABLE,
                        name.text() + " has shown nothing yet; its worker has not read the record: "
                                + "look at `slipway worker` and its log"));
        return new EnvironmentPage(name, execution, view);
    }

    Mirror mirror() {
        return view.mirror().stream()
                .findFirst()
                .orElseThrow(() -> new CommandStopped(
                        ExitCode.UNREACHABLE,
                        "the record of " + name.text() + " has not been copied yet; look at its worker's log"));
    }
}
