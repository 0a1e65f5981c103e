package dev.slipway.watching;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.watch.Judge;
import dev.slipway.watch.JudgeState.Breach;
import dev.slipway.watch.Measurement;
import dev.slipway.watch.Rule;
import dev.slipway.watch.Verdict;
import dev.slipway.watch.WatchOutcome;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;
import okhttp3.OkHttpClient;
import org.assertj.core.api.SoftAssertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Incidents before a real Prometheus, side by side, minutes scaled to seconds: the expected verdict, by the expected rule,
 * at the expected time. How late scrapes and measurements came on this machine is measured, and allowed for.
 */
class PrometheusIncidentsTest {

    private static final Duration READY = Duration.ofSeconds(40);

    private final OkHttpClient client = new OkHttpClient();
    private final List<ScriptedTarget> targets = new ArrayList<>();
    private final ExecutorService watching = Executors.newCachedThreadPool();
    private final ScheduledExecutorService scripts = Executors.newScheduledThreadPool(2);

    /** A watch of one incident that has ended. */
    private record Ended(Incident incident, WatchOutcome outcome, Instant start, ScriptedTarget target, Instant back) {}

    @Test
    @Timeout(120)
    void isJudgedAsItShouldBeWhenItShouldBe(@TempDir Path folder) throws Exception {
        Map<String, ScriptedTarget> steady = targets("steady", Incident.all());
        Map<String, ScriptedTarget> shaken = targets("shaken", Incident.ofPrometheus());
        try (Prometheus one = Prometheus.start(Files.createDirectories(folder.resolve("one")), addresses(steady));
                Prometheus other =
                        Prometheus.start(Files.createDirectories(folder.resolve("other")), addresses(shaken))) {
            awaitData(one, steady);
            awaitData(other, shaken);
            targets.forEach(ScriptedTarget::play);
            Instant start = Instant.now();
            scripts.scheduleAtFixedRate(this::follow, 20, 20, TimeUnit.MILLISECONDS);
            Future<Instant> back = watching.submit(() -> restart(other, start));

            List<Callable<Ended>> watches = new ArrayList<>();
            int each = 0;
            for (Incident incident : Incident.all()) {
                String job = "steady" + each++;
                watches.add(() -> watch(incident, one.url(), job, steady.get(job), start, start));
            }
            each = 0;
            for (Incident incident : Incident.ofPrometheus()) {
                String job = "shaken" + each++;
                watches.add(() -> watch(incident, other.url(), job, shaken.get(job), start, back.get()));
            }
            watches.add(() -> watch(
                    Incident.withoutPrometheus(),
                    "http://127.0.0.1:1",
                    "steady0",
                    steady.get("steady0"),
                    start,
                    start));
            SoftAssertions all = new SoftAssertions();
            for (Future<Ended> ended : watching.invokeAll(watches)) {
                judge(all, ended.get());
            }
            all.assertAll();
        } finally {
            scripts.shutdownNow();
            watching.shutdownNow();
            targets.forEach(ScriptedTarget::close);
        }
    }

    private Map<String, ScriptedTarget> targets(String name, List<Incident> incidents) throws Exception {
        Map<String, ScriptedTarget> all = new LinkedHashMap<>();
        for (Incident incident : incidents) {
            ScriptedTarget target = new ScriptedTarget(incident);
            targets.add(target);
            all.put(name + all.size(), target);
        }
        return all;
    }

    private static Map<String, String> addresses(Map<String, ScriptedTarget> targets) {
        Map<String, String> addresses = new LinkedHashMap<>();
        targets.forEach((job, target) -> addresses.put(job, target.address()));
        return addresses;
    }

    private void follow() {
        for (ScriptedTarget target : targets) {
            try {
                target.follow();
            } catch (IOException e) {
                // its port is not free yet: the next round tries again
            }
        }
    }

    private static Instant restart(Prometheus prometheus, Instant start) throws Exception {
        Incident.Span down = Incident.ofPrometheus().get(0).prometheusDown;
        awaitTime(start, down.from());
        prometheus.kill();
        awaitTime(start, down.to());
        prometheus.startAgain();
        return Instant.now();
    }

    private static void awaitTime(Instant start, double seconds) {
        Instant until = start.plusMillis(Math.round(seconds * 1000));
        while (Instant.now().isBefore(until)) {
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(10));
        }
    }

    /** Every query of every target that has data has to have some, or the watch would begin blind. */
    private void awaitData(Prometheus prometheus, Map<String, ScriptedTarget> jobs) {
        long end = System.nanoTime() + READY.toNanos();
        int each = 0;
        for (String job : jobs.keySet()) {
            Incident incident = (job.startsWith("steady") ? Incident.all() : Incident.ofPrometheus()).get(each++);
            if (incident.stampsItsSamples) {
                continue;
            }
            for (MetricSource source : sources(prometheus.url(), job, jobs.get(job))) {
                while (!(source.read(SourceState.start(), Instant.now(), Duration.ofSeconds(2))
                                .measurement()
                                .outcome()
                        instanceof Measurement.Value)) {
                    assertThat(System.nanoTime()).as("data of %s in time", job).isLessThan(end);
                    LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(100));
                }
            }
        }
    }

    private List<MetricSource> sources(String url, String job, ScriptedTarget target) {
        String all = "http_requests_total{job=\"" + job + "\"}";
        String bad = "http_requests_total{job=\"" + job + "\",code=~\"5..\"}";
        String enough = "and sum(increase(" + all + "[2s])) >= 10";
        return List.of(
                prometheus(
                        "error-rate",
                        url,
                        "((sum(rate(" + bad + "[2s])) or vector(0)) / sum(rate(" + all + "[2s]))) " + enough),
                prometheus(
                        "latency",
                        url,
                        "(sum(rate(latency_seconds_sum{job=\"" + job + "\"}[2s])) / sum(rate(" + all + "[2s]))) "
                                + enough),
                prometheus("memory", url, "max(memory_ratio{job=\"" + job + "\"})"),
                new HttpProbe(
                        "health",
                        new HttpCheckRequest(
                                "http://" + target.address() + "/health", 200, Map.of(), Duration.ZERO, Map.of()),
                        new HttpCheck(client, text -> text)));
    }

    private MetricSource prometheus(String metric, String url, String query) {
        return new PrometheusSource(metric, url, Map::of, query, client, text -> text);
    }

    private Ended watch(Incident incident, String url, String job, ScriptedTarget target, Instant start, Instant back)
            throws Exception {
        Watcher watcher = new Watcher(
                sources(url, job, target),
                new Judge(Incident.RULES.stream().map(Rule::parse).toList(), Incident.EVERY),
                Incident.EVERY,
                InstantSource.system());
        WatchOutcome outcome = watcher.watch(
                WatchState.start(), start.plusMillis(Math.round(incident.window * 1000)), (state, soFar) -> true);
        return new Ended(incident, outcome, start, target, back);
    }

    private static void judge(SoftAssertions all, Ended ended) {
        Incident incident = ended.incident();
        WatchOutcome outcome = ended.outcome();
        String told = incident + ": " + outcome.sentence()
                + measured(ended, incident.rule.split(" ")[0]);
        all.assertThat(outcome.verdict()).as(told).isEqualTo(incident.verdict);
        if (incident.verdict != Verdict.FAIL || outcome.verdict() != Verdict.FAIL) {
            return;
        }
        all.assertThat(outcome.rule()).as(told).contains(Rule.parse(incident.rule));
        Rule rule = outcome.rule().orElseThrow();
        Breach breach = outcome.state().breaches().get(rule.toString());
        Duration every = Incident.EVERY;
        Duration late = Duration.ofMillis(ended.target().latestScrape()).plus(latestRound(outcome, rule.metric()));
        all.assertThat(Duration.between(breach.first(), breach.last()))
                .as("%s; from the first bad measurement to the verdict", told)
                .isBetween(Incident.HELD, Incident.HELD.plus(every).plus(late));
        Instant really = ended.start().plusMillis(Math.round(incident.breach * 1000));
        // scrapes that are lost may leave a gap that is too long, and then it all begins anew
        double unseen = Math.max(incident.unseen, incident.scrapesLost.to() - incident.breach);
        Instant seen = incident.prometheusDown.contains(5)
                ? ended.back().plusMillis(Math.round(Incident.REACH * 1000))
                : really.plusMillis(Math.round(unseen * 1000));
        all.assertThat(breach.first())
                .as("%s; the first bad measurement, %s late", told, late)
                .isBetween(
                        really,
                        seen.plus(every).plus(Prometheus.SCRAPE.multipliedBy(2)).plus(late));
    }

    /** What was measured, and when, in seconds since the start: it tells a late machine from a wrong judge. */
    private static String measured(Ended ended, String metric) {
        return ended.outcome().last().stream()
                .filter(one -> one.metric().equals(metric))
                .map(one -> Duration.between(ended.start(), one.time()).toMillis() / 1000.0 + " s " + one.outcome())
                .collect(Collectors.joining(", ", "; measured: ", ""));
    }

    /** How much later than it should a measurement came. */
    private static Duration latestRound(WatchOutcome outcome, String metric) {
        Duration most = Duration.ZERO;
        List<Instant> times = outcome.last().stream()
                .filter(one -> one.metric().equals(metric))
                .map(Measurement::time)
                .toList();
        for (int i = 1; i < times.size(); i++) {
            Duration late = Duration.between(times.get(i - 1), times.get(i)).minus(Incident.EVERY);
            most = late.compareTo(most) > 0 ? late : most;
        }
        return most;
    }
}
