package dev.slipway.worker.crash;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.slipway.database.PostgresUrl;
import dev.slipway.database.ThrowAwayCluster;
import dev.slipway.plan.ReleasePlan;
import dev.slipway.plan.reading.PlanReader;
import dev.slipway.plan.reading.PlanReading;
import dev.slipway.plan.reading.PlanRequest;
import dev.slipway.plan.reading.PlanSource;
import dev.slipway.trust.EnvironmentKey;
import dev.slipway.trust.Kind;
import dev.slipway.trust.Lane;
import dev.slipway.trust.SignedStatement;
import dev.slipway.trust.SshKeygen;
import dev.slipway.trust.SshPublicKey;
import dev.slipway.trust.Statement;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;

/**
 * The world of one service, outside of Slipway: its database and the one that its reference data comes from, the script
 * that switches its version, its health and metrics, somebody who takes notifications, people with keys. Everything that a
 * release does to it is counted here.
 */
final class Scene implements AutoCloseable {

    static final String SERVICE = "shop";
    static final String BEFORE = "0.9.0";
    static final String VERSION = "1.0.0";

    /** A notification as it arrived. */
    record Told(String key, String event, String body) {}

    final String environment;
    final Path home;
    final Path source;
    final List<Told> told = new CopyOnWriteArrayList<>();
    final AtomicLong metricsAsked = new AtomicLong();
    private final Secrets secrets;
    private final HttpServer http;
    private final Map<String, Path> keys = new HashMap<>();
    private final Map<String, SshPublicKey> publicKeys = new HashMap<>();
    private volatile int errorsPerHundred;
    private volatile Consumer<String> whenTold = event -> {};
    private long requests;
    private long errors;

    /**
     * What the worker looks up.
     *
     * @param hookToken a part of the webhook's address
     * @param config what the switch script is given
     */
    record Secrets(String database, String development, String hookToken, String config) {}

    static Scene of(Path folder, String environment, ThrowAwayCluster cluster) {
        synchronized (cluster) {
            // two at once would both copy the template
            return new Scene(
                    folder,
                    environment,
                    new Secrets(
                            cluster.createDatabase(environment),
                            cluster.createDatabase(environment + "_development"),
                            "hook-token-" + environment,
                            "config-of-" + environment));
        }
    }

    Scene(Path folder, String environment, Secrets secrets) {
        this.environment = environment;
        this.secrets = secrets;
        try {
            this.home = Files.createDirectories(folder.resolve(environment));
            this.source = Files.createDirectories(home.resolve("source"));
            Files.createDirectories(home.resolve("tmp"));
            this.http = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
            serve();
            makeKeys();
            Files.writeString(home.resolve("live"), BEFORE + "\n");
            sql(
                    secrets.development(),
                    "create table category (id int primary key, name text);"
                            + " insert into category values (1, 'bread'), (2, 'wine'), (3, 'cheese')");
            workerFile();
            script("");
            migration("V1__shop.sql", "create table product (id int primary key);");
            migration("V2__categories.sql", "create table category (id int primary key, name text);");
            plan("2s");
        } catch (Exception e) {
            throw new IllegalStateException("no scene for " + environment, e);
        }
    }

    private void serve() {
        http.createContext(
                "/health", exchange -> answer(exchange, "{\"status\":\"ok\",\"version\":\"" + live() + "\"}"));
        http.createContext("/metrics", exchange -> answer(exchange, metrics()));
        http.createContext("/notify/" + secrets.hookToken(), exchange -> {
            String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
            String key = exchange.getRequestHeaders().getFirst("Idempotency-Key");
            // <request>/<event>, and for what may be asked twice /<what it was asked about>
            String event = key.split("/")[1];
            told.add(new Told(key, event, body));
            whenTold.accept(event);
            answer(exchange, "ok");
        });
        http.setExecutor(Executors.newCachedThreadPool(work -> {
            Thread thread = new Thread(work, "outside of " + environment);
            thread.setDaemon(true);
            return thread;
        }));
        http.start();
    }

    private void makeKeys() throws Exception {
        for (String person : List.of("ana", "ben")) {
            Path key = home.resolve("key-" + person);
            publicKeys.put(person, new SshKeygen().generate(key, person));
            keys.put(person, key);
        }
        EnvironmentKey.generate(SERVICE + "/" + environment).write(home.resolve("environment.key"));
    }

    private void workerFile() throws IOException {
        secret("database", secrets.database());
        secret("development", secrets.development());
        secret("hook", base() + "/notify/" + secrets.hookToken());
        secret("config", secrets.config());
        Files.writeString(file(), """
                slipway-worker: 1
                state: state
                record: {directory: record}
                stores: {backups: backups}
                metrics: {port: 0}
                environments:
                  %s/%s:
                    source: {directory: source}
                    key: environment.key
                    floor: {approval: {quorum: 1, not: [requester]}, commands: allowed}
                    secrets:
                      DATABASE_URL: {file: database.secret}
                      DEV_DATABASE_URL: {file: development.secret}
                      HOOK: {file: hook.secret}
                      CONFIG: {file: config.secret}
                """.formatted(SERVICE, environment));
    }

    private void secret(String name, String value) throws IOException {
        Path file = home.resolve(name + ".secret");
        Files.writeString(file, value);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
    }

    /** The worker's own file. */
    Path file() {
        return home.resolve("slipway-worker.yaml");
    }

    private String base() {
        return "http://127.0.0.1:" + http.getAddress().getPort();
    }

    /** @param more lines between the announcement and the switch itself */
    void script(String more) throws IOException {
        Path script = source.resolve("switch");
        Files.writeString(script, """
                #!/usr/bin/env bash
                set -eu
                if [ "$1" = --current ]; then cat "$LIVE"; exit 0; fi
                echo "switching to $1"
                %s
                echo "$1" > "$LIVE.new"; mv "$LIVE.new" "$LIVE"; echo "$1" >> "$LIVE.history"
                """.formatted(more));
        Files.setPosixFilePermissions(script, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    void migration(String name, String sql) throws IOException {
        Path folder = Files.createDirectories(source.resolve("db/migration"));
        Files.writeString(folder.resolve(name), sql);
    }

    /** @param window how long the release is watched */
    void plan(String window) throws IOException {
        Files.writeString(source.resolve("slipway.yaml"), """
                slipway: 1
                service: %1$s
                source: {directory: .}
                people:
                  ana: [%2$s]
                  ben: [%3$s]
                secrets: [DATABASE_URL, DEV_DATABASE_URL, HOOK, CONFIG]
                environments:
                  %4$s:
                    approval: {from: [ana, ben], quorum: 1, not: [requester], confirm: CONFIRM, reason: required}
                    databases:
                      main:
                        url: $DATABASE_URL
                        backup: {store: backups}
                        migrate: {flyway: db/migration}
                        reference-data: {from: $DEV_DATABASE_URL, tables: [category]}
                    deploy:
                      - name: web
                        command: {deploy: [./switch, '${version}'], current: [./switch, --current], roll-back: [./switch, '${previous}']}
                        config: {LIVE: %5$s, CONFIG: $CONFIG}
                    verify:
                      - {http: '%6$s/health', expect: {status: 200, json: {/version: '${version}'}}, within: 2s}
                    watch:
                      for: %7$s
                      every: 500ms
                      metrics:
                        error-rate: {scrape: '%6$s/metrics', errors: 'http_requests_total{code="500"}', of: http_requests_total}
                        health: {http: '%6$s/health'}
                      rollback-when: [error-rate > 5%% for 1s, health failing for 2s]
                    rollback: {by: [ana], confirm: CONFIRM, reason: required}
                    notify: [{webhook: $HOOK}]
                """.formatted(
                        SERVICE,
                        publicKeys.get("ana").line(),
                        publicKeys.get("ben").line(),
                        environment,
                        home.resolve("live"),
                        base(),
                        window));
    }

    /** The plan without a database and with a second target, {@code api}, which is switched after {@code web}. */
    void twoTargets(String window) throws IOException {
        plan(window);
        Files.writeString(home.resolve("live-api"), BEFORE + "\n");
        Path file = source.resolve("slipway.yaml");
        String plan = Files.readString(file);
        String before = plan.substring(0, plan.indexOf("    databases:"));
        String after = plan.substring(plan.indexOf("    deploy:"));
        String web = after.substring(after.indexOf("      - name: web"), after.indexOf("    verify:"));
        String api = web.replace("name: web", "name: api")
                .replace("{LIVE: " + home.resolve("live"), "{LIVE: " + home.resolve("live-api"));
        Files.writeString(file, before + after.replace(web, web + api));
    }

    /** From now on so many of a hundred requests to the service fail, where the new version serves. */
    void breakNewVersion() {
        errorsPerHundred = 40;
    }

    boolean hasTold(String event) {
        return told.stream().anyMatch(each -> each.event().equals(event));
    }

    /** Hears of every notification before its sender gets an answer. */
    void whenTold(Consumer<String> hears) {
        whenTold = hears;
    }

    private synchronized String metrics() throws IOException {
        metricsAsked.incrementAndGet();
        requests += 100;
        errors += live().equals(BEFORE) ? 0 : errorsPerHundred;
        return "# TYPE http_requests_total counter\nhttp_requests_total{code=\"200\"} " + (requests - errors)
                + "\nhttp_requests_total{code=\"500\"} " + errors + "\n";
    }

    private static void answer(HttpExchange exchange, String text) throws IOException {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        exchange.getRequestBody().readAllBytes();
        exchange.sendResponseHeaders(200, bytes.length);
        exchange.getResponseBody().write(bytes);
        exchange.close();
    }

    String live() throws IOException {
        return Files.readString(home.resolve("live")).strip();
    }

    /** Every switch that was made, in order. */
    List<String> switches() throws IOException {
        return switches("live");
    }

    /** @param live what the target's script writes to */
    List<String> switches(String live) throws IOException {
        Path history = home.resolve(live + ".history");
        return Files.exists(history) ? Files.readAllLines(history) : List.of();
    }

    /** The first column of what a query says. */
    List<String> asked(String query) throws SQLException {
        try (Connection connection = connection(secrets.database());
                var statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(query)) {
            List<String> values = new ArrayList<>();
            while (rows.next()) {
                values.add(rows.getString(1));
            }
            return values;
        }
    }

    void sql(String text) throws SQLException {
        sql(secrets.database(), text);
    }

    private static void sql(String database, String text) throws SQLException {
        try (Connection connection = connection(database);
                var statement = connection.createStatement()) {
            statement.execute(text);
        }
    }

    /** A connection to the service's database, for somebody who holds a lock. */
    Connection connection() throws SQLException {
        return connection(secrets.database());
    }

    private static Connection connection(String database) throws SQLException {
        PostgresUrl url = PostgresUrl.parse(database);
        return DriverManager.getConnection(url.jdbcUrl(), url.properties());
    }

    /** What a worker gets in its environment. TMPDIR is inherited by all that it starts, so it marks them. */
    Map<String, String> variables(String address) {
        Map<String, String> variables = new LinkedHashMap<>();
        variables.put("TEMPORAL_ADDRESS", address);
        variables.put("TEMPORAL_NAMESPACE", environment);
        variables.put("TMPDIR", mark());
        return variables;
    }

    String mark() {
        return home.resolve("tmp").toString();
    }

    /** The processes that a worker of this scene has started, directly or not, and that still run. */
    List<String> processes() throws IOException {
        List<String> found = new ArrayList<>();
        try (var all = Files.newDirectoryStream(Path.of("/proc"), "[0-9]*")) {
            for (Path each : all) {
                try {
                    String variables = Files.readString(each.resolve("environ"), StandardCharsets.ISO_8859_1);
                    String words = Files.readString(each.resolve("cmdline"), StandardCharsets.ISO_8859_1)
                            .replace('\0', ' ');
                    if ((variables.contains("TMPDIR=" + mark() + "\0") || words.contains(home.toString()))
                            && !words.contains(CrashingWorker.class.getName())) {
                        found.add(each.getFileName() + " " + words);
                    }
                } catch (IOException gone) {
                    // it has ended while we looked
                }
            }
        }
        return found;
    }

    ReleasePlan read(String version) {
        PlanReading reading =
                new PlanReader().read(PlanSource.directory(source), new PlanRequest(environment, version, ""));
        return reading.plan()
                .orElseThrow(() -> new IllegalStateException(reading.problems().toString()));
    }

    SignedStatement sign(String person, Kind kind, ReleasePlan plan, String about, String confirm, String reason) {
        Instant now = Instant.now().truncatedTo(ChronoUnit.SECONDS);
        Statement statement = new Statement(
                kind,
                SERVICE,
                environment,
                plan.version(),
                plan.digest(),
                Lane.NORMAL,
                "all",
                about,
                "",
                person,
                publicKeys.get(person).fingerprint(),
                now,
                now.plus(Duration.ofHours(1)),
                Statement.newNonce(),
                confirm,
                reason,
                List.of());
        try {
            return new SshKeygen().sign(statement.text(), keys.get(person));
        } catch (Exception e) {
            throw new IllegalStateException("'" + person + "' can't sign", e);
        }
    }

    /** How a backup is brought back, as the plan says it from the next release on. */
    void restoring(String rules) throws IOException {
        Path file = source.resolve("slipway.yaml");
        Files.writeString(
                file,
                Files.readString(file)
                        .replace(
                                "        backup: {store: backups}\n",
                                "        backup: {store: backups}\n        restore: " + rules + "\n"));
    }

    /** A word about a restore: a wish, or a yes. */
    SignedStatement signRestore(String person, String version, String about, String what, String confirm) {
        return signWord(Kind.RESTORE, person, version, about, what, confirm, "rows are missing");
    }

    /** A word about the environment, and not about a plan. */
    SignedStatement signWord(
            Kind kind, String person, String version, String about, String what, String confirm, String reason) {
        Instant now = Instant.now().truncatedTo(ChronoUnit.SECONDS);
        Statement statement = new Statement(
                kind,
                SERVICE,
                environment,
                version,
                "",
                Lane.NONE,
                "",
                about,
                what,
                person,
                publicKeys.get(person).fingerprint(),
                now,
                now.plus(Duration.ofHours(1)),
                Statement.newNonce(),
                confirm,
                reason,
                List.of());
        try {
            return new SshKeygen().sign(statement.text(), keys.get(person));
        } catch (Exception e) {
            throw new IllegalStateException("'" + person + "' can't sign", e);
        }
    }

    /** Asks the service over HTTP, as anybody would. */
    URI address(String path) {
        return URI.create(base() + path);
    }

    @Override
    public void close() {
        http.stop(0);
    }
}
