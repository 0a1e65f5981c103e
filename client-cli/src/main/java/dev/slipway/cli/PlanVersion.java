package dev.slipway.cli;

import picocli.CommandLine.Option;

/** Which version, by which plan, with which files. */
final class PlanVersion {

    @Option(
            names = "--version",
            required = true,
            paramLabel = "V",
            description = "the version whose plan and files are meant")
    String version = "";

    @Option(names = "--plan-file", paramLabel = "FILE", description = "slipway.yaml here or above where not given")
    String planFile = "";

    @Option(names = "--commit", paramLabel = "C", description = "HEAD where not given (source: git)")
    String commit = "";
}
