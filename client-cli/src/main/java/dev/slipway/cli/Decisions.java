package dev.slipway.cli;

import dev.slipway.trust.SignedStatement;
import java.time.Duration;
import java.util.List;
import java.util.function.Function;
import picocli.CommandLine.Option;

/** How a signed decision leaves this machine. */
final class Decisions {

    /** A worker that is there answers in a second; an unlock or a rejection first goes into the record. */
    private static final Duration ANSWER = Duration.ofSeconds(30);

    @Option(
            names = "--print",
            description = "send nothing: print the signed JSON for the Temporal UI (update or signal of the same name)")
    boolean print;

    static void require(List<String> problems) {
        if (!problems.isEmpty()) {
            throw new CommandStopped(ExitCode.NOT_ALLOWED, String.join("; ", problems));
        }
    }

    <T> int send(
            Shell shell,
            Temporal temporal,
            Execution execution,
            String update,
            SignedStatement signed,
            Class<T> answer,
            Function<T, String> words) {
        if (print) {
            Output.print(shell, signed);
            return ExitCode.SUCCEEDED.number();
        }
        shell.print(words.apply(temporal.update(execution, update, signed.id(), answer, signed, ANSWER)));
        return ExitCode.SUCCEEDED.number();
    }
}
