package dev.slipway.cli;

import java.time.Duration;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** How a release, or one phase of it, is asked for. */
final class Asking {

    enum Until {
        accepted,
        approval,
        outcome
    }

    @Mixin
    PlanVersion wanted = new PlanVersion();

    @Option(
            names = "--wait",
            paramLabel = "accepted|approval|outcome",
            description = "how long to wait; outcome where not given")
    Until until = Until.outcome;

    @Option(names = "--reason", paramLabel = "TEXT", description = "why; it stands in the signed request")
    String reason = "";

    @Option(
            names = "--expires",
            paramLabel = "TIME",
            converter = SpanOption.class,
            description = "until when the request counts: 24h where not given")
    Duration expires = Duration.ofHours(24);

    @Option(
            names = "--timeout",
            paramLabel = "TIME",
            converter = SpanOption.class,
            description = "how long to wait at most; then it says what the release waits for, which goes on")
    Duration timeout = Duration.ZERO;

    @Mixin
    Patience patience = new Patience();

    @Mixin
    Signing signing = new Signing();

    @Mixin
    Connection connection = new Connection();

    @Mixin
    Output output = new Output();
}
