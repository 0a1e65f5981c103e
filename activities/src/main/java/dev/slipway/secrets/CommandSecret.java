package dev.slipway.secrets;

import dev.slipway.process.Command;
import dev.slipway.process.CommandNotStarted;
import dev.slipway.process.CommandResult;
import dev.slipway.process.CommandRunner;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A secret that a command of the worker's own file prints: {@code op read …}, {@code vault kv get …}, {@code sops -d …}. */
public record CommandSecret(List<String> argv, Map<String, String> environment, CommandRunner runner)
        implements SecretSource {

    private static final Duration LIMIT = Duration.ofSeconds(30);

    @Override
    public Optional<String> value() {
        try {
            CommandResult result = runner.run(
                    new Command(argv, Path.of("/"), environment, LIMIT, Duration.ofSeconds(1)), progress -> {});
            if (!result.succeeded()) {
                throw new SecretUnavailable(place() + " ended with exit code " + result.exitCode()
                        + (result.timedOut() ? " after " + LIMIT.toSeconds() + " s" : ""));
            }
            String output = result.output().stripTrailing();
            return output.isEmpty() ? Optional.empty() : Optional.of(output);
        } catch (CommandNotStarted e) {
            throw new SecretUnavailable(place() + ": " + e.getMessage());
        }
    }

    @Override
    public String place() {
        return "command " + argv.get(0);
    }

    @Override
    public String toString() {
        return place();
    }
}
