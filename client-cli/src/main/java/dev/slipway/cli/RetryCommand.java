package dev.slipway.cli;

import dev.slipway.trust.Kind;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Tries a step that failed once more: what was done before it stays done. */
@Command(name = "retry", description = "Try the step that failed once more, where a release asks what to do.")
final class RetryCommand implements Callable<Integer> {

    @Mixin
    ReleaseWord word = new ReleaseWord();

    private final Shell shell;

    RetryCommand(Shell shell) {
        this.shell = shell;
    }

    @Override
    public Integer call() {
        return word.say(shell, Kind.RETRY, Running::asks, true, subject -> ReleaseWord.answerTo(shell, subject));
    }
}
