package dev.slipway.cli;

import dev.slipway.trust.Kind;
import dev.slipway.trust.SshPublicKey;
import dev.slipway.trust.UnusableKey;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.HexFormat;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Takes a key out of use that was lost or stolen. */
@Command(name = "suspend", description = "A key counts no more, at once and for good. One approver is enough.")
final class SuspendCommand implements Callable<Integer> {

    @Mixin
    EnvironmentWord word = new EnvironmentWord();

    @Option(
            names = "--suspend-key",
            required = true,
            paramLabel = "KEY",
            description = "the key: its fingerprint SHA256:…, or its .pub file")
    String suspended = "";

    private final Shell shell;

    SuspendCommand(Shell shell) {
        this.shell = shell;
    }

    @Override
    public Integer call() {
        String sha256 = sha256();
        return word.say(
                shell,
                Kind.SUSPEND,
                present -> new EnvironmentWord.Said(
                        "",
                        sha256,
                        "",
                        "key " + suspended + " counts no more in "
                                + present.name().text()
                                + ", also not for what it signed before; its owner needs another one"));
    }

    private String sha256() {
        try {
            if (suspended.startsWith("SHA256:")) {
                return HexFormat.of().formatHex(Base64.getDecoder().decode(suspended.substring("SHA256:".length())));
            }
            Path file = shell.folder().resolve(suspended);
            return SshPublicKey.parse(Files.exists(file) ? Files.readString(file) : suspended)
                    .sha256();
        } catch (IllegalArgumentException | IOException | UnusableKey e) {
            throw new CommandStopped(
                    ExitCode.USAGE,
                    "'" + suspended + "' is no key: give SHA256:… as `ssh-keygen -l` prints it, or a .pub file",
                    e);
        }
    }
}
