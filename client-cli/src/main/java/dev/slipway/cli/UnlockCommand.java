package dev.slipway.cli;

import dev.slipway.record.State;
import dev.slipway.trust.Kind;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Says that a person has looked, so that changes may begin again. */
@Command(name = "unlock", description = "Unlock an environment after somebody has looked at it.")
final class UnlockCommand implements Callable<Integer> {

    @Mixin
    EnvironmentWord word = new EnvironmentWord();

    private final Shell shell;

    UnlockCommand(Shell shell) {
        this.shell = shell;
    }

    @Override
    public Integer call() {
        return word.say(shell, Kind.UNLOCK, present -> {
            State.Lock lock = present.page().mirror().lock().stream()
                    .findFirst()
                    .orElseThrow(() -> new CommandStopped(
                            ExitCode.NOT_ALLOWED, present.name().text() + " is not locked"));
            return new EnvironmentWord.Said(
                    "",
                    lock.id(),
                    "",
                    present.name().text() + " is locked since " + Spans.time(lock.since()) + ": " + lock.reason());
        });
    }
}
