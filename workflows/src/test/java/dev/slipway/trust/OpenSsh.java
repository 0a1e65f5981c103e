package dev.slipway.trust;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** The real ssh-keygen, called as a person would. */
final class OpenSsh {

    record Result(int exit, String output) {}

    private final Path folder;

    OpenSsh(Path folder) {
        this.folder = folder;
    }

    Path key(String name, String... options) throws Exception {
        List<String> arguments = new ArrayList<>(List.of("-q", "-N", "", "-C", name, "-f", name));
        arguments.addAll(List.of(options));
        Result made = run("", arguments.toArray(String[]::new));
        if (made.exit != 0) {
            throw new IllegalStateException(made.output);
        }
        return folder.resolve(name);
    }

    SshPublicKey publicKey(Path key) throws Exception {
        return SshPublicKey.parse(Files.readString(Path.of(key + ".pub")));
    }

    String sign(Path key, String namespace, String text, String... options) throws Exception {
        Path message = Files.writeString(folder.resolve("message"), text);
        Files.deleteIfExists(folder.resolve("message.sig"));
        List<String> arguments = new ArrayList<>(List.of("-Y", "sign", "-n", namespace, "-f", key.toString()));
        arguments.addAll(List.of(options));
        arguments.add(message.toString());
        Result signed = run("", arguments.toArray(String[]::new));
        if (signed.exit != 0) {
            throw new IllegalStateException(signed.output);
        }
        return Files.readString(folder.resolve("message.sig"));
    }

    Result verify(SshPublicKey key, String namespace, String text, String signature) throws Exception {
        Path allowed = Files.writeString(folder.resolve("allowed"), "somebody " + key.line() + "\n");
        Path sig = Files.writeString(folder.resolve("text.sig"), signature);
        return run(
                text,
                "-Y",
                "verify",
                "-f",
                allowed.toString(),
                "-I",
                "somebody",
                "-n",
                namespace,
                "-s",
                sig.toString());
    }

    Result checkNoValidate(String namespace, String text, String signature) throws Exception {
        Path sig = Files.writeString(folder.resolve("text.sig"), signature);
        return run(text, "-Y", "check-novalidate", "-n", namespace, "-s", sig.toString());
    }

    Result run(String input, String... arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of("ssh-keygen"));
        command.addAll(List.of(arguments));
        Path stdin = Files.writeString(folder.resolve("stdin"), input);
        Process process = new ProcessBuilder(command)
                .directory(folder.toFile())
                .redirectInput(stdin.toFile())
                .redirectErrorStream(true)
                .start();
        String output = new String(process.getInputStream().readAllBytes());
        if (!process.waitFor(30, TimeUnit.SECONDS)) {
            process.destroyForcibly();
            throw new IllegalStateException("ssh-keygen hangs: " + command);
        }
        return new Result(process.exitValue(), output);
    }
}
