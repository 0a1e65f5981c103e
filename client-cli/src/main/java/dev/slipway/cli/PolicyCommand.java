package dev.slipway.cli;

import dev.slipway.record.Policy;
import dev.slipway.trust.Kind;
import dev.slipway.trust.Statement;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Changes what holds in an environment whatever a plan says. */
@Command(
        name = "policy",
        description = "Put a policy into force; counts when the quorum of the present one has signed it.")
final class PolicyCommand implements Callable<Integer> {

    @Mixin
    EnvironmentWord word = new EnvironmentWord();

    @Option(
            names = "--file",
            required = true,
            paramLabel = "FILE",
            description = "the policy: YAML with people, approval, gates, hotfix, commands, keep")
    String file = "";

    private final Shell shell;

    PolicyCommand(Shell shell) {
        this.shell = shell;
    }

    @Override
    public Integer call() {
        Policy policy = PolicyFile.read(shell, shell.folder().resolve(file));
        return word.say(
                shell,
                Kind.POLICY,
                present -> new EnvironmentWord.Said(
                        "",
                        present.page().mirror().policy(),
                        Statement.what(Map.of("policy", policy)),
                        "the policy of " + present.name().text() + " becomes " + policy.digest() + " (now "
                                + (present.page().mirror().policy().isEmpty()
                                        ? "none: the worker's floor alone"
                                        : present.page().mirror().policy())
                                + ")"));
    }
}
