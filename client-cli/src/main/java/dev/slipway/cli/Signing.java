package dev.slipway.cli;

import dev.slipway.trust.SignedStatement;
import dev.slipway.trust.SigningFailed;
import dev.slipway.trust.SshKeygen;
import dev.slipway.trust.Statement;
import picocli.CommandLine.Option;

/** With which key to sign. */
final class Signing {

    @Option(
            names = "--key",
            paramLabel = "FILE",
            description = "private key, or a .pub whose private half the agent holds (SLIPWAY_KEY; else ~/.ssh/id_…)")
    String key = "";

    SignedStatement sign(SigningKey with, Statement statement) {
        try {
            return new SshKeygen().sign(statement.text(), with.file());
        } catch (SigningFailed e) {
            throw new CommandStopped(
                    ExitCode.NOT_ALLOWED, "nothing was signed with '" + with.file() + "': " + e.getMessage(), e);
        }
    }
}
