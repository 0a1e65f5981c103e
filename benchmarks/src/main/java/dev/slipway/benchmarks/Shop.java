package dev.slipway.benchmarks;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.slipway.database.ThrowAwayCluster;
import dev.slipway.ledger.RecordPlace;
import dev.slipway.plan.ReleasePlan;
import dev.slipway.plan.reading.PlanReader;
import dev.slipway.plan.reading.PlanReading;
import dev.slipway.plan.reading.PlanRequest;
import dev.slipway.plan.reading.PlanSource;
import dev.slipway.record.Policy;
import dev.slipway.record.Review;
import dev.slipway.release.Queues;
import dev.slipway.release.ReleaseInput;
import dev.slipway.release.ReleaseName;
import dev.slipway.release.ReleaseReport;
import dev.slipway.release.ReleaseWorkflow;
import dev.slipway.secrets.Redaction;
import dev.slipway.secrets.SecretFile;
import dev.slipway.served.ServedEnvironment;
import dev.slipway.served.ServedEnvironments;
import dev.slipway.trust.EnvironmentKey;
import dev.slipway.trust.Kind;
import dev.slipway.trust.Lane;
import dev.slipway.trust.Namespace;
import dev.slipway.trust.SignedStatement;
import dev.slipway.trust.Statement;
import io.temporal.api.enums.v1.WorkflowIdReusePolicy;
import io.temporal.client.WorkflowClient;
import io.temporal.client.WorkflowOptions;
import io.temporal.client.WorkflowStub;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;

/** A trivial service with every phase of a release on: real database, real script, real HTTP, real signatures. */
final class Shop implements AutoCloseable {

    private final Path home;
    private final Path source;
    private final EnvironmentKey ana = EnvironmentKey.generate("ana");
    private final EnvironmentKey ben = EnvironmentKey.generate("ben");
    private final ThrowAwayCluster cluster;
    private final HttpServer http;
    private final ServedEnvironments environments;
    private long requests;
    private long errors;
    private volatile int errorsPerHundred;
    private int badScrapes;
    private volatile long breach;
    private List<String> targets = List.of("web");

    Shop(Path home) throws Exception {
        this.home = home;
        this.source = Files.createDirectories(home.resolve("source"));
        this.cluster = ThrowAwayCluster.start();
        String database = cluster.createDatabase("shop");
        String development = cluster.createDatabase("development");
        cluster.execute("development", "create table category (id int primary key, name text)");
        cluster.execute("development", "insert into category values (1, 'books')");
        this.http = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        http.createContext("/health", exchange -> answer(exchange, "{\"version\":\"" + live() + "\"}"));
        http.createContext("/metrics", exchange -> answer(exchange, metrics()));
        http.createContext("/notify", exchange -> answer(exchange, "ok"));
        http.start();
        Path key = home.resolve("environment.key");
        EnvironmentKey.generate("shop/production").write(key);
        this.environments = ServedEnvironments.open(
                List.of(new ServedEnvironment(
                        "shop",
                        "production",
                        new ServedEnvironment.Source.Directory(source),
                        new ServedEnvironment.Keys(key),
                        new ServedEnvironment.Floor(Policy.floor(1, true, true)),
                        new ServedEnvironment.SecretPlaces(Map.of(
                                "DATABASE_URL", new SecretFile(secret("database", database)),
                                "DEV_DATABASE_URL", new SecretFile(secret("development", development)),
                                "HOOK", new SecretFile(secret("hook", base() + "/notify")))),
                        new ServedEnvironment.Storage(
                                new RecordPlace.Directory(home.resolve("store")),
                                Map.of("backups", new RecordPlace.Directory(home.resolve("backups"))),
                                home.resolve("state")),
                        Map.of())),
                new Redaction(),
                Clock.systemUTC());
        Path script = source.resolve("switch");
        Files.writeString(script, """
                #!/usr/bin/env bash
                [ "$1" = --current ] && { [ ! -e "$LIVE" ] || cat "$LIVE"; exit 0; }
                date +%s%3N >> "$LIVE.calls"; echo "$1" > "$LIVE"
                """);
        Files.setPosixFilePermissions(script, PosixFilePermissions.fromString("rwxr-xr-x"));
        Path migrations = Files.createDirectories(source.resolve("db"));
        Files.writeString(
                migrations.resolve("V1__shop.sql"), "create table category (id int primary key, name text);\n");
    }

    private Path secret(String name, String value) throws IOException {
        Path file = home.resolve(name + ".secret");
        Files.writeString(file, value);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
        return file;
    }

    ServedEnvironments environments() {
        return environments;
    }

    private String base() {
        return "http://127.0.0.1:" + http.getAddress().getPort();
    }

    private String live() throws IOException {
        Path file = home.resolve("live");
        return Files.exists(file) ? Files.readString(file).strip() : "";
    }

    private synchronized String metrics() {
        requests += 1000;
        errors += errorsPerHundred * 10L;
        if (errorsPerHundred > 0) {
            badScrapes++;
            if (badScrapes == 2) {
                breach = System.currentTimeMillis();
            }
        }
        return "http_requests_total{code=\"200\"} " + (requests - errors) + "\nhttp_requests_total{code=\"500\"} "
                + errors + "\n";
    }

    private static void answer(HttpExchange exchange, String text) throws IOException {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        exchange.getRequestBody().readAllBytes();
        exchange.sendResponseHeaders(200, bytes.length);
        exchange.getResponseBody().write(bytes);
        exchange.close();
    }

    void plan(Duration window) throws IOException {
        Files.writeString(source.resolve("slipway.yaml"), """
                slipway: 1
                service: shop
                source: {directory: .}
                people: {ana: [%s], ben: [%s]}
                secrets: [DATABASE_URL, DEV_DATABASE_URL, HOOK]
                environments:
                  production:
                    approval: {from: [ana, ben], quorum: 1, not: [requester]}
                    window: {zone: UTC, open: [mon-sun 00:00-24:00]}
                    databases:
                      main:
                        url: $DATABASE_URL
                        backup: {store: backups}
                        migrate: {flyway: db}
                        reference-data: {from: $DEV_DATABASE_URL, tables: [category]}
                    deploy: [%s]
                    verify:
                      - {http: '%s/health', expect: {json: {/version: '${version}'}}, within: 2s}
                    watch:
                      for: %dms
                      every: 250ms
                      metrics:
                        error-rate: {scrape: '%s/metrics', errors: 'http_requests_total{code="500"}', of: http_requests_total}
                      rollback-when: [error-rate > 5%% for 1s]
                    rollback: {by: [ana], lock-after: false}
                    notify: [{webhook: $HOOK}]
                """.formatted(
                        ana.publicKey().line(),
                        ben.publicKey().line(),
                        targets.stream().map(this::target).collect(Collectors.joining(", ")),
                        base(),
                        window.toMillis(),
                        base()));
    }

    /** What is deployed from the next plan on; the first one answers the checks. */
    void targets(String... names) {
        targets = List.of(names);
    }

    private String target(String name) {
        Path live = home.resolve(name.equals("web") ? "live" : "live-" + name);
        return "{name: " + name + ", config: {LIVE: " + live + "}, command: {deploy: [./switch, '${version}'], current:"
                + " [./switch, --current], roll-back: [./switch, '${previous}']}}";
    }

    boolean released() {
        return Files.exists(home.resolve("live"));
    }

    void errors(int perHundred) {
        badScrapes = 0;
        errorsPerHundred = perHundred;
    }

    /** When two scrapes first differed by too many errors (one alone says no rate), ms since the epoch. */
    long breach() {
        return breach;
    }

    /** When the switch script was last called to change something, ms since the epoch. */
    long lastSwitch() throws IOException {
        List<String> calls = Files.readAllLines(home.resolve("live.calls"));
        return Long.parseLong(calls.get(calls.size() - 1).strip());
    }

    private SignedStatement sign(
            EnvironmentKey key, String by, Kind kind, ReleasePlan plan, String about, String what) {
        Instant now = Instant.now().truncatedTo(ChronoUnit.SECONDS);
        String text = new Statement(
                        kind,
                        "shop",
                        "production",
                        plan.version(),
                        plan.digest(),
                        Lane.NORMAL,
                        "all",
                        about,
                        what,
                        by,
                        key.publicKey().fingerprint(),
                        now,
                        now.plus(Duration.ofHours(1)),
                        Statement.newNonce(),
                        "",
                        "",
                        List.of())
                .text();
        return new SignedStatement(text, key.sign(text.getBytes(StandardCharsets.UTF_8), Namespace.STATEMENT));
    }

    EnvironmentKey ana() {
        return ana;
    }

    /** A statement as people sign it. */
    SignedStatement statement() {
        PlanReading reading =
                new PlanReader().read(PlanSource.directory(source), new PlanRequest("production", "1.0.0", ""));
        return sign(ana, "ana", Kind.APPROVE, reading.plan().orElseThrow(), "d".repeat(64), "");
    }

    /** Releases a version, approving as soon as it is asked. @return the workflow's id */
    String release(WorkflowClient client, String version, String wanted) {
        ReleaseWorkflow release = ask(client, version);
        String outcome;
        try {
            outcome = WorkflowStub.fromTyped(release)
                    .getResult(ReleaseReport.class)
                    .outcome();
        } catch (RuntimeException failed) {
            outcome = release.report().outcome();
        }
        if (!outcome.equals(wanted)) {
            throw new IllegalStateException(version + " ended " + outcome + ": " + release.report());
        }
        return new ReleaseName("shop", "production", version).workflowId();
    }

    /** Asks for a version and approves it. */
    ReleaseWorkflow ask(WorkflowClient client, String version) {
        ReleasePlan plan = plan(version);
        String id = new ReleaseName("shop", "production", version).workflowId();
        ReleaseWorkflow release = client.newWorkflowStub(
                ReleaseWorkflow.class,
                WorkflowOptions.newBuilder()
                        .setWorkflowId(id)
                        .setWorkflowIdReusePolicy(WorkflowIdReusePolicy.WORKFLOW_ID_REUSE_POLICY_ALLOW_DUPLICATE)
                        .setTaskQueue(Queues.WORKFLOWS)
                        .build());
        WorkflowClient.start(release::run, new ReleaseInput(plan, sign(ben, "ben", Kind.REQUEST, plan, "", "")));
        approve(release, version);
        return release;
    }

    /** Approves it as soon as it waits for that. */
    void approve(ReleaseWorkflow release, String version) {
        ReleaseReport report = release.report();
        while (report.waiting().stream().noneMatch(each -> each.what().startsWith("approval"))) {
            if (!report.outcome().isEmpty()) {
                throw new IllegalStateException(report.headline());
            }
            LockSupport.parkNanos(20_000_000);
            report = release.report();
        }
        release.approve(sign(
                ana,
                "ana",
                Kind.APPROVE,
                plan(version),
                Review.parse(report.review().get(0).text()).hash(),
                ""));
    }

    private ReleasePlan plan(String version) {
        PlanReading reading =
                new PlanReader().read(PlanSource.directory(source), new PlanRequest("production", version, ""));
        return reading.plan()
                .orElseThrow(() -> new IllegalStateException(reading.problems().toString()));
    }

    @Override
    public void close() {
        http.stop(0);
        cluster.close();
    }
}
