package dev.slipway.cli;

import dev.slipway.record.SignedText;
import dev.slipway.trust.KnownEnvironments;
import dev.slipway.trust.Namespace;
import dev.slipway.trust.SshPublicKey;
import dev.slipway.trust.Sshsig;
import dev.slipway.trust.UnusableKey;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Optional;

/**
 * The environments' keys that this client believes: the one line in {@code SLIPWAY_ENVIRONMENT_KEY} (for CI), else the
 * file of known environments. An unknown key is shown to a person and pinned where they say so, as ssh does.
 */
final class PinnedKeys {

    static final String KEY = "SLIPWAY_ENVIRONMENT_KEY";
    static final String FILE = "SLIPWAY_KNOWN_ENVIRONMENTS";

    private final Shell shell;
    private final Path file;

    PinnedKeys(Shell shell) {
        this.shell = shell;
        this.file = shell.variable(FILE).map(shell.folder()::resolve).orElseGet(() -> shell.variable("XDG_CONFIG_HOME")
                .map(Path::of)
                .orElse(shell.home().resolve(".config"))
                .resolve("slipway")
                .resolve("known_environments"));
    }

    Path file() {
        return file;
    }

    /** Whether a key that is pinned already signed it; asks nobody. */
    boolean believes(EnvironmentName environment, SignedText signed) {
        try {
            Optional<String> line = shell.variable(KEY);
            return line.isPresent()
                    ? byVariable(line.get(), signed) instanceof Sshsig.Check.Signed
                    : byFile(environment, signed) instanceof KnownEnvironments.Origin.Genuine;
        } catch (UnusableKey | IOException e) {
            return false;
        }
    }

    private static Sshsig.Check byVariable(String line, SignedText signed) throws UnusableKey {
        return Sshsig.verifyBy(
                SshPublicKey.parse(line),
                signed.signature(),
                Namespace.WORKER,
                signed.text().getBytes(StandardCharsets.UTF_8));
    }

    private KnownEnvironments.Origin byFile(EnvironmentName environment, SignedText signed)
            throws IOException, UnusableKey {
        return new KnownEnvironments(file)
                .check(environment.service(), environment.environment(), signed.text(), signed.signature());
    }

    /** Why this text is not to be believed; nothing where the environment's pinned key signed it. */
    Optional<String> doubt(EnvironmentName environment, SignedText signed) {
        try {
            Optional<String> line = shell.variable(KEY);
            if (line.isPresent()) {
                Sshsig.Check check = byVariable(line.get(), signed);
                return check instanceof Sshsig.Check.Refused refused
                        ? Optional.of(refused.why() + " (the key in " + KEY
                                + "): either its key was changed, or somebody else answers; ask who runs its worker")
                        : Optional.empty();
            }
            return doubtOfFile(environment, signed);
        } catch (UnusableKey | IOException e) {
            return Optional.of("the pinned keys cannot be read: " + e.getMessage());
        }
    }

    private Optional<String> doubtOfFile(EnvironmentName environment, SignedText signed)
            throws IOException, UnusableKey {
        KnownEnvironments.Origin origin = byFile(environment, signed);
        if (origin instanceof KnownEnvironments.Origin.Genuine) {
            return Optional.empty();
        }
        if (origin instanceof KnownEnvironments.Origin.Refused refused) {
            return Optional.of(refused.why());
        }
        SshPublicKey signer = ((KnownEnvironments.Origin.Unknown) origin).signer();
        if (shell.interactive()) {
            shell.say(environment.text() + " answers with a key that is not known here: " + signer.type() + " "
                    + signer.fingerprint());
            shell.say("Compare it with what who runs its worker told you.");
            if (shell.agrees("Pin it in '" + file + "'?")) {
                pin(environment, signer);
                return Optional.empty();
            }
        }
        return Optional.of("the key of " + environment.text() + " (" + signer.fingerprint()
                + ") is not pinned here; pin it with `slipway trust " + environment.text() + " --key '" + signer.type()
                + " "
                + signer.blob() + "'` or in " + KEY + ", after comparing it with what who runs the worker told you");
    }

    /** Pins a key. Another one that is pinned stays. */
    KnownEnvironments.Added pin(EnvironmentName environment, SshPublicKey key) {
        try {
            return new KnownEnvironments(file).add(environment.service(), environment.environment(), key);
        } catch (IOException | UnusableKey e) {
            throw new CommandStopped(
                    ExitCode.NOT_ALLOWED, "the key cannot be pinned in '" + file + "': " + e.getMessage(), e);
        }
    }

    Optional<SshPublicKey> lookup(EnvironmentName environment) {
        try {
            return new KnownEnvironments(file).lookup(environment.service(), environment.environment());
        } catch (IOException | UnusableKey e) {
            throw new CommandStopped(ExitCode.NOT_ALLOWED, "'" + file + "' cannot be read: " + e.getMessage(), e);
        }
    }
}
