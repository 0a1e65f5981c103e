package dev.slipway.cli;

import dev.slipway.trust.SshPublicKey;
import dev.slipway.trust.UnusableKey;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;

/**
 * The key that a person signs with, and who that person is.
 *
 * @param file what {@code ssh-keygen} is given: a private key, or a {@code .pub} whose private half the agent holds
 * @param by the person in the plan whose key it is
 */
record SigningKey(Path file, SshPublicKey key, String by) {

    static final String VARIABLE = "SLIPWAY_KEY";

    /** Long enough for a person to type one. */
    private static final Duration PASSPHRASE = Duration.ofMinutes(2);

    private static final List<String> USUAL = List.of("id_ed25519", "id_ecdsa", "id_ed25519_sk");

    private record Candidate(Path file, SshPublicKey key) {}

    /**
     * Finds the key: the one that is named, else the one in {@code SLIPWAY_KEY}, else the first of the usual ones that is
     * somebody's in the plan.
     */
    static SigningKey find(Shell shell, String named, Map<String, List<String>> people) {
        List<Candidate> candidates = candidates(shell, named);
        for (Candidate candidate : candidates) {
            Optional<String> owner = owner(candidate.key(), people);
            if (owner.isPresent()) {
                return new SigningKey(candidate.file(), candidate.key(), owner.get());
            }
        }
        Candidate first = candidates.get(0);
        throw new CommandStopped(
                ExitCode.NOT_ALLOWED,
                "key '" + first.file() + "' (" + first.key().fingerprint() + ") belongs to none of the plan's people ("
                        + String.join(", ", new TreeSet<>(people.keySet()))
                        + "); have its public line added there, name another key with --key, or say with --by who you are, where your"
                        + " key stands in the worker's file or the policy (the recovery key is --by recovery)");
    }

    /** The same key as somebody whom the plan does not name. */
    static SigningKey of(Shell shell, String named, String by) {
        Candidate first = candidates(shell, named).get(0);
        return new SigningKey(first.file(), first.key(), by);
    }

    /** At least one. */
    private static List<Candidate> candidates(Shell shell, String named) {
        String given = named.isEmpty() ? shell.variable(VARIABLE).orElse("") : named;
        List<Candidate> candidates = new ArrayList<>();
        if (!given.isEmpty()) {
            candidates.add(read(shell.folder().resolve(expanded(shell, given)).normalize()));
        } else {
            for (String usual : USUAL) {
                Path file = shell.home().resolve(".ssh").resolve(usual);
                if (Files.exists(file) || Files.exists(pub(file))) {
                    candidates.add(read(Files.exists(file) ? file : pub(file)));
                }
            }
        }
        if (candidates.isEmpty()) {
            throw new CommandStopped(
                    ExitCode.NOT_ALLOWED,
                    "no key to sign with: none of " + String.join(", ", USUAL) + " in '"
                            + shell.home().resolve(".ssh") + "'; name one with --key or " + VARIABLE
                            + ", or make one with `ssh-keygen -t ed25519`");
        }
        return candidates;
    }

    private static Optional<String> owner(SshPublicKey key, Map<String, List<String>> people) {
        return people.entrySet().stream()
                .filter(person -> person.getValue().stream().anyMatch(line -> same(line, key)))
                .map(Map.Entry::getKey)
                .sorted()
                .findFirst();
    }

    private static boolean same(String line, SshPublicKey key) {
        try {
            return SshPublicKey.parse(line).sameKey(key);
        } catch (UnusableKey e) {
            return false;
        }
    }

    private static Candidate read(Path file) {
        Path pub = file.toString().endsWith(".pub") ? file : pub(file);
        try {
            if (Files.exists(pub)) {
                return new Candidate(file, SshPublicKey.parse(Files.readString(pub)));
            }
            if (!Files.exists(file)) {
                throw new CommandStopped(
                        ExitCode.NOT_ALLOWED,
                        "there is no key file '" + file + "'; name one with --key or " + VARIABLE);
            }
            return new Candidate(file, derived(file));
        } catch (IOException | UnusableKey e) {
            throw new CommandStopped(ExitCode.NOT_ALLOWED, "key '" + file + "' cannot be used: " + e.getMessage(), e);
        }
    }

    /** CI has the private half alone, so ssh-keygen is asked for the other one. */
    private static SshPublicKey derived(Path file) throws IOException, UnusableKey {
        ProcessBuilder program = new ProcessBuilder("ssh-keygen", "-y", "-f", file.toString())
                .redirectError(ProcessBuilder.Redirect.INHERIT);
        return SshPublicKey.parse(Program.output(program, PASSPHRASE)
                .orElseThrow(() -> new IOException("ssh-keygen gave no public key of it within "
                        + PASSPHRASE.toSeconds() + " s; its own words stand above")));
    }

    private static Path pub(Path file) {
        return Path.of(file + ".pub");
    }

    private static String expanded(Shell shell, String path) {
        return path.startsWith("~/") ? shell.home() + path.substring(1) : path;
    }
}
