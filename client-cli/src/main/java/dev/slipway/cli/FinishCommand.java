package dev.slipway.cli;

import dev.slipway.release.Phase;
import dev.slipway.trust.Kind;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Ends the watch of a release: it is good enough. */
@Command(name = "finish", description = "End the watch of a release now: it is good, it stays.")
final class FinishCommand implements Callable<Integer> {

    @Mixin
    ReleaseWord word = new ReleaseWord();

    private final Shell shell;

    FinishCommand(Shell shell) {
        this.shell = shell;
    }

    @Override
    public Integer call() {
        return word.say(shell, Kind.FINISH, FinishCommand::watched, false, subject -> {
            requireOpened(subject);
            return "";
        });
    }

    static boolean watched(Running running) {
        return running.status().phase().equals(Phase.WATCH.words());
    }

    static void requireOpened(Subject subject) {
        if (subject.report().base().isEmpty()) {
            throw new CommandStopped(
                    ExitCode.NOT_ALLOWED,
                    subject.name().text() + " is not being watched; it is in phase "
                            + subject.report().phase().words());
        }
    }
}
