package dev.slipway.release;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.slipway.database.PostgresUrl;
import dev.slipway.database.ThrowAwayCluster;
import dev.slipway.environment.EnvironmentActivitiesImpl;
import dev.slipway.environment.EnvironmentWorkflow;
import dev.slipway.environment.EnvironmentWorkflowImpl;
import dev.slipway.environment.Holder;
import dev.slipway.environment.QueueTurns;
import dev.slipway.evidence.EvidenceActivitiesImpl;
import dev.slipway.ledger.RecordPlace;
import dev.slipway.plan.ReleasePlan;
import dev.slipway.plan.reading.PlanReader;
import dev.slipway.plan.reading.PlanReading;
import dev.slipway.plan.reading.PlanRequest;
import dev.slipway.plan.reading.PlanSource;
import dev.slipway.record.Policy;
import dev.slipway.record.Review;
import dev.slipway.rollback.RollbackWorkflow;
import dev.slipway.rollback.RollbackWorkflowImpl;
import dev.slipway.secrets.Redaction;
import dev.slipway.secrets.SecretFile;
import dev.slipway.secrets.SecretSource;
import dev.slipway.served.ServedEnvironment;
import dev.slipway.served.ServedEnvironments;
import dev.slipway.steps.PulseInterceptor;
import dev.slipway.steps.StepObserver;
import dev.slipway.trust.EnvironmentKey;
import dev.slipway.trust.Kind;
import dev.slipway.trust.Lane;
import dev.slipway.trust.SignedStatement;
import dev.slipway.trust.SshKeygen;
import dev.slipway.trust.SshPublicKey;
import dev.slipway.trust.Statement;
import io.temporal.client.WorkflowClient;
import io.temporal.client.WorkflowClientOptions;
import io.temporal.client.WorkflowOptions;
import io.temporal.testing.TestEnvironmentOptions;
import io.temporal.testing.TestWorkflowEnvironment;
import io.temporal.worker.Worker;
import io.temporal.worker.WorkerFactoryOptions;
import io.temporal.worker.WorkerOptions;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.DriverManager;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Predicate;

/**
 * A whole environment for tests: a real PostgreSQL, a service whose version a real script switches, real keys, a record in
 * a directory, and the real activities on a test server. Only Temporal is a stand-in.
 */
final class Rig implements AutoCloseable {

    final Path home;
    final Path source;
    final ThrowAwayCluster cluster;
    final TestWorkflowEnvironment temporal;
    final ServedEnvironments environments;
    final AtomicInteger notifications = new AtomicInteger();
    private final HttpServer http;
    private final Map<String, Path> keys = new HashMap<>();
    private final Map<String, SshPublicKey> publicKeys = new HashMap<>();
    private final String databaseUrl;
    volatile int errorsPerHundred;
    private volatile long requests;
    private volatile long errors;
    /** What is released; empty from a directory. */
    String commit = "";

    Rig(Path home, ThrowAwayCluster cluster, String database) throws Exception {
        this(home, cluster, database, new ServedEnvironment.Source.Directory(home.resolve("source")), Map.of());
    }

    /**
     * With another source, and one more secret for each name; they may go to this host before a release is opened.
     *
     * @param more name to value
     */
    Rig(Path home, ThrowAwayCluster cluster, String database, ServedEnvironment.Source from, Map<String, String> more)
            throws Exception {
        this.home = home;
        this.cluster = cluster;
        this.databaseUrl = cluster.createDatabase(database);
        this.source = Files.createDirectories(home.resolve("source"));
        this.http = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        http.createContext(
                "/health", exchange -> answer(exchange, 200, "{\"status\":\"ok\",\"version\":\"" + live() + "\"}"));
        http.createContext("/metrics", exchange -> answer(exchange, 200, metrics()));
        http.createContext("/notify", exchange -> {
            notifications.incrementAndGet();
            answer(exchange, 200, "ok");
        });
        http.start();
        for (String person : List.of("ana", "ben")) {
            Path key = home.resolve("key-" + person);
            EnvironmentKey pair = EnvironmentKey.generate(person);
            pair.write(key);
            publicKeys.put(person, pair.publicKey());
            keys.put(person, key);
        }
        Path environmentKey = home.resolve("environment.key");
        EnvironmentKey.generate("shop/production").write(environmentKey);
        Path databaseSecret = secret("database", databaseUrl);
        Path hookSecret = secret("hook", base() + "/notify");
        Map<String, SecretSource> secrets = new HashMap<>(
                Map.of("DATABASE_URL", new SecretFile(databaseSecret), "HOOK", new SecretFile(hookSecret)));
        Map<String, List<String>> hosts = new HashMap<>();
        for (Map.Entry<String, String> each : more.entrySet()) {
            secrets.put(each.getKey(), new SecretFile(secret(each.getKey(), each.getValue())));
            hosts.put(each.getKey(), List.of("127.0.0.1"));
        }
        this.environments = ServedEnvironments.open(
                List.of(new ServedEnvironment(
                        "shop",
                        "production",
                        from,
                        new ServedEnvironment.Keys(environmentKey),
                        new ServedEnvironment.Floor(Policy.floor(0, false, true)),
                        new ServedEnvironment.SecretPlaces(secrets, hosts),
                        new ServedEnvironment.Storage(
                                new RecordPlace.Directory(home.resolve("store")),
                                Map.of("backups", new RecordPlace.Directory(home.resolve("backups"))),
                                home.resolve("state")),
                        Map.of())),
                new Redaction(),
                Clock.systemUTC());
        this.temporal = TestWorkflowEnvironment.newInstance(TestEnvironmentOptions.newBuilder()
                .setUseTimeskipping(false)
                .setWorkflowClientOptions(WorkflowClientOptions.newBuilder()
                        .setDataConverter(Converter.dataConverter())
                        .build())
                .setWorkerFactoryOptions(WorkerFactoryOptions.newBuilder()
                        .setWorkerInterceptors(new PulseInterceptor())
                        .build())
                .build());
        Worker workflows = temporal.newWorker(Queues.WORKFLOWS);
        workflows.registerWorkflowImplementationTypes(
                ReleaseWorkflowImpl.class, EnvironmentWorkflowImpl.class, RollbackWorkflowImpl.class);
        Worker activities = temporal.newWorker(
                Queues.activities("production"),
                WorkerOptions.newBuilder()
                        .setMaxHeartbeatThrottleInterval(Duration.ofMillis(500))
                        .build());
        activities.registerActivitiesImplementations(
                new ReleaseActivitiesImpl(
                        environments, new QueueTurns(temporal.getWorkflowClient()), StepObserver.nobody(), () -> false),
                new WordActivitiesImpl(environments),
                new EnvironmentActivitiesImpl(environments, temporal.getWorkflowClient()),
                new EvidenceActivitiesImpl(environments, temporal.getWorkflowClient()));
        temporal.start();
    }

    private Path secret(String name, String value) throws IOException {
        Path file = home.resolve(name + ".secret");
        Files.writeString(file, value);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
        return file;
    }

    String base() {
        return "http://127.0.0.1:" + http.getAddress().getPort();
    }

    /** The version that serves, as the switch script wrote it; empty for none. */
    String live() throws IOException {
        Path file = home.resolve("live");
        return Files.exists(file) ? Files.readString(file).strip() : "";
    }

    private synchronized String metrics() {
        requests += 100;
        errors += errorsPerHundred;
        return "# TYPE http_requests_total counter\nhttp_requests_total{code=\"200\"} " + (requests - errors)
                + "\nhttp_requests_total{code=\"500\"} " + errors + "\n";
    }

    private static void answer(HttpExchange exchange, int status, String text) throws IOException {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        exchange.getRequestBody().readAllBytes();
        exchange.sendResponseHeaders(status, bytes.length);
        exchange.getResponseBody().write(bytes);
        exchange.close();
    }

    /** Writes the plan, the switch script and the migrations. */
    void files(String window, String rest, Map<String, String> migrations) throws IOException {
        Path script = source.resolve("switch");
        Files.writeString(script, """
                #!/usr/bin/env bash
                set -eu
                if [ "$1" = --current ]; then [ ! -e "$LIVE" ] || cat "$LIVE"; exit 0; fi
                echo "switching to $1"
                echo "$1" > "$LIVE.new"; mv "$LIVE.new" "$LIVE"; echo "$1" >> "$LIVE.history"
                """);
        Files.setPosixFilePermissions(script, PosixFilePermissions.fromString("rwxr-xr-x"));
        Path folder = Files.createDirectories(source.resolve("db/migration"));
        for (Map.Entry<String, String> migration : migrations.entrySet()) {
            Files.writeString(folder.resolve(migration.getKey()), migration.getValue());
        }
        Files.writeString(source.resolve("slipway.yaml"), """
                slipway: 1
                service: shop
                source: {directory: .}
                people:
                  ana: [%s]
                  ben: [%s]
                secrets: [DATABASE_URL, HOOK]
                environments:
                  production:
                    approval: {from: [ana, ben], quorum: 1, not: [requester], confirm: CONFIRM, reason: required}
                    databases:
                      main:
                        url: $DATABASE_URL
                        backup: {store: backups}
                        migrate: {flyway: db/migration}
                    deploy:
                      - name: web
                        command: {deploy: [./switch, '${version}'], current: [./switch, --current], roll-back: [./switch, '${previous}']}
                        config: {LIVE: %s}
                    verify:
                      - {http: '%s/health', expect: {status: 200, json: {/version: '${version}'}}, within: 2s}
                    watch:
                      for: %s
                      every: 500ms
                      metrics:
                        error-rate: {scrape: '%s/metrics', errors: 'http_requests_total{code="500"}', of: http_requests_total}
                        health: {http: '%s/health'}
                      rollback-when: [error-rate > 5%% for 1s, health failing for 2s]
                    rollback: {by: [ana], confirm: CONFIRM, reason: required}
                    notify: [{webhook: $HOOK}]
                %s
                """.formatted(
                        publicKeys.get("ana").line(),
                        publicKeys.get("ben").line(),
                        home.resolve("live"),
                        base(),
                        window,
                        base(),
                        base(),
                        rest));
    }

    ReleasePlan plan(String version) {
        PlanReading reading =
                new PlanReader().read(PlanSource.directory(source), new PlanRequest("production", version, commit));
        return reading.plan()
                .orElseThrow(() -> new IllegalStateException(reading.problems().toString()));
    }

    SignedStatement sign(
            String person,
            Kind kind,
            String version,
            String plan,
            String about,
            String what,
            String confirm,
            String reason)
            throws Exception {
        Instant now = Instant.now().truncatedTo(ChronoUnit.SECONDS);
        Statement statement = new Statement(
                kind,
                "shop",
                "production",
                version,
                plan,
                kind == Kind.REQUEST || kind == Kind.APPROVE ? Lane.NORMAL : Lane.NONE,
                kind == Kind.REQUEST || kind == Kind.APPROVE ? "all" : "",
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
        return new SshKeygen().sign(statement.text(), keys.get(person));
    }

    SignedStatement request(ReleasePlan plan) throws Exception {
        return sign("ben", Kind.REQUEST, plan.version(), plan.digest(), "", "", "", "");
    }

    SignedStatement approval(ReleasePlan plan, ReleaseReport report) throws Exception {
        return sign(
                "ana",
                Kind.APPROVE,
                plan.version(),
                plan.digest(),
                Review.parse(report.review().get(0).text()).hash(),
                "",
                "CONFIRM",
                "looks good");
    }

    ReleaseWorkflow start(ReleasePlan plan, SignedStatement request) {
        ReleaseWorkflow release = temporal.getWorkflowClient()
                .newWorkflowStub(
                        ReleaseWorkflow.class,
                        WorkflowOptions.newBuilder()
                                .setWorkflowId(new ReleaseName("shop", "production", plan.version()).workflowId())
                                .setTaskQueue(Queues.WORKFLOWS)
                                .build());
        WorkflowClient.start(release::run, new ReleaseInput(plan, request));
        return release;
    }

    /** Rolls back by hand, and waits for its end. */
    ReleaseReport rollback(String version) throws Exception {
        String base = environments
                .find("shop", "production")
                .orElseThrow()
                .record()
                .head()
                .state()
                .base();
        RollbackWorkflow rollback = temporal.getWorkflowClient()
                .newWorkflowStub(
                        RollbackWorkflow.class,
                        WorkflowOptions.newBuilder()
                                .setWorkflowId(ReleaseName.rollbackWorkflowId("shop", "production"))
                                .setTaskQueue(Queues.WORKFLOWS)
                                .build());
        return rollback.run(new RollbackWorkflow.RollbackInput(
                "shop",
                "production",
                sign("ana", Kind.ROLLBACK, version, "", base, "", "CONFIRM", "Emergency rollback to " + version)));
    }

    /** Starts a release and waits until it waits for its approval, or has ended. */
    ReleaseWorkflow startToApproval(String version) throws Exception {
        ReleasePlan plan = plan(version);
        ReleaseWorkflow release = start(plan, request(plan));
        await(
                release,
                report -> report.waiting().stream()
                                .anyMatch(waiting -> waiting.what().startsWith("approval"))
                        || !report.outcome().isEmpty());
        return release;
    }

    /** Starts and approves. */
    ReleaseWorkflow startApproved(String version) throws Exception {
        ReleaseWorkflow release = startToApproval(version);
        release.approve(approval(plan(version), release.report()));
        return release;
    }

    static ReleaseReport await(ReleaseWorkflow release, Predicate<ReleaseReport> condition) {
        Instant deadline = Instant.now().plusSeconds(60);
        while (Instant.now().isBefore(deadline)) {
            ReleaseReport report = release.report();
            if (condition.test(report)) {
                return report;
            }
            LockSupport.parkNanos(50_000_000);
        }
        throw new AssertionError("never came: " + release.report());
    }

    static ReleaseReport ended(ReleaseWorkflow release) {
        return await(release, report -> !report.outcome().isEmpty());
    }

    /** How often a workflow has sent this signal to another one. */
    long signalled(String workflow, String signal) {
        return temporal.getWorkflowClient().fetchHistory(workflow).getEvents().stream()
                .filter(event -> event.getSignalExternalWorkflowExecutionInitiatedEventAttributes()
                        .getSignalName()
                        .equals(signal))
                .count();
    }

    /** Who has the turn. */
    List<Holder> holder() {
        return temporal.getWorkflowClient()
                .newWorkflowStub(EnvironmentWorkflow.class, ReleaseName.environmentWorkflowId("shop", "production"))
                .view()
                .holder();
    }

    /** What nobody should do: the migrations of the source, past slipway. */
    void applyMigrationsByHand() {
        var url = PostgresUrl.parse(databaseUrl);
        var database = new org.postgresql.ds.PGSimpleDataSource();
        database.setUrl(url.jdbcUrl());
        database.setUser(url.properties().getProperty("user"));
        database.setPassword(url.properties().getProperty("password"));
        org.flywaydb.core.Flyway.configure()
                .dataSource(database)
                .locations("filesystem:" + source.resolve("db/migration"))
                .load()
                .migrate();
    }

    Optional<String> schemaVersion() throws Exception {
        try (var connection = DriverManager.getConnection(
                        PostgresUrl.parse(databaseUrl).jdbcUrl(),
                        PostgresUrl.parse(databaseUrl).properties());
                var rows = connection
                        .createStatement()
                        .executeQuery(
                                "select version from flyway_schema_history where success order by installed_rank desc limit 1")) {
            return rows.next() ? Optional.of(rows.getString(1)) : Optional.empty();
        }
    }

    @Override
    public void close() {
        temporal.close();
        http.stop(0);
    }
}
