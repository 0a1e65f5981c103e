package dev.slipway.cli;

import dev.slipway.trust.Kind;
import dev.slipway.trust.Statement;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Lets the watch of a release last longer. */
@Command(
        name = "extend",
        description = "Watch a release for longer: until so long from now. It answers a watch that can't decide, too.")
final class ExtendCommand implements Callable<Integer> {

    @Option(
            names = "--for",
            required = true,
            paramLabel = "TIME",
            converter = SpanOption.class,
            description = "how long from now: 10m, 2h; at most 7d")
    Duration more = Duration.ZERO;

    @Mixin
    ReleaseWord word = new ReleaseWord();

    private final Shell shell;

    ExtendCommand(Shell shell) {
        this.shell = shell;
    }

    @Override
    public Integer call() {
        return word.say(shell, Kind.EXTEND, FinishCommand::watched, true, subject -> {
            FinishCommand.requireOpened(subject);
            Instant until = shell.clock().instant().plus(more).truncatedTo(ChronoUnit.SECONDS);
            return Statement.what(Map.of("until", until.toString()));
        });
    }
}
