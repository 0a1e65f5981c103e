package dev.slipway.watching;

import dev.slipway.process.Command;
import dev.slipway.process.CommandNotStarted;
import dev.slipway.process.CommandResult;
import dev.slipway.process.CommandRunner;
import dev.slipway.process.Pulse;
import dev.slipway.secrets.SecretUnavailable;
import dev.slipway.watch.Measurement;
import dev.slipway.watch.Measurement.NoData;
import dev.slipway.watch.Measurement.Outcome;
import dev.slipway.watch.Measurement.SourceDown;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;

/**
 * A source that runs a command of the plan and reads the last line of its output. A command that fails, or does not end in
 * time, says nothing about the release.
 */
public final class CommandSource implements MetricSource {
    private static final Duration GRACE = Duration.ofSeconds(1);

    private final String metric;
    private final List<String> argv;
    private final Supplier<Path> directory;
    private final Supplier<Map<String, String>> environment;
    private final CommandRunner runner;
    private final UnaryOperator<String> redact;

    /**
     * @param directory where the plan's files lie; asked for when it first runs
     * @param environment looked up for each run: it may hold secrets
     * @param redact takes the known secrets out of a text
     */
    public CommandSource(
            String metric,
            List<String> argv,
            Supplier<Path> directory,
            Supplier<Map<String, String>> environment,
            CommandRunner runner,
            UnaryOperator<String> redact) {
        this.metric = metric;
        this.argv = List.copyOf(argv);
        this.directory = directory;
        this.environment = environment;
        this.runner = runner;
        this.redact = redact;
    }

    @Override
    public String metric() {
        return metric;
    }

    @Override
    public Reading read(SourceState before, Instant now, Duration timeout) {
        return new Reading(new Measurement(metric, now, run(timeout)), before);
    }

    @Override
    public Optional<String> check(Instant now, Duration timeout) {
        return Doubts.of(read(SourceState.start(), now, timeout).measurement());
    }

    private Outcome run(Duration timeout) {
        CommandResult result;
        try {
            Command command = new Command(argv, directory.get(), environment.get(), timeout, GRACE);
            result = runner.run(command, Pulse.unheard());
        } catch (CommandNotStarted | SecretUnavailable e) {
            return new SourceDown(redact.apply(e.getMessage()));
        }
        String program = "`" + redact.apply(argv.get(0)) + "`";
        if (result.timedOut()) {
            return new SourceDown(program + " was stopped after " + HttpCall.written(timeout));
        }
        if (!result.succeeded()) {
            return new SourceDown(program + " ended with exit code " + result.exitCode() + last(result.lastLines()));
        }
        List<String> said =
                result.output().lines().filter(line -> !line.isBlank()).toList();
        if (said.isEmpty() || result.outputCut()) {
            return new NoData(program + (said.isEmpty() ? " printed nothing" : " printed more than 64 KB"));
        }
        String last = said.get(said.size() - 1);
        return Numbers.of(last, redact.apply(last).strip());
    }

    private String last(List<String> lines) {
        return lines.isEmpty()
                ? ""
                : ": " + redact.apply(lines.get(lines.size() - 1)).strip();
    }
}
