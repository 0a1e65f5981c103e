package dev.slipway.benchmarks;

import com.sun.management.OperatingSystemMXBean;
import com.sun.net.httpserver.HttpServer;
import dev.slipway.ledger.RecordPlace;
import dev.slipway.plan.ReleasePlan;
import dev.slipway.plan.reading.PlanReader;
import dev.slipway.plan.reading.PlanReading;
import dev.slipway.plan.reading.PlanRequest;
import dev.slipway.plan.reading.PlanSource;
import dev.slipway.record.Policy;
import dev.slipway.release.Converter;
import dev.slipway.release.Queues;
import dev.slipway.release.ReleaseInput;
import dev.slipway.release.ReleaseName;
import dev.slipway.release.ReleaseWorkflow;
import dev.slipway.secrets.Redaction;
import dev.slipway.served.ServedEnvironment;
import dev.slipway.served.ServedEnvironments;
import dev.slipway.source.WorkingDirectory;
import dev.slipway.trust.EnvironmentKey;
import dev.slipway.trust.Kind;
import dev.slipway.trust.Lane;
import dev.slipway.trust.Namespace;
import dev.slipway.trust.SignedStatement;
import dev.slipway.trust.Statement;
import dev.slipway.worker.RunningWorker;
import dev.slipway.worker.Temporal;
import dev.slipway.worker.metrics.Metrics;
import io.temporal.client.WorkflowClient;
import io.temporal.client.WorkflowOptions;
import java.lang.management.ManagementFactory;
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
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** What many watches at once cost one worker: threads, heap, CPU. Each is a release of a service of its own. */
final class Watches {

    private static final Duration MEASURED = Duration.ofSeconds(30);
    /** The JDK keeps the threads that waited for a child process for a minute. */
    private static final Duration SETTLED = Duration.ofSeconds(65);

    private static final Duration PATIENCE = Duration.ofMinutes(10);
    private static final int AT_ONCE = 10;

    private Watches() {}

    static void measure(int watches, int cached) throws Exception {
        Path home = Files.createTempDirectory("slipway-watches");
        Set<String> watched = ConcurrentHashMap.newKeySet();
        HttpServer http = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 500);
        http.createContext("/", exchange -> {
            String[] path = exchange.getRequestURI().getPath().split("/");
            watched.add(path[1]);
            byte[] page = "http_requests_total{code=\"200\"} 100\nmemory_ratio 0.4\n".getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(200, page.length);
            exchange.getResponseBody().write(page);
            exchange.close();
        });
        http.start();
        String base = "http://127.0.0.1:" + http.getAddress().getPort();
        EnvironmentKey ana = EnvironmentKey.generate("ana");
        List<ServedEnvironment> served = new ArrayList<>();
        for (int each = 0; each < watches; each++) {
            served.add(environment(home, "s" + each, ana, base));
        }
        Metrics metrics = new Metrics();
        try (Server server = Server.start(true, home)) {
            Temporal temporal = Temporal.connect(
                    Map.of("TEMPORAL_ADDRESS", server.address()),
                    Converter.dataConverter(),
                    metrics.scope(),
                    Duration.ofSeconds(30),
                    line -> {});
            RunningWorker worker = RunningWorker.start(
                    temporal,
                    ServedEnvironments.open(served, new Redaction(), Clock.systemUTC()),
                    metrics,
                    RunningWorker.STICKY,
                    Optional.empty(),
                    Duration.ofSeconds(1),
                    cached);
            int idle = Thread.getAllStackTraces().size();
            long before = cpu();
            Instant began = Instant.now();
            Instant end = began.plus(PATIENCE);
            for (int each = 0; each < watches; each++) {
                // a server with a file of its own takes no rush
                await(watched, each - AT_ONCE, end);
                start(temporal.client(), home.resolve("s" + each), "s" + each, ana);
            }
            await(watched, watches, end);
            System.out.printf(
                    Locale.ROOT,
                    "%nthe last of %d releases was in its watch after %d s and %.1f s of the processor's time, with %d workflows"
                            + " in memory%n",
                    watches,
                    Duration.between(began, Instant.now()).toSeconds(),
                    (cpu() - before) / 1e9,
                    cached);
            int starting = Thread.getAllStackTraces().size();
            TimeUnit.MILLISECONDS.sleep(SETTLED.toMillis());
            say(watches, idle, starting);
            worker.close();
        } finally {
            WorkingDirectory.delete(home);
        }
    }

    private static void await(Set<String> watched, int wanted, Instant end) {
        while (watched.size() < wanted) {
            if (Instant.now().isAfter(end)) {
                throw new IllegalStateException("only " + watched.size() + " watches began");
            }
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(20));
        }
    }

    private static ServedEnvironment environment(Path home, String service, EnvironmentKey ana, String base)
            throws Exception {
        Path source = Files.createDirectories(home.resolve(service));
        Path script = source.resolve("switch");
        Files.writeString(script, """
                #!/usr/bin/env bash
                [ "$1" = --current ] && { [ ! -e "$LIVE" ] || cat "$LIVE"; exit 0; }
                echo "$1" > "$LIVE"
                """);
        Files.setPosixFilePermissions(script, PosixFilePermissions.fromString("rwxr-xr-x"));
        Files.writeString(source.resolve("slipway.yaml"), """
                slipway: 1
                service: %1$s
                source: {directory: .}
                people: {ana: [%2$s]}
                environments:
                  production:
                    deploy:
                      - name: web
                        command: {deploy: [./switch, '${version}'], current: [./switch, --current], roll-back: [./switch, '${previous}']}
                        config: {LIVE: %3$s/live}
                    watch:
                      for: 1h
                      every: 10s
                      metrics:
                        memory: {scrape: '%4$s/%1$s/metrics', value: memory_ratio}
                        health: {http: '%4$s/%1$s/health'}
                      rollback-when: [memory > 90%% for 5m, health failing for 3m]
                """.formatted(
                        service, ana.publicKey().line(), source, base));
        Path key = home.resolve(service + ".key");
        EnvironmentKey.generate(service + "/production").write(key);
        return new ServedEnvironment(
                service,
                "production",
                new ServedEnvironment.Source.Directory(source),
                new ServedEnvironment.Keys(key),
                new ServedEnvironment.Floor(Policy.floor(0, false, true)),
                new ServedEnvironment.SecretPlaces(Map.of()),
                new ServedEnvironment.Storage(
                        new RecordPlace.Directory(home.resolve("store")), Map.of(), home.resolve("state-" + service)),
                Map.of());
    }

    private static void start(WorkflowClient client, Path source, String service, EnvironmentKey ana) {
        PlanReading reading =
                new PlanReader().read(PlanSource.directory(source), new PlanRequest("production", "1.0.0", ""));
        ReleasePlan plan = reading.plan()
                .orElseThrow(() -> new IllegalStateException(reading.problems().toString()));
        Instant now = Instant.now().truncatedTo(ChronoUnit.SECONDS);
        String text = new Statement(
                        Kind.REQUEST,
                        service,
                        "production",
                        plan.version(),
                        plan.digest(),
                        Lane.NORMAL,
                        "all",
                        "",
                        "",
                        "ana",
                        ana.publicKey().fingerprint(),
                        now,
                        now.plus(Duration.ofHours(1)),
                        Statement.newNonce(),
                        "",
                        "",
                        List.of())
                .text();
        SignedStatement request =
                new SignedStatement(text, ana.sign(text.getBytes(StandardCharsets.UTF_8), Namespace.STATEMENT));
        ReleaseWorkflow release = client.newWorkflowStub(
                ReleaseWorkflow.class,
                WorkflowOptions.newBuilder()
                        .setWorkflowId(new ReleaseName(service, "production", "1.0.0").workflowId())
                        .setTaskQueue(Queues.WORKFLOWS)
                        .build());
        WorkflowClient.start(release::run, new ReleaseInput(plan, request));
    }

    private static long cpu() {
        return ((OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean()).getProcessCpuTime();
    }

    private static void say(int watches, int idle, int starting) throws InterruptedException {
        OperatingSystemMXBean system = (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
        long cpu = system.getProcessCpuTime();
        long began = System.nanoTime();
        int most = 0;
        Map<String, Integer> kinds = new TreeMap<>();
        while (System.nanoTime() - began < MEASURED.toNanos()) {
            Set<Thread> threads = Thread.getAllStackTraces().keySet();
            if (threads.size() > most) {
                most = threads.size();
                kinds.clear();
                threads.forEach(thread -> kinds.merge(kind(thread.getName()), 1, Integer::sum));
            }
            TimeUnit.MILLISECONDS.sleep(500);
        }
        double share = (system.getProcessCpuTime() - cpu) / (double) (System.nanoTime() - began);
        System.gc();
        long heap = ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
        System.out.printf(
                Locale.ROOT,
                "%n%d watches at once, each every 10 s: at most %d threads (%d before the first, %d when the last began), %.0f MB of heap, %.1f %% of"
                        + " one core%n",
                watches,
                most,
                idle,
                starting,
                heap / 1e6,
                share * 100);
        kinds.entrySet().stream()
                .sorted(Map.Entry.<String, Integer>comparingByValue().reversed())
                .limit(40)
                .forEach(kind -> System.out.println("  " + kind.getValue() + " " + kind.getKey()));
    }

    private static String kind(String name) {
        return name.replaceAll("[0-9a-f]{8}-[0-9a-f-]{27}", "…").replaceAll("[0-9]+", "n");
    }
}
