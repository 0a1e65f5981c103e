package dev.slipway.benchmarks;

import dev.slipway.watch.Baseline;
import dev.slipway.watch.Judge;
import dev.slipway.watch.JudgeState;
import dev.slipway.watch.Measurement;
import dev.slipway.watch.Measurement.Failing;
import dev.slipway.watch.Measurement.NoData;
import dev.slipway.watch.Measurement.Outcome;
import dev.slipway.watch.Measurement.SourceDown;
import dev.slipway.watch.Rule;
import dev.slipway.watch.Verdict;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;

/**
 * How late the judge finds what is wrong, and how often it finds something where nothing is: generated traces of a watch of
 * fifteen minutes, measured every ten seconds. Each measurement is a share of so many real requests, with their chance.
 */
final class Detection {

    private static final int TRACES = 1000;
    private static final Duration EVERY = Duration.ofSeconds(10);
    private static final int ROUNDS = 90;
    private static final int ENOUGH = 10;
    private static final Instant START = Instant.parse("2026-11-03T09:00:00Z");
    private static final int BEFORE = 4;

    private Detection() {}

    /** What is measured in a round that is so many rounds after the incident began; negative before it. */
    private interface Service {
        Outcome at(int since, Random random);
    }

    private static Outcome share(int requests, double errors, Random random) {
        // requests come as they like, and err as they like
        int came = Math.max(0, (int) Math.round(requests + Math.sqrt(requests) * random.nextGaussian()));
        if (came < ENOUGH) {
            return new NoData("fewer than " + ENOUGH + " requests");
        }
        int bad = 0;
        for (int request = 0; request < came; request++) {
            bad += random.nextDouble() < errors ? 1 : 0;
        }
        return new Measurement.Value((double) bad / came);
    }

    private static Service steps(int requests, double before, double after) {
        return (since, random) -> share(requests, since < 0 ? before : after, random);
    }

    private static Service lost(Service service, double chance) {
        return (since, random) -> random.nextDouble() < chance ? new NoData("lost") : service.at(since, random);
    }

    private static Service outage(Service service, int from, int rounds) {
        return (since, random) -> since >= from && since < from + rounds
                ? new SourceDown("connection refused")
                : service.at(since, random);
    }

    static void measure() {
        System.out.println("\nincidents, 1000 traces each: delay in intervals beyond the time that the rule asks for");
        String five = "m > 5% for 2m";
        incident("errors step from 1% to 20%", five, steps(200, 0.01, 0.2), 0);
        incident("errors step from 1% to 8%, near the limit", five, steps(200, 0.01, 0.08), 0);
        incident("the same of a busy service (2000 requests)", five, steps(2000, 0.01, 0.08), 0);
        incident(
                "errors ramp from 1% to 20% in five minutes",
                five, (since, random) -> share(200, 0.01 + 0.19 * Math.min(1, Math.max(0, since) / 30.0), random), 7);
        incident("a quiet service (15 requests), 30% errors", five, steps(15, 0.01, 0.3), 0);
        incident("20% errors, every fifth measurement lost", five, lost(steps(200, 0.01, 0.2), 0.2), 0);
        incident("20% errors, the metrics away for a minute", five, outage(steps(200, 0.01, 0.2), 6, 6), 0);
        incident(
                "20% errors for half of each minute",
                five, (since, random) -> share(200, since >= 0 && since % 6 < 3 ? 0.2 : 0.01, random), 0);
        incident(
                "errors step from 1% to 6%, against 3x baseline", "m > 3x baseline for 2m", steps(2000, 0.01, 0.06), 0);
        incident(
                "the target is killed",
                "m failing for 3m",
                (since, random) -> since < 0 ? new Measurement.Value(1) : new Failing("connection refused"),
                0);
        incident("two new issues", "m > 0", (since, random) -> new Measurement.Value(since < 0 ? 0 : 2), 0);

        System.out.println("\ngood releases, 1000 traces each: false alarms, and how many are not decided");
        good("1% errors, 200 requests", five, steps(200, 0.01, 0.01));
        good("1% errors, 15 requests", five, steps(15, 0.01, 0.01));
        good("3% errors, 200 requests", five, steps(200, 0.03, 0.03));
        good(
                "a burst of 90 s with 30% errors",
                five, (since, random) -> share(200, since >= 0 && since < 9 ? 0.3 : 0.01, random));
        good("the metrics away for five minutes", five, outage(steps(200, 0.01, 0.01), 0, 30));
        good("half of the measurements lost", five, lost(steps(200, 0.01, 0.01), 0.5));
        good(
                "a restart of 30 s",
                "m failing for 3m",
                (since, random) ->
                        since >= 0 && since < 3 ? new Failing("connection refused") : new Measurement.Value(1));
        good("1% errors against 3x baseline, 2000 requests", "m > 3x baseline for 2m", steps(2000, 0.01, 0.01));
        good("1% errors against 3x baseline, 50 requests", "m > 3x baseline for 2m", steps(50, 0.01, 0.01));
        good(
                "twice the baseline, against 3x, 2000 requests",
                "m > 3x baseline for 2m",
                (since, random) -> share(2000, since == Integer.MIN_VALUE ? 0.01 : 0.02, random));
    }

    /** The round in which it was decided, or -1, and the verdict in the end. */
    private record Ended(int round, Verdict verdict) {}

    private static Ended watch(String rule, Service service, int begins, Random random) {
        Rule read = Rule.parse(rule);
        List<Measurement> before = new ArrayList<>();
        for (int round = 0; round < BEFORE; round++) {
            before.add(new Measurement("m", START, service.at(Integer.MIN_VALUE, random)));
        }
        Judge judge = new Judge(List.of(read), EVERY, Map.of("m", Baseline.of(before)));
        JudgeState state = JudgeState.start();
        Instant time = START;
        for (int round = 0; round < ROUNDS; round++) {
            time = START.plus(EVERY.multipliedBy(round));
            state = judge.next(state, new Measurement("m", time, service.at(round - begins, random)));
            if (judge.judge(state, time).verdict() == Verdict.FAIL) {
                return new Ended(round, Verdict.FAIL);
            }
        }
        return new Ended(-1, judge.judge(state, time).verdict());
    }

    /** @param passes how many rounds after its beginning the limit is really passed */
    private static void incident(String what, String rule, Service service, int passes) {
        List<Integer> delays = new ArrayList<>();
        int early = 0;
        long held = Rule.parse(rule).held().dividedBy(EVERY);
        for (int trace = 0; trace < TRACES; trace++) {
            Random random = new Random(trace);
            int begins = 10 + random.nextInt(20);
            Ended ended = watch(rule, service, begins, random);
            if (ended.verdict() == Verdict.FAIL) {
                int delay = (int) (ended.round() - begins - passes - held);
                delays.add(delay);
                early += delay < 0 ? 1 : 0;
            }
        }
        List<Integer> sorted = delays.stream().sorted().toList();
        System.out.printf(
                Locale.ROOT,
                "| %s | `%s` | %d | %s | %s | %d |%n",
                what,
                rule,
                sorted.size(),
                sorted.isEmpty() ? "" : sorted.get(sorted.size() / 2),
                sorted.isEmpty() ? "" : sorted.get(Math.min(sorted.size() - 1, sorted.size() * 99 / 100)),
                early);
    }

    private static void good(String what, String rule, Service service) {
        int alarms = 0;
        int undecided = 0;
        for (int trace = 0; trace < TRACES; trace++) {
            Random random = new Random(trace);
            Verdict verdict =
                    watch(rule, service, 10 + random.nextInt(20), random).verdict();
            alarms += verdict == Verdict.FAIL ? 1 : 0;
            undecided += verdict == Verdict.INCONCLUSIVE || verdict == Verdict.ERROR ? 1 : 0;
        }
        System.out.printf(Locale.ROOT, "| %s | `%s` | %d | %d |%n", what, rule, alarms, undecided);
    }
}
