package dev.slipway.cli;

import dev.slipway.trust.KnownEnvironments;
import dev.slipway.trust.SshPublicKey;
import dev.slipway.trust.UnusableKey;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Pins the key of an environment, or shows which one is pinned. */
@Command(
        name = "trust",
        description = "Pin the key of an environment: only what it signs is believed.",
        footer = "%nCompare the key with what who runs the worker told you, by another way than this one.%n")
final class TrustCommand implements Callable<Integer> {

    @Parameters(arity = "0..1", paramLabel = "ENV", description = "production, or shop/production")
    String environment = "";

    @Option(
            names = "--key",
            paramLabel = "KEY",
            description = "'ssh-ed25519 AAAA…', or a .pub file; shows the pinned one where not given")
    String key = "";

    private final Shell shell;

    TrustCommand(Shell shell) {
        this.shell = shell;
    }

    @Override
    public Integer call() {
        EnvironmentName name = new Naming(shell).environment(environment);
        PinnedKeys pinned = new PinnedKeys(shell);
        if (key.isEmpty()) {
            return show(name, pinned);
        }
        KnownEnvironments.Added added = pinned.pin(name, read());
        if (added instanceof KnownEnvironments.Added.Conflict conflict) {
            throw new CommandStopped(ExitCode.NOT_ALLOWED, conflict.problem());
        }
        String how = added instanceof KnownEnvironments.Added.New ? "is pinned now" : "was pinned already";
        shell.print(name.text() + " " + read().fingerprint() + " " + how + " in '" + pinned.file() + "'");
        return ExitCode.SUCCEEDED.number();
    }

    private int show(EnvironmentName name, PinnedKeys pinned) {
        Optional<SshPublicKey> known = pinned.lookup(name);
        shell.print(known.map(each -> name.text() + " " + each.fingerprint() + " " + each.line())
                .orElse(name.text() + " has no pinned key in '" + pinned.file() + "'; pin one with --key"));
        return known.isPresent() ? ExitCode.SUCCEEDED.number() : ExitCode.UNCONFIRMED.number();
    }

    private SshPublicKey read() {
        return key(shell, key);
    }

    /** A key as somebody gives it: the line, or the file that holds it. */
    static SshPublicKey key(Shell shell, String given) {
        Path file = shell.folder().resolve(given.contains(" ") ? "." : given);
        try {
            return SshPublicKey.parse(Files.isRegularFile(file) ? Files.readString(file) : given);
        } catch (IOException | UnusableKey e) {
            throw new CommandStopped(ExitCode.USAGE, "'" + given + "' is no environment's key: " + e.getMessage(), e);
        }
    }
}
