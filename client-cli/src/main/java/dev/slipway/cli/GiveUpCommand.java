package dev.slipway.cli;

import dev.slipway.trust.Kind;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Ends a release after a failure and leaves everything as it is. */
@Command(
        name = "give-up",
        description = "End a release that asks what to do after a failure, and leave everything as it is.")
final class GiveUpCommand implements Callable<Integer> {

    @Mixin
    ReleaseWord word = new ReleaseWord();

    private final Shell shell;

    GiveUpCommand(Shell shell) {
        this.shell = shell;
    }

    @Override
    public Integer call() {
        return word.say(shell, Kind.GIVE_UP, Running::asks, false, subject -> ReleaseWord.answerTo(shell, subject));
    }
}
