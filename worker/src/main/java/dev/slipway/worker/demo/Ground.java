package dev.slipway.worker.demo;

import dev.slipway.process.Command;
import dev.slipway.process.CommandRunner;
import dev.slipway.process.StopSignal;
import dev.slipway.trust.EnvironmentKey;
import dev.slipway.trust.KnownEnvironments;
import dev.slipway.trust.SigningFailed;
import dev.slipway.trust.SshKeygen;
import dev.slipway.trust.SshPublicKey;
import dev.slipway.trust.UnusableKey;
import dev.slipway.worker.Ending;
import dev.slipway.worker.Stopped;
import dev.slipway.worker.dev.DevTemporal;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** What every play stands on: a folder that goes in the end, keys, a Temporal, a worker. */
final class Ground {

    private static final Duration TO_START = Duration.ofSeconds(60);
    private static final Duration TO_TIDY = Duration.ofSeconds(20);

    /**
     * Told to end when this process closes it, and as well when this process is killed: a shop outlives whoever switched
     * it on, on purpose, so somebody has to stop it.
     */
    private static final String JANITOR = """
            trap '[ -z "$2" ] || SHOP_HOME="$1/shop-home" "$2" --stop >/dev/null 2>&1; rm -rf "$1"; exit 0' TERM
            while :; do sleep 60 & wait $!; done
            """;

    private final Map<String, String> shell;
    private final Ending ending;
    private final Account account;
    private final Hands hands;
    private final Path folder;
    private Optional<DevTemporal> temporal = Optional.empty();

    /** @param stop a program that stops with {@code --stop} what is left over; none where nothing can be */
    Ground(Map<String, String> shell, Ending ending, Account account, Hands hands, Optional<Path> stop)
            throws IOException {
        this.shell = shell;
        this.ending = ending;
        this.account = account;
        this.hands = hands;
        this.folder = Files.createTempDirectory("slipway-demo-").toRealPath();
        ending.add(new CommandRunner()
                .start(
                        new Command(
                                List.of(
                                        "bash",
                                        "-c",
                                        JANITOR,
                                        "janitor",
                                        folder.toString(),
                                        stop.map(Path::toString).orElse("")),
                                Path.of("/"),
                                Map.of(),
                                TO_START,
                                TO_TIDY),
                        StopSignal.TERM,
                        Optional.empty()));
        for (String each : List.of("keys", "secrets")) {
            Files.createDirectories(folder.resolve(each));
        }
    }

    /** In one file, which only the worker reads. */
    void secret(String name, String value) throws IOException {
        Path file = folder.resolve("secrets").resolve(name);
        Files.createFile(file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        Files.writeString(file, value + "\n");
    }

    void person(String who) {
        try {
            new SshKeygen().generate(key(who), who);
        } catch (SigningFailed e) {
            throw new Stopped(Stopped.FAILED, e.getMessage());
        }
    }

    /** Makes an environment's key, and pins it. */
    void environment(String service, String environment, String file) {
        try {
            EnvironmentKey key = EnvironmentKey.generate(service + "/" + environment);
            key.write(key(file));
            new KnownEnvironments(knownEnvironments()).add(service, environment, key.publicKey());
        } catch (UnusableKey | IOException e) {
            throw new Stopped(Stopped.FAILED, e.getMessage());
        }
    }

    String publicKey(String who) throws IOException {
        try {
            return SshPublicKey.parse(Files.readString(Path.of(key(who) + ".pub")))
                    .line();
        } catch (UnusableKey e) {
            throw new Stopped(Stopped.FAILED, e.getMessage());
        }
    }

    void startTemporal(int port, int uiPort) {
        DevTemporal started = ending.add(DevTemporal.start(
                new DevTemporal.Request(port, uiPort, Optional.empty(), folder), shell, account::say));
        temporal = Optional.of(started);
        account.say("Temporal     " + started.address()
                + started.ui().map(ui -> "   UI " + ui).orElse(""));
        if (!started.lacks().isEmpty()) {
            account.say("             " + started.lacks());
        }
    }

    void startWorker(Path file, int metricsPort) {
        ending.add(hands.worker(file, metricsPort, commandLine("worker")));
    }

    Hands hands() {
        return hands;
    }

    DevTemporal dev() {
        return temporal.orElseThrow();
    }

    Path folder() {
        return folder;
    }

    Path key(String who) {
        return folder.resolve("keys").resolve(who);
    }

    Path knownEnvironments() {
        return folder.resolve("known_environments");
    }

    /** The variables of somebody's own terminal. */
    Map<String, String> commandLine(String who) {
        Map<String, String> variables = new TreeMap<>(dev().variables(shell));
        variables.keySet().removeIf(name -> name.startsWith("SLIPWAY_"));
        variables.put("SLIPWAY_KEY", key(who).toString());
        variables.put("SLIPWAY_KNOWN_ENVIRONMENTS", knownEnvironments().toString());
        return variables;
    }
}
