package dev.slipway.cli;

import dev.slipway.trust.Kind;
import dev.slipway.trust.Statement;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Brings the record to what serves. */
@Command(
        name = "reconcile",
        description =
                "Tell the record what was changed by hand; the quorum has to say the same, and no target may say otherwise.")
final class ReconcileCommand implements Callable<Integer> {

    @Mixin
    EnvironmentWord word = new EnvironmentWord();

    @Option(names = "--version", required = true, paramLabel = "V", description = "the version that serves now")
    String version = "";

    @Option(
            names = "--target",
            required = true,
            paramLabel = "NAME=ID",
            description = "what a target serves, as its vendor or command calls it; once for each target")
    Map<String, String> targets = new TreeMap<>();

    private final Shell shell;

    ReconcileCommand(Shell shell) {
        this.shell = shell;
    }

    @Override
    public Integer call() {
        return word.say(
                shell,
                Kind.RECONCILE,
                present -> new EnvironmentWord.Said(
                        version,
                        present.page().mirror().base(),
                        Statement.what(Map.of("targets", targets)),
                        "the record of " + present.name().text() + " says "
                                + (present.page().mirror().live().isEmpty()
                                        ? "nothing"
                                        : present.page().mirror().live())
                                + " is live; from now on it says " + version + " " + targets));
    }
}
