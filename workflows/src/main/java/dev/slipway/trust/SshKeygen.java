package dev.slipway.trust;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * The {@code ssh-keygen} of this machine, which signs for people: it knows their agent, passphrases and security keys,
 * and asks for them on the terminal itself.
 */
public final class SshKeygen {

    /** Time to find the security key in a drawer; then a forgotten prompt gives the shell back. */
    private static final Duration PATIENCE = Duration.ofMinutes(5);

    private final String program;
    private final Duration limit;

    public SshKeygen() {
        this("ssh-keygen", PATIENCE);
    }

    /** @param limit how long one call may take, with the person's part in it */
    public SshKeygen(String program, Duration limit) {
        this.program = program;
        this.limit = limit;
    }

    /**
     * Signs a statement's text ({@link Namespace#STATEMENT}).
     *
     * @param key a private key, or a {@code .pub} file whose private half the agent holds
     */
    public SignedStatement sign(String text, Path key) throws SigningFailed {
        byte[] bytes =
                Plain.utf8(text).orElseThrow(() -> new SigningFailed("a text with half a character is not signed"));
        String output = run(bytes, "-q", "-Y", "sign", "-n", Namespace.STATEMENT, "-f", absolute(key));
        return new SignedStatement(text, output);
    }

    /** Makes an ed25519 key without a passphrase, with its {@code .pub} beside it; never over a file that is there. */
    public SshPublicKey generate(Path file, String comment) throws SigningFailed {
        if (Files.exists(file)) {
            throw new SigningFailed("key file '" + file + "' is there already and is not overwritten");
        }
        run(new byte[0], "-q", "-t", "ed25519", "-N", "", "-C", comment, "-f", absolute(file));
        try {
            return SshPublicKey.parse(Files.readString(Path.of(file + ".pub")));
        } catch (IOException | UnusableKey e) {
            throw new SigningFailed(program + " made '" + file + "', but its .pub cannot be read: " + e.getMessage());
        }
    }

    /** A path that begins with a dash must not be read as an option. */
    private static String absolute(Path path) {
        return path.toAbsolutePath().toString();
    }

    private String run(byte[] input, String... arguments) throws SigningFailed {
        List<String> command = new ArrayList<>(List.of(program));
        command.addAll(Arrays.asList(arguments));
        Process process;
        try {
            process = new ProcessBuilder(command)
                    .redirectError(ProcessBuilder.Redirect.INHERIT)
                    .start();
        } catch (IOException e) {
            throw new SigningFailed("'" + program + "' cannot be started (" + e.getMessage()
                    + "); install the OpenSSH client, or put it on the PATH");
        }
        try {
            feed(process, input);
            if (!process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS)) {
                throw new SigningFailed("'" + program + "' was not done after " + limit.toSeconds()
                        + " s and was stopped; was a passphrase or a touch left waiting?");
            }
            // a signature is far smaller than a pipe's buffer, so it waits there until the process has ended
            String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            if (process.exitValue() != 0) {
                throw new SigningFailed("'" + String.join(" ", command) + "' ended with " + process.exitValue()
                        + "; its own words stand above");
            }
            return output;
        } catch (IOException e) {
            throw new SigningFailed("the answer of '" + program + "' cannot be read: " + e.getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new SigningFailed("signing was interrupted");
        } finally {
            process.destroyForcibly();
        }
    }

    /** On a thread of its own: a child that does not read must run into the limit, not block before it. */
    private static void feed(Process process, byte[] input) {
        Thread feeder = new Thread(
                () -> {
                    try (OutputStream stdin = process.getOutputStream()) {
                        stdin.write(input);
                    } catch (IOException e) {
                        // it ended without reading: its exit code tells
                    }
                },
                "ssh-keygen-input");
        feeder.setDaemon(true);
        feeder.start();
    }
}
