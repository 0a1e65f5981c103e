package dev.slipway.benchmarks;

import dev.slipway.release.Converter;
import dev.slipway.release.JournalEntry;
import dev.slipway.release.ReleaseReport;
import dev.slipway.release.ReleaseWorkflow;
import dev.slipway.source.WorkingDirectory;
import dev.slipway.worker.RunningWorker;
import dev.slipway.worker.Temporal;
import dev.slipway.worker.metrics.Metrics;
import io.temporal.api.common.v1.WorkflowExecution;
import io.temporal.client.WorkflowClient;
import io.temporal.client.WorkflowOptions;
import io.temporal.client.WorkflowStub;
import io.temporal.worker.Worker;
import io.temporal.worker.WorkerFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;

/**
 * What a release costs, against the raw tool on the same server in the same run. Prints what {@code
 * docs/performance.md} quotes: {@code java -cp 'benchmarks/target/*:benchmarks/target/lib/*'
 * dev.slipway.benchmarks.Benchmarks [runs]}. With {@code status} it measures that command's start, with {@code detection} it says how well the judge judges (with a folder
 * and a rule, traces that somebody has labelled), with {@code watches} what many watches at once cost, with {@code
 * migrations} what many small files of migrations take, and with {@code database} how reference data fares against
 * psql.
 */
public final class Benchmarks {

    private Benchmarks() {}

    private static final String USAGE = """
            Benchmarks [RUNS]                   what a release costs against the raw tools; 20 runs where not given
            Benchmarks status [RUNS]            what `slipway status` takes from its start to its end; in the checkout's folder
            Benchmarks detection                how well the judge judges, on generated traces
            Benchmarks detection FOLDER RULE    the same on traces that somebody has labelled, such as 'm > 95 for 20m':
                                                FOLDER has CSV files (timestamp,value; 2014-04-01 00:05:00 is UTC), at any
                                                depth, and combined_windows.json at its top:
                                                {"FILE.csv": [["2014-04-01 08:00:00", "2014-04-01 11:00:00"]]}
            Benchmarks watches [WATCHES [IN-MEMORY]]    what many watches at once cost one worker
            Benchmarks migrations [RUNS]        many small files of migrations, against the tools
            Benchmarks database [ROWS [RUNS]]   reference data and backups, against psql and pg_dump
            """;

    public static void main(String[] arguments) throws Exception {
        boolean known = arguments.length == 0
                || arguments[0].matches("[0-9]{1,6}|status|watches|migrations|database")
                || (arguments[0].equals("detection") && arguments.length != 2 && arguments.length <= 3);
        if (!known) {
            System.err.print(USAGE);
            System.exit(2);
        }
        if (arguments.length > 0 && arguments[0].equals("detection")) {
            if (arguments.length == 3) {
                try {
                    LabelledTraces.measure(Path.of(arguments[1]), arguments[2]);
                } catch (IllegalArgumentException wrong) {
                    System.err.println(wrong.getMessage());
                    System.exit(2);
                }
            } else {
                Detection.measure();
            }
            return;
        }
        if (arguments.length > 0 && arguments[0].equals("watches")) {
            Watches.measure(
                    arguments.length > 1 ? Integer.parseInt(arguments[1]) : 200,
                    arguments.length > 2 ? Integer.parseInt(arguments[2]) : RunningWorker.CACHED);
            System.exit(0);
        }
        if (arguments.length > 0 && arguments[0].equals("migrations")) {
            ManyMigrations.measure(160, arguments.length > 1 ? Integer.parseInt(arguments[1]) : 9);
            return;
        }
        if (arguments.length > 0 && arguments[0].equals("database")) {
            Databases.measure(
                    arguments.length > 1 ? Integer.parseInt(arguments[1]) : 1_000_000,
                    arguments.length > 2 ? Integer.parseInt(arguments[2]) : 5);
            System.exit(0);
        }
        if (arguments.length > 0 && arguments[0].equals("status")) {
            coldStart(arguments.length > 1 ? Integer.parseInt(arguments[1]) : 21);
            System.exit(0);
        }
        int runs = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 20;
        Path home = Files.createTempDirectory("slipway-benchmarks");
        try {
            for (boolean tuned : new boolean[] {true, false}) {
                Path folder = Files.createDirectories(home.resolve(tuned ? "tuned" : "default"));
                try (Server server = Server.start(tuned, folder);
                        Shop shop = new Shop(folder)) {
                    measure(server, shop, runs, tuned ? "tuned as `slipway dev` tunes it" : "as it comes");
                }
            }
            try (Shop shop = new Shop(Files.createDirectories(home.resolve("ledger-shop")))) {
                shop.plan(Duration.ofSeconds(2));
                Ledger.measure(home, shop::statement, shop.ana());
            }
        } finally {
            WorkingDirectory.delete(home);
        }
        System.exit(0);
    }

    private static void coldStart(int runs) throws Exception {
        Path folder = Files.createTempDirectory("slipway-benchmarks");
        try (Server server = Server.start(true, folder);
                Shop shop = new Shop(folder)) {
            withWorker(server, shop, client -> {
                shop.plan(Duration.ofSeconds(2));
                shop.errors(0);
                shop.release(client, "0.0.1", "SUCCEEDED");
                ColdStart.measure(server.address(), runs);
            });
        } finally {
            WorkingDirectory.delete(folder);
        }
    }

    private static void measure(Server server, Shop shop, int runs, String how) throws Exception {
        withWorker(server, shop, client -> {
            System.out.println("\nTemporal's development server, " + how);
            if (runs > 0) {
                overhead(client, shop, runs);
                histories(client, shop);
                turns(client, shop, Math.min(runs, 10));
            }
            breachToRollback(client, shop, 10);
            wholeRollback(client, shop, 10);
        });
    }

    /** What is measured while a worker serves the shop. */
    private interface Measurement {
        void with(WorkflowClient client) throws Exception;
    }

    private static void withWorker(Server server, Shop shop, Measurement measurement) throws Exception {
        Metrics metrics = new Metrics();
        Temporal temporal = Temporal.connect(
                Map.of("TEMPORAL_ADDRESS", server.address()),
                Converter.dataConverter(),
                metrics.scope(),
                Duration.ofSeconds(30),
                line -> {});
        WorkflowClient client = temporal.client();
        WorkerFactory factory = WorkerFactory.newInstance(client);
        Worker noOps = factory.newWorker("no-ops");
        noOps.registerWorkflowImplementationTypes(NoOps.TwelveImpl.class);
        noOps.registerActivitiesImplementations(new NoOps.NoOpImpl());
        factory.start();
        try (RunningWorker worker = RunningWorker.start(
                temporal,
                shop.environments(),
                metrics,
                RunningWorker.STICKY,
                Optional.empty(),
                Duration.ofSeconds(1))) {
            measurement.with(client);
        }
        factory.shutdownNow();
    }

    private static void overhead(WorkflowClient client, Shop shop, int runs) throws Exception {
        shop.plan(Duration.ofSeconds(2));
        shop.errors(0);
        shop.release(client, "0.0.1", "SUCCEEDED");
        twelve(client);
        Figures raw = new Figures();
        Figures outside = new Figures();
        Figures total = new Figures();
        int before = Story.of(client, "environment:shop:production").events();
        for (int run = 1; run <= runs; run++) {
            raw.add(twelve(client));
            Story story = Story.of(client, shop.release(client, "1.0." + run, "SUCCEEDED"));
            outside.add(story.outside());
            total.add(story.total());
        }
        int after = Story.of(client, "environment:shop:production").events();
        System.out.printf(
                Locale.ROOT,
                "  events in the environment's history for each release that does not wait: %.1f%n",
                (after - before) / (double) runs);
        System.out.println("  twelve no-op activities: " + raw);
        System.out.println("  a release with every phase, time outside its activities: " + outside);
        System.out.println("  a release with every phase, in all (2 s of it the watch): " + total);
        System.out.printf(Locale.ROOT, "  ratio: %.2f%n", outside.median() / raw.median());
    }

    /**
     * Two at once: the second waits for the turn, is told when the first is over, is reviewed and approved again, because what
     * is live has changed, and goes to its end.
     */
    private static void turns(WorkflowClient client, Shop shop, int runs) throws Exception {
        shop.plan(Duration.ofSeconds(2));
        Figures handOver = new Figures();
        Figures raw = new Figures();
        int before = Story.of(client, "environment:shop:production").events();
        for (int run = 1; run <= runs; run++) {
            shop.ask(client, "6.0." + run);
            ReleaseWorkflow next = shop.ask(client, "6.1." + run);
            WorkflowStub first = client.newUntypedWorkflowStub("release:shop:production:6.0." + run);
            String waited = "release:shop:production:6.1." + run;
            Optional<Instant> reviewed = Story.when(client, waited, "Review", false);
            first.getResult(ReleaseReport.class);
            Instant closed = Story.when(client, "release:shop:production:6.0." + run, "Close", true)
                    .orElseThrow();
            Optional<Instant> again = reviewed;
            while (again.equals(reviewed)) {
                LockSupport.parkNanos(20_000_000);
                again = Story.when(client, waited, "Review", false);
            }
            handOver.add(Duration.between(closed, again.get()).toMillis());
            raw.add(twelve(client) / 12);
            shop.approve(next, "6.1." + run);
            WorkflowStub.fromTyped(next).getResult(ReleaseReport.class);
        }
        int after = Story.of(client, "environment:shop:production").events();
        System.out.println("  from the end of a release to the review of the next: " + handOver);
        System.out.printf(
                Locale.ROOT,
                "  in dispatches of a no-op activity (%.1f ms): %.1f%n",
                raw.median(),
                handOver.median() / raw.median());
        System.out.printf(
                Locale.ROOT,
                "  events in the environment's history for each release, half of them waiting: %.1f%n",
                (after - before) / (2.0 * runs));
    }

    private static double twelve(WorkflowClient client) {
        NoOps.Twelve twelve = client.newWorkflowStub(
                NoOps.Twelve.class,
                WorkflowOptions.newBuilder().setTaskQueue("no-ops").build());
        WorkflowExecution execution = WorkflowClient.start(twelve::run, "x");
        WorkflowStub.fromTyped(twelve).getResult(String.class);
        return Story.of(client, execution.getWorkflowId()).total();
    }

    private static void histories(WorkflowClient client, Shop shop) throws Exception {
        for (int seconds : new int[] {2, 8}) {
            shop.plan(Duration.ofSeconds(seconds));
            Story story = Story.of(client, shop.release(client, "2.0." + seconds, "SUCCEEDED"));
            System.out.println("  events in the history with a watch of " + seconds + " s: " + story.events());
        }
    }

    private static void breachToRollback(WorkflowClient client, Shop shop, int runs) throws Exception {
        shop.plan(Duration.ofSeconds(30));
        shop.errors(0);
        if (!shop.released()) {
            shop.plan(Duration.ofSeconds(2));
            shop.release(client, "0.0.1", "SUCCEEDED");
            shop.plan(Duration.ofSeconds(30));
        }
        Figures figures = new Figures();
        for (int run = 1; run <= runs; run++) {
            shop.errors(40);
            shop.release(client, "3.0." + run, "ROLLED_BACK");
            shop.errors(0);
            // the rule wants one second of breach, seen by measurements a quarter of a second apart
            figures.add(shop.lastSwitch() - shop.breach() - 1000);
        }
        System.out.println(
                "  from the time that a rule allows being over to the rollback command, polled every 250 ms: "
                        + figures);
    }

    /** From the verdict until two targets are back and the old version is verified; the commands take a moment each. */
    private static void wholeRollback(WorkflowClient client, Shop shop, int runs) throws Exception {
        shop.targets("web", "api");
        shop.plan(Duration.ofSeconds(2));
        shop.errors(0);
        shop.release(client, "4.0.0", "SUCCEEDED");
        shop.plan(Duration.ofSeconds(30));
        Figures figures = new Figures();
        for (int run = 1; run <= runs; run++) {
            shop.errors(40);
            String id = shop.release(client, "4.1." + run, "ROLLED_BACK");
            shop.errors(0);
            figures.add(
                    rollback(client.newWorkflowStub(ReleaseWorkflow.class, id).report())
                            .toMillis());
        }
        shop.targets("web");
        System.out.println("  from the verdict until two command targets are back and verified: " + figures);
    }

    private static Duration rollback(ReleaseReport report) {
        Instant verdict = report.journal().stream()
                .filter(entry -> entry.level() == JournalEntry.Level.ERROR)
                .findFirst()
                .orElseThrow()
                .time();
        Instant verified = report.journal().stream()
                .filter(entry ->
                        entry.text().contains("back on") && entry.text().contains("(took "))
                .findFirst()
                .orElseThrow()
                .time();
        return Duration.between(verdict, verified);
    }
}
