package dev.slipway.cli;

import dev.slipway.record.State;
import dev.slipway.trust.Kind;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Lets changes begin again. */
@Command(name = "unfreeze", description = "End a freeze before its time.")
final class UnfreezeCommand implements Callable<Integer> {

    @Mixin
    EnvironmentWord word = new EnvironmentWord();

    private final Shell shell;

    UnfreezeCommand(Shell shell) {
        this.shell = shell;
    }

    @Override
    public Integer call() {
        return word.say(shell, Kind.UNFREEZE, present -> {
            State.Freeze freeze = present.page().mirror().freeze().stream()
                    .filter(each -> shell.clock().instant().isBefore(each.until()))
                    .findFirst()
                    .orElseThrow(() -> new CommandStopped(
                            ExitCode.NOT_ALLOWED, present.name().text() + " is not frozen"));
            return new EnvironmentWord.Said(
                    "",
                    present.page().mirror().freezeState(),
                    "",
                    present.name().text() + " is frozen until " + Spans.time(freeze.until()) + " by " + freeze.by()
                            + ": " + freeze.reason());
        });
    }
}
