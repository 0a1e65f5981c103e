package dev.slipway.shop;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.watch.Judge;
import dev.slipway.watch.Measurement;
import dev.slipway.watch.Rule;
import dev.slipway.watch.Verdict;
import dev.slipway.watch.WatchOutcome;
import dev.slipway.watching.MetricSource;
import dev.slipway.watching.Prometheus;
import dev.slipway.watching.PrometheusSource;
import dev.slipway.watching.SourceState;
import dev.slipway.watching.WatchState;
import dev.slipway.watching.Watcher;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.logging.Level;
import java.util.logging.Logger;
import okhttp3.OkHttpClient;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The real shop under load, scraped by a real Prometheus: the good version is left alone, the bad one is found. */
final class WatchedShopTest {

    private static final Duration EVERY = Duration.ofSeconds(1);
    private static final Duration READY = Duration.ofSeconds(40);

    /** Held, so that it stays quiet: hundreds of failures are wanted here. */
    private static final Logger LOG = Logger.getLogger(Shop.class.getName());

    private final HttpClient customers = HttpClient.newHttpClient();

    @Test
    @Timeout(120)
    void findsTheBadVersionAndLeavesTheGoodOneAlone(@TempDir Path directory) throws Exception {
        Level usual = LOG.getLevel();
        LOG.setLevel(Level.OFF);
        ScheduledExecutorService traffic = Executors.newScheduledThreadPool(2);
        ExecutorService watching = Executors.newCachedThreadPool();
        try (Cluster cluster = new Cluster();
                Shop good = shop(cluster, directory, "1.0.0", 1);
                Shop bad = shop(cluster, directory, "1.1.0", 2);
                Prometheus prometheus = Prometheus.start(
                        Files.createDirectories(directory.resolve("prometheus")),
                        Map.of("good", "127.0.0.1:" + good.port(), "bad", "127.0.0.1:" + bad.port()))) {
            for (Shop shop : List.of(good, bad)) {
                traffic.scheduleAtFixedRate(() -> ask(shop), 0, 25, TimeUnit.MILLISECONDS);
            }
            awaitData(prometheus);

            Future<WatchOutcome> left = watching.submit(() -> watch(prometheus, "good"));
            Future<WatchOutcome> found = watching.submit(() -> watch(prometheus, "bad"));

            assertThat(found.get().verdict()).as(found.get().sentence()).isEqualTo(Verdict.FAIL);
            assertThat(found.get().sentence()).startsWith("error-rate ").contains(" % > 5 % for ");
            assertThat(left.get().verdict()).as(left.get().sentence()).isEqualTo(Verdict.PASS);
        } finally {
            LOG.setLevel(usual);
            traffic.shutdownNow();
            watching.shutdownNow();
        }
    }

    private static Shop shop(Cluster cluster, Path directory, String version, int migrations) throws Exception {
        Path folder = VersionFolder.make(directory, version);
        String database = cluster.newDatabase();
        cluster.migrate(database, folder, migrations);
        return new Shop(Queries.read(folder.resolve("app/queries.properties")), DatabaseUrl.parse(database), 0);
    }

    private void ask(Shop shop) {
        customers.sendAsync(
                HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + shop.port() + "/products/1"))
                        .timeout(Duration.ofSeconds(5))
                        .build(),
                BodyHandlers.discarding());
    }

    private static MetricSource errorRate(Prometheus prometheus, String job) {
        String query = """
                ((sum(rate(http_requests_total{job="JOB",code=~"5.."}[2s])) or vector(0))
                  / sum(rate(http_requests_total{job="JOB"}[2s])))
                and sum(increase(http_requests_total{job="JOB"}[2s])) >= 10""".replace("JOB", job);
        return new PrometheusSource("error-rate", prometheus.url(), Map::of, query, new OkHttpClient(), text -> text);
    }

    private static void awaitData(Prometheus prometheus) {
        long end = System.nanoTime() + READY.toNanos();
        for (String job : List.of("good", "bad")) {
            MetricSource source = errorRate(prometheus, job);
            while (!(source.read(SourceState.start(), Instant.now(), Duration.ofSeconds(2))
                            .measurement()
                            .outcome()
                    instanceof Measurement.Value)) {
                assertThat(System.nanoTime()).as("data of %s in time", job).isLessThan(end);
                LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(100));
            }
        }
    }

    private static WatchOutcome watch(Prometheus prometheus, String job) throws InterruptedException {
        return new Watcher(
                        List.of(errorRate(prometheus, job)),
                        new Judge(List.of(Rule.parse("error-rate > 5% for 4s")), EVERY),
                        EVERY,
                        InstantSource.system())
                .watch(WatchState.start(), Instant.now().plusSeconds(10), (state, soFar) -> true);
    }
}
