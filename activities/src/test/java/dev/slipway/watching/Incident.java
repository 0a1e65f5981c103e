package dev.slipway.watching;

import dev.slipway.watch.Verdict;
import java.time.Duration;
import java.util.List;
import java.util.function.DoubleUnaryOperator;

/**
 * What happens to a released service while it is watched, in seconds since the watch began. The same incidents are played
 * before a real Prometheus and before the judge alone.
 */
final class Incident {

    static final Duration EVERY = Duration.ofSeconds(1);
    static final Duration HELD = Duration.ofSeconds(4);
    /** How far back the queries look: four scrapes. */
    static final double REACH = 2;

    static final List<String> RULES =
            List.of("error-rate > 5% for 4s", "latency > 500ms for 4s", "memory > 90% for 4s", "health failing for 4s");

    /** A span of time, its end not included. */
    record Span(double from, double to) {
        boolean contains(double time) {
            return time >= from && time < to;
        }
    }

    private static final Span NEVER = new Span(0, 0);
    private static final double FOR_EVER = 1e9;

    final String name;
    DoubleUnaryOperator requests = time -> 100;
    DoubleUnaryOperator errors = time -> 0.002;
    DoubleUnaryOperator latency = time -> 0.05;
    DoubleUnaryOperator memory = time -> 0.4;
    Span targetDown = NEVER;
    Span scrapesLost = NEVER;
    Span prometheusDown = NEVER;
    /** How far its clock is off, in seconds, and whether its page says the time of each sample. */
    double clock;

    boolean stampsItsSamples;
    double window = 14;
    Verdict verdict = Verdict.PASS;
    String rule = "";
    double breach;
    /** How much later than that it may first be seen. */
    double unseen;

    private Incident(String name) {
        this.name = name;
    }

    private static Incident of(String name) {
        return new Incident(name);
    }

    private Incident errors(DoubleUnaryOperator share) {
        errors = share;
        return this;
    }

    private Incident ends(Verdict with) {
        verdict = with;
        return this;
    }

    /** @param at when the limit is really passed */
    private Incident fails(String because, double at, double seenLater) {
        verdict = Verdict.FAIL;
        rule = because;
        breach = at;
        unseen = seenLater;
        return this;
    }

    private static DoubleUnaryOperator during(double from, double to, double then, double otherwise) {
        return time -> time >= from && time < to ? then : otherwise;
    }

    private static double rising(double time, double from, double perSecond) {
        return Math.max(0, time - from) * perSecond;
    }

    static List<Incident> all() {
        Incident latency = of("latency alone").fails(RULES.get(1), 3, REACH);
        latency.latency = during(3, FOR_EVER, 2, 0.05);
        Incident memory = of("memory that climbs").fails(RULES.get(2), 6, 0);
        memory.memory = time -> Math.min(0.99, 0.4 + rising(time, 2, 0.125));
        Incident gap = of("scrapes that are lost in the middle of a breach")
                .errors(during(3, FOR_EVER, 1, 0))
                .fails(RULES.get(0), 3, 0);
        gap.scrapesLost = new Span(5, 6.2);
        Incident restarted = of("a target that restarts, its counters from zero");
        restarted.targetDown = new Span(5, 6);
        Incident killed = of("a target that is killed").fails(RULES.get(3), 5, 0);
        killed.targetDown = new Span(5, FOR_EVER);
        Incident silent = of("traffic that stops").ends(Verdict.INCONCLUSIVE);
        silent.requests = during(-FOR_EVER, 4, 100, 0);
        Incident skewed = of("a target whose clock is five minutes ahead");
        skewed.clock = 300;
        Incident behind =
                of("a target that stamps its samples, five minutes behind").ends(Verdict.INCONCLUSIVE);
        behind.clock = -300;
        behind.stampsItsSamples = true;
        return List.of(
                of("a good release"),
                of("a burst that is shorter than the rule").errors(during(3, 4, 1, 0)),
                // longer than the rule by a round and two scrapes: where they fall is chance
                of("a breach that is just long enough")
                        .errors(during(3, 9, 1, 0))
                        .fails(RULES.get(0), 3, 0),
                of("a slow ramp")
                        .errors(time -> Math.min(1, rising(time, 2, 0.02)))
                        .fails(RULES.get(0), 4.5, REACH),
                of("flapping")
                        .errors(time -> during(2, 2.8, 1, 0).applyAsDouble(time)
                                + during(7, 7.8, 1, 0).applyAsDouble(time)),
                latency,
                memory,
                gap,
                restarted,
                killed,
                silent,
                skewed,
                behind);
    }

    /** Those in which it is Prometheus that something happens to. */
    static List<Incident> ofPrometheus() {
        Incident healthy = of("prometheus restarts, and the release is good");
        healthy.prometheusDown = new Span(4, 6);
        // it takes a while to be back on a machine that does much else, and three measurements have to come after that
        healthy.window = 26;
        Incident ill = of("prometheus restarts in the middle of a breach")
                .errors(during(3, FOR_EVER, 1, 0))
                .fails(RULES.get(0), 3, 0);
        ill.prometheusDown = new Span(4, 6);
        ill.window = 30;
        return List.of(healthy, ill);
    }

    static Incident withoutPrometheus() {
        Incident gone = of("prometheus is gone for the whole window").ends(Verdict.ERROR);
        gone.prometheusDown = new Span(-FOR_EVER, FOR_EVER);
        return gone;
    }

    @Override
    public String toString() {
        return name;
    }
}
