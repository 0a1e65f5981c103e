package dev.slipway.cli;

import dev.slipway.plan.ReleasePlan;
import dev.slipway.release.ReleaseInput;
import dev.slipway.release.ReleaseName;
import dev.slipway.release.ReleaseReport;
import dev.slipway.trust.Lane;
import dev.slipway.trust.Statement;
import java.util.List;
import java.util.Optional;

/** A release with what a decision about it needs: what it was asked with, and its story so far. */
record Subject(ReleaseName name, Execution execution, ReleaseInput input, ReleaseReport report) {

    static Subject of(Temporal temporal, Naming.Found found) {
        return new Subject(
                found.name(),
                found.execution(),
                temporal.input(found.execution(), ReleaseInput.class),
                report(temporal, found));
    }

    /** Its story so far, of whatever kind it is. */
    static ReleaseReport report(Temporal temporal, Naming.Found found) {
        return temporal.report(found.execution())
                .or(() -> found.execution().running()
                        ? Optional.empty()
                        : temporal.ended(found.execution()).report())
                .orElseThrow(() -> {
                    List<String> missing =
                            new Workers(temporal).missing(found.name().environment());
                    return new CommandStopped(
                            ExitCode.UNREACHABLE,
                            missing.isEmpty()
                                    ? "no worker answers for " + found.name().text() + "; look at the worker's log"
                                    : Workers.sentence(missing));
                });
    }

    ReleasePlan plan() {
        return input.plan();
    }

    EnvironmentName environment() {
        return EnvironmentName.of(name);
    }

    Lane lane() {
        return input.request().statement().map(Statement::lane).orElse(Lane.NORMAL);
    }

    String requester() {
        return input.request().statement().map(Statement::by).orElse("");
    }
}
