package dev.slipway.cli;

import dev.slipway.environment.EnvironmentActivities.Inspection;
import dev.slipway.trust.Kind;
import dev.slipway.trust.Statement;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Says which record is the true one. */
@Command(
        name = "adopt",
        description = "Go on with a record that has gone back, was forked or is lost; the quorum has to say the same.")
final class AdoptCommand implements Callable<Integer> {

    @Mixin
    EnvironmentWord word = new EnvironmentWord();

    @Option(names = "--live", paramLabel = "V", description = "the version that serves, where the record does not know")
    String live = "";

    @Option(
            names = "--target",
            paramLabel = "NAME=ID",
            description = "what a target serves, with --live; once for each target")
    Map<String, String> targets = new TreeMap<>();

    private final Shell shell;

    AdoptCommand(Shell shell) {
        this.shell = shell;
    }

    @Override
    public Integer call() {
        return word.say(shell, Kind.ADOPT, present -> {
            Inspection found = present.inspect();
            if (found.trouble().isEmpty()) {
                throw new CommandStopped(
                        ExitCode.NOT_ALLOWED, "the record of " + present.name().text() + " is sound; nothing to adopt");
            }
            Map<String, Object> what = new TreeMap<>(Map.of("number", found.number(), "hash", found.hash()));
            if (!targets.isEmpty()) {
                what.put("targets", targets);
            }
            return new EnvironmentWord.Said(
                    live,
                    found.base(),
                    Statement.what(what),
                    found.trouble() + "\nwhat lies there: "
                            + (found.number() == 0
                                    ? "nothing; a new record begins"
                                    : "entry " + found.number() + ", with "
                                            + (found.live().isEmpty() ? "nothing" : found.live()) + " live"));
        });
    }
}
