package dev.slipway.cli;

import dev.slipway.trust.SignedStatement;
import dev.slipway.trust.SigningFailed;
import dev.slipway.trust.SshKeygen;
import dev.slipway.trust.Statement;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Option;

/** With which key to sign. */
final class Signing {

    @Option(
            names = "--key",
            paramLabel = "FILE",
            description = "private key, or a .pub whose private half the agent holds (SLIPWAY_KEY; else ~/.ssh/id_…)")
    String key = "";

    @Option(
            names = "--by",
            paramLabel = "NAME",
            description = "who you are, where your key is not in the plan but in the worker's file or the policy")
    String by = "";

    /** The key to sign with, and whose it is. */
    SigningKey find(Shell shell, Map<String, List<String>> people) {
        return by.isEmpty() ? SigningKey.find(shell, key, people) : SigningKey.of(shell, key, by);
    }

    /** The people by whom this side checks before it sends; the worker judges by its own. */
    Map<String, List<String>> known(Map<String, List<String>> people, SigningKey with) {
        if (by.isEmpty()) {
            return people;
        }
        Map<String, List<String>> known = new LinkedHashMap<>(people);
        known.put(by, List.of(with.key().line()));
        return known;
    }

    SignedStatement sign(SigningKey with, Statement statement) {
        try {
            return new SshKeygen().sign(statement.text(), with.file());
        } catch (SigningFailed e) {
            throw new CommandStopped(
                    ExitCode.NOT_ALLOWED, "nothing was signed with '" + with.file() + "': " + e.getMessage(), e);
        }
    }
}
