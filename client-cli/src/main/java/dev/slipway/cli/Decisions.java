package dev.slipway.cli;

import dev.slipway.record.Entry;
import dev.slipway.record.SignedText;
import dev.slipway.trust.SignedStatement;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import picocli.CommandLine.Option;

/** How a signed decision leaves this machine, and what has to come back. */
final class Decisions {

    /** A worker that is there answers in a second; an unlock or a rejection first goes into the record. */
    private static final Duration ANSWER = Duration.ofSeconds(30);

    private static final String NOTHING_SENT = "Nothing was sent: only a worker can take it";

    @Option(
            names = "--print",
            description = "send nothing: print the signed JSON for the Temporal UI (update or signal of the same name)")
    boolean print;

    static void require(List<String> problems) {
        if (!problems.isEmpty()) {
            throw new CommandStopped(ExitCode.NOT_ALLOWED, String.join("; ", problems));
        }
    }

    /** Where the decision is sent, and as what. */
    record To(EnvironmentName environment, Execution execution, String update) {}

    /** For a decision that counts when the worker judges it later: an answer is all that comes back. */
    <T> int send(
            Shell shell, Temporal temporal, To to, SignedStatement signed, Class<T> answer, Function<T, String> words) {
        if (print) {
            Output.print(shell, signed);
            return ExitCode.SUCCEEDED.number();
        }
        new Workers(temporal).requireAnswers(to.environment(), NOTHING_SENT);
        shell.print(words.apply(temporal.update(to.execution(), to.update(), signed.id(), answer, ANSWER, signed)));
        return ExitCode.SUCCEEDED.number();
    }

    /**
     * For a decision that counts once it stands in the record: only the entry that it became, signed by the environment's
     * key, says so.
     */
    <T> int sendForReceipt(
            Shell shell,
            Temporal temporal,
            To to,
            SignedStatement signed,
            Class<T> answer,
            Function<T, String> words,
            Function<T, List<SignedText>> receipts) {
        if (print) {
            Output.print(shell, signed);
            return ExitCode.SUCCEEDED.number();
        }
        new Workers(temporal).require(to.environment(), NOTHING_SENT);
        T answered = temporal.update(to.execution(), to.update(), signed.id(), answer, ANSWER, signed);
        shell.print(words.apply(answered));
        Optional<String> doubt = doubt(shell, to.environment(), signed, receipts.apply(answered));
        if (doubt.isPresent()) {
            throw new CommandStopped(
                    ExitCode.UNCONFIRMED,
                    "not confirmed by the environment's key: " + doubt.get()
                            + "; what stands above is Temporal's word alone");
        }
        shell.say("confirmed by the key of " + to.environment().text());
        return ExitCode.SUCCEEDED.number();
    }

    private static Optional<String> doubt(
            Shell shell, EnvironmentName environment, SignedStatement signed, List<SignedText> receipts) {
        if (receipts.isEmpty()) {
            return Optional.of("no receipt came with the answer");
        }
        SignedText receipt = receipts.get(0);
        Optional<String> unsigned = new PinnedKeys(shell).doubt(environment, receipt);
        if (unsigned.isPresent()) {
            return unsigned;
        }
        Entry entry;
        try {
            entry = Entry.parse(receipt.text());
        } catch (IllegalArgumentException e) {
            return Optional.of(e.getMessage());
        }
        boolean itsOwn = entry.service().equals(environment.service())
                && entry.environment().equals(environment.environment())
                && (entry.event().facts().getOrDefault("statements", "") + " "
                                + entry.event().facts().getOrDefault("statement", ""))
                        .contains(signed.id());
        return itsOwn ? Optional.empty() : Optional.of("the receipt is about another statement");
    }
}
