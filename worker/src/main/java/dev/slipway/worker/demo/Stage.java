package dev.slipway.worker.demo;

import dev.slipway.database.ThrowAwayCluster;
import dev.slipway.process.Child;
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
import dev.slipway.worker.dev.Ports;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** All that the demo plays on: a folder, a database, a Temporal, a worker, a repository, customers. */
final class Stage {

    private static final Duration TO_START = Duration.ofSeconds(60);
    private static final Duration BETWEEN_LOOKS = Duration.ofMillis(100);

    /** The worker's own grace, and its children's. */
    private static final Duration TO_STOP = Duration.ofSeconds(8);

    private static final Duration TO_TIDY = Duration.ofSeconds(20);

    /**
     * Told to end when this process closes it, and as well when this process is killed: a shop outlives whoever switched
     * it on, on purpose, so somebody has to stop it.
     */
    private static final String JANITOR = """
            trap 'SHOP_HOME="$1/shop-home" "$2" --stop >/dev/null 2>&1; rm -rf "$1"; exit 0' TERM
            while :; do sleep 60 & wait $!; done
            """;

    private final Installation installation;
    private final Map<String, String> shell;
    private final Ending ending;
    private final Account account;
    private final Path folder;
    private final int shopPort;
    private final int metricsPort;
    private final int temporalPort;
    private final int uiPort;
    private Optional<DevTemporal> temporal = Optional.empty();
    private Optional<ShopRepository> repository = Optional.empty();
    private Optional<Outside> outside = Optional.empty();
    private Optional<Program> traffic = Optional.empty();

    Stage(Installation installation, Map<String, String> shell, Ending ending, Account account) throws IOException {
        this.installation = installation;
        this.shell = shell;
        this.ending = ending;
        this.account = account;
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
                                        installation.shop().resolve("switch").toString()),
                                Path.of("/"),
                                Map.of(),
                                TO_START,
                                TO_TIDY),
                        StopSignal.TERM,
                        Optional.empty()));
        List<Integer> ports = Ports.free(4);
        this.shopPort = ports.get(0);
        this.metricsPort = ports.get(1);
        this.temporalPort = ports.get(2);
        this.uiPort = ports.get(3);
    }

    void set() throws IOException {
        for (String each : List.of("keys", "secrets", "shop-home")) {
            Files.createDirectories(folder.resolve(each));
        }
        makeDatabase();
        makeKeys();
        startTemporal();
        makeRepository();
        startWorker();
        sendCustomers();
    }

    /** A server of its own, with a user whose password must never be seen again. */
    private void makeDatabase() throws IOException {
        ThrowAwayCluster cluster = ending.add(ThrowAwayCluster.start());
        String password = HexFormat.of().formatHex(new SecureRandom().generateSeed(16));
        cluster.execute("postgres", "CREATE ROLE shop LOGIN PASSWORD '" + password + "'");
        cluster.execute("postgres", "CREATE DATABASE shop OWNER shop");
        Path secret = folder.resolve("secrets/DATABASE_URL");
        Files.createFile(secret, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        Files.writeString(secret, "postgresql://shop:" + password + "@127.0.0.1:" + cluster.port() + "/shop\n");
        String jdbc = "jdbc:postgresql://127.0.0.1:" + cluster.port() + "/shop?user=shop&password=" + password;
        outside = Optional.of(new Outside(shop(), jdbc, folder.resolve("backups")));
        account.say("PostgreSQL   a throw-away server on port " + cluster.port()
                + "; its password stands in one file, which only the worker reads");
    }

    private void makeKeys() {
        try {
            SshKeygen keygen = new SshKeygen();
            keygen.generate(key("ana"), "ana");
            keygen.generate(key("ben"), "ben");
            EnvironmentKey production = EnvironmentKey.generate("shop/production");
            production.write(key("production"));
            new KnownEnvironments(knownEnvironments()).add("shop", "production", production.publicKey());
            account.say("Keys         ben asks for releases, ana approves them; the environment's key is pinned");
        } catch (SigningFailed | UnusableKey | IOException e) {
            throw new Stopped(Stopped.FAILED, e.getMessage());
        }
    }

    private void startTemporal() {
        DevTemporal started = ending.add(DevTemporal.start(
                new DevTemporal.Request(temporalPort, uiPort, Optional.empty(), folder), shell, account::say));
        temporal = Optional.of(started);
        account.say("Temporal     " + started.address()
                + started.ui().map(ui -> "   UI " + ui).orElse(""));
        if (!started.lacks().isEmpty()) {
            account.say("             " + started.lacks());
        }
    }

    private void makeRepository() throws IOException {
        ShopRepository made = new ShopRepository(installation.shop(), folder, shell);
        made.begin(plan(made));
        repository = Optional.of(made);
        account.say("Repository   " + made.checkout() + ": the shop and its slipway.yaml, 1.0.0 committed and pushed");
    }

    private String plan(ShopRepository made) throws IOException {
        try (InputStream template = Stage.class.getResourceAsStream("slipway.yaml")) {
            return new String(template.readAllBytes(), StandardCharsets.UTF_8)
                    .replace("@REPOSITORY@", made.address().toString())
                    .replace("@ANA@", publicKey("ana"))
                    .replace("@BEN@", publicKey("ben"))
                    .replace("@SHOP_HOME@", folder.resolve("shop-home").toString())
                    .replace("@SHOP_PORT@", String.valueOf(shopPort))
                    .replace("@SHOP_CLASSPATH@", installation.shopClasspath())
                    .replace("@JAVA@", java());
        }
    }

    private String publicKey(String who) throws IOException {
        try {
            return SshPublicKey.parse(Files.readString(Path.of(key(who) + ".pub")))
                    .line();
        } catch (UnusableKey e) {
            throw new Stopped(Stopped.FAILED, e.getMessage());
        }
    }

    private void startWorker() throws IOException {
        Path file = folder.resolve("slipway-worker.yaml");
        Files.writeString(file, """
                slipway-worker: 1
                state: state
                record: {directory: .}
                stores: {backups: backups}
                metrics: {address: 127.0.0.1, port: %d}
                environments:
                  shop/production:
                    source: {git: "%s", branches: [main]}
                    key: keys/production
                    floor: {approval: {quorum: 1, not: [requester]}, commands: allowed}
                    secrets:
                      DATABASE_URL: {file: secrets/DATABASE_URL}
                """.formatted(metricsPort, repository().address()));
        ending.add(this::stopShop);
        Child worker = ending.add(new CommandRunner()
                .start(
                        new Command(
                                List.of(installation.launcher().toString(), "worker", "--file", file.toString()),
                                folder,
                                passable(commandLine("worker")),
                                TO_START,
                                TO_STOP),
                        StopSignal.TERM,
                        Optional.empty()));
        awaitWorker(worker);
        account.say("Worker       serves shop/production; http://127.0.0.1:" + metricsPort + "/metrics");
    }

    private static Map<String, String> passable(Map<String, String> variables) {
        Map<String, String> passable = new TreeMap<>(variables);
        passable.keySet().removeIf(name -> !name.matches("[A-Za-z_][A-Za-z0-9_]*"));
        return passable;
    }

    private void awaitWorker(Child worker) {
        HttpClient client = HttpClient.newHttpClient();
        HttpRequest health = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + metricsPort + "/health"))
                .timeout(Duration.ofSeconds(5))
                .build();
        while (worker.age().compareTo(TO_START) < 0 && !worker.await(BETWEEN_LOOKS)) {
            try {
                if (client.send(health, HttpResponse.BodyHandlers.discarding()).statusCode() == 200) {
                    return;
                }
            } catch (IOException notYet) {
                // it has not opened its page yet
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new Stopped(Stopped.FAILED, "interrupted");
            }
        }
        throw new Stopped(Stopped.FAILED, "the worker did not start: " + String.join("\n", worker.lastLines()));
    }

    /** They come before the shop opens, and do not mind. */
    private void sendCustomers() {
        traffic = Optional.of(ending.add(Program.start(
                List.of(java(), "-Xmx64m", "-cp", installation.shopClasspath(), "dev.slipway.shop.Traffic", shop()),
                folder,
                shell,
                line -> {})));
        account.say("Customers    20 requests a second to " + shop() + ", from now to the end");
    }

    /** Ends the customers, and tells what they were answered. */
    String answers() {
        traffic.ifPresent(Program::close);
        return traffic.stream()
                .flatMap(program -> program.lines().stream())
                .filter(line -> line.startsWith("traffic:"))
                .findFirst()
                .orElse("traffic: nothing was counted");
    }

    private void stopShop() {
        Map<String, String> environment = new TreeMap<>(shell);
        environment.put("SHOP_HOME", folder.resolve("shop-home").toString());
        Program.run(
                List.of(installation.shop().resolve("switch").toString(), "--stop"),
                folder,
                environment,
                Duration.ofSeconds(30),
                line -> {});
    }

    ShopRepository repository() {
        return repository.orElseThrow();
    }

    Outside outside() {
        return outside.orElseThrow();
    }

    DevTemporal dev() {
        return temporal.orElseThrow();
    }

    String shop() {
        return "http://127.0.0.1:" + shopPort;
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

    Path launcher() {
        return installation.launcher();
    }

    /** The variables of somebody's own terminal. */
    Map<String, String> commandLine(String who) {
        Map<String, String> variables = new TreeMap<>(dev().variables(shell));
        variables.keySet().removeIf(name -> name.startsWith("SLIPWAY_"));
        variables.put("SLIPWAY_KEY", key(who).toString());
        variables.put("SLIPWAY_KNOWN_ENVIRONMENTS", knownEnvironments().toString());
        return variables;
    }

    private static String java() {
        return Path.of(System.getProperty("java.home"), "bin", "java").toString();
    }
}
