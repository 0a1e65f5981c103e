package dev.slipway.cli;

import picocli.CommandLine.Option;

/** Which Temporal to talk to, where the command line says so instead of the variables or the profile. */
final class Connection {

    @Option(names = "--address", paramLabel = "HOST:PORT", description = "Temporal's address (TEMPORAL_ADDRESS)")
    String address = "";

    @Option(names = "--namespace", paramLabel = "NAME", description = "Temporal's namespace (TEMPORAL_NAMESPACE)")
    String namespace = "";

    @Option(names = "--profile", paramLabel = "NAME", description = "profile of Temporal's own file (TEMPORAL_PROFILE)")
    String profile = "";
}
