package dev.slipway.cli;

import java.time.Duration;
import picocli.CommandLine.Option;

/** How long to wait for a worker that is not there. */
final class Patience {

    @Option(
            names = "--no-worker-timeout",
            paramLabel = "TIME",
            converter = SpanOption.class,
            description = "how long to wait where no worker is: 30s where not given")
    Duration noWorker = Duration.ofSeconds(30);
}
