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

/** Stops changes for a while. */
@Command(
        name = "freeze",
        description = "Let no change begin until a time; what goes back passes. One approver is enough.")
final class FreezeCommand implements Callable<Integer> {

    @Mixin
    EnvironmentWord word = new EnvironmentWord();

    @Option(
            names = "--for",
            required = true,
            paramLabel = "TIME",
            converter = SpanOption.class,
            description = "how long: 90m, 12h, 14d")
    Duration time = Duration.ZERO;

    private final Shell shell;

    FreezeCommand(Shell shell) {
        this.shell = shell;
    }

    @Override
    public Integer call() {
        Instant until = shell.clock().instant().plus(time).truncatedTo(ChronoUnit.SECONDS);
        return word.say(
                shell,
                Kind.FREEZE,
                present -> new EnvironmentWord.Said(
                        "",
                        present.page().mirror().freezeState(),
                        Statement.what(Map.of("until", until.toString())),
                        "then no change begins in " + present.name().text() + " until " + Spans.time(until)
                                + "; rollbacks pass, and hotfixes whose plan says so"));
    }
}
