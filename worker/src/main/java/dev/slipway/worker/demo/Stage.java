package dev.slipway.worker.demo;

import dev.slipway.database.ThrowAwayCluster;
import dev.slipway.worker.Ending;
import dev.slipway.worker.dev.DevTemporal;
import dev.slipway.worker.dev.Ports;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** All that the demo plays on: a folder, a database, a Temporal, a worker, a repository, customers. */
final class Stage {

    private final Installation installation;
    private final Map<String, String> shell;
    private final Ending ending;
    private final Account account;
    private final Ground ground;
    private final Path folder;
    private final int shopPort;
    private final int metricsPort;
    private final int temporalPort;
    private final int uiPort;
    private Optional<ShopRepository> repository = Optional.empty();
    private Optional<Outside> outside = Optional.empty();
    private Optional<Program> traffic = Optional.empty();

    Stage(Installation installation, Map<String, String> shell, Ending ending, Account account) throws IOException {
        this.installation = installation;
        this.shell = shell;
        this.ending = ending;
        this.account = account;
        this.ground = new Ground(
                shell,
                ending,
                account,
                new LauncherHands(installation.launcher()),
                Optional.of(installation.shop().resolve("switch")));
        this.folder = ground.folder();
        List<Integer> ports = Ports.free(4);
        this.shopPort = ports.get(0);
        this.metricsPort = ports.get(1);
        this.temporalPort = ports.get(2);
        this.uiPort = ports.get(3);
    }

    void set() throws IOException {
        Files.createDirectories(folder.resolve("shop-home"));
        makeDatabase();
        makeKeys();
        ground.startTemporal(temporalPort, uiPort);
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
        ground.secret("DATABASE_URL", "postgresql://shop:" + password + "@127.0.0.1:" + cluster.port() + "/shop");
        String jdbc = "jdbc:postgresql://127.0.0.1:" + cluster.port() + "/shop?user=shop&password=" + password;
        outside = Optional.of(new Outside(shop(), jdbc, folder.resolve("backups")));
        account.say("PostgreSQL   a throw-away server on port " + cluster.port()
                + "; its password stands in one file, which only the worker reads");
    }

    private void makeKeys() {
        ground.person("ana");
        ground.person("ben");
        ground.environment("shop", "production", "production");
        account.say("Keys         ben asks for releases, ana approves them; the environment's key is pinned");
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
                    .replace("@ANA@", ground.publicKey("ana"))
                    .replace("@BEN@", ground.publicKey("ben"))
                    .replace("@SHOP_HOME@", folder.resolve("shop-home").toString())
                    .replace("@SHOP_PORT@", String.valueOf(shopPort))
                    .replace("@SHOP_CLASSPATH@", installation.shopClasspath())
                    .replace("@JAVA@", java());
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
        ground.startWorker(file, metricsPort);
        account.say("Worker       serves shop/production; http://127.0.0.1:" + metricsPort + "/metrics");
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
        return ground.dev();
    }

    String shop() {
        return "http://127.0.0.1:" + shopPort;
    }

    Path folder() {
        return folder;
    }

    Path key(String who) {
        return ground.key(who);
    }

    Path knownEnvironments() {
        return ground.knownEnvironments();
    }

    Path launcher() {
        return installation.launcher();
    }

    /** The variables of somebody's own terminal. */
    Map<String, String> commandLine(String who) {
        return ground.commandLine(who);
    }

    private static String java() {
        return Path.of(System.getProperty("java.home"), "bin", "java").toString();
    }
}
