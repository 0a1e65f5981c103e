package dev.slipway.watch;

import dev.slipway.plan.Times;
import dev.slipway.watch.JudgeState.Breach;
import dev.slipway.watch.JudgeState.Tally;
import dev.slipway.watch.Rule.Bearing;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * The judge of a watch: measurements go in one by one, a verdict comes out. A pure class; what it knows is in the
 * {@link JudgeState} that it is handed.
 *
 * <p>"X for N" means: X held at every measurement from the first to one that is N or more later. So at least two
 * measurements are needed, and a measurement always decides, never the passing of time. A measurement without data and a
 * source that is down are a gap, neither good nor bad: they neither break the time nor lengthen it. But a gap is not
 * evidence either. Between two measurements that count, no more than {@link #gap} may lie, or the clock starts anew with
 * the later one. A gap can so delay FAIL, but not cause it.
 *
 * <p>A rule without "for" is decided by the first value that breaks it.
 *
 * <p>A dead target breaks every rule about its metric that asks for a time: who does not answer is not below 5 % errors.
 * Only where it failed before the release as well does it say nothing about a rule that compares with that.
 *
 * <p>PASS has to be earned. For every rule, its metric needs {@code minimum} measurements that say something about it, the
 * last of them no longer ago than the rule asks for, and the newest of them must not break the rule. A rule that compares
 * with a baseline needs one: without it no value breaks the rule, and none passes it.
 */
public final class Judge {
    /** A blip of the metrics server is not yet an error. */
    static final int DOWN_IN_A_ROW = 5;

    private static final int MINIMUM = 3;

    private final List<Rule> rules;
    private final Map<Rule, Limit> limits;
    private final Map<String, Baseline> baselines;
    private final Duration every;
    private final int minimum;

    /** @param every how often each metric is measured */
    public Judge(List<Rule> rules, Duration every) {
        this(rules, every, MINIMUM);
    }

    /** @param baselines what metrics were like before the release, by name */
    public Judge(List<Rule> rules, Duration every, Map<String, Baseline> baselines) {
        this(rules, every, MINIMUM, baselines);
    }

    /** @param minimum how many measurements of a metric have to say something before its rules can pass */
    public Judge(List<Rule> rules, Duration every, int minimum) {
        this(rules, every, minimum, Map.of());
    }

    Judge(List<Rule> rules, Duration every, int minimum, Map<String, Baseline> baselines) {
        if (rules.isEmpty()) {
            throw new IllegalArgumentException(
                    "watch: without a rule there is nothing to judge; name one under rollback-when");
        }
        if (every.isZero() || every.isNegative()) {
            throw new IllegalArgumentException("watch: every has to be longer than zero, not " + every);
        }
        this.rules = rules.stream().distinct().toList(); // twice in the plan is still once
        this.every = every;
        this.minimum = Math.max(1, minimum);
        this.baselines = Map.copyOf(baselines);
        this.limits = this.rules.stream()
                .filter(rule -> limit(rule).isPresent())
                .collect(Collectors.toUnmodifiableMap(
                        rule -> rule, rule -> limit(rule).orElseThrow()));
    }

    private Optional<Limit> limit(Rule rule) {
        Baseline baseline = baselines.getOrDefault(rule.metric(), Baseline.none(""));
        return Limit.of(rule, baseline.known() ? Optional.of(baseline.value()) : Optional.empty());
    }

    private Optional<Limit> limitOf(Rule rule) {
        return Optional.ofNullable(limits.get(rule));
    }

    /** The metrics that the rules are about: each of them has to be measured. */
    public Set<String> metrics() {
        return rules.stream().map(Rule::metric).collect(Collectors.toCollection(TreeSet::new));
    }

    /**
     * How far apart two measurements may be and still be one unbroken time: three intervals, so that two missing
     * measurements do no harm, but not more than half of what the rule asks for, so that most of it is seen; and a quarter
     * of an interval more, for no round is on time to the millisecond. One interval always counts, however short the rule.
     */
    Duration gap(Rule rule) {
        Duration wanted = shorter(every.multipliedBy(3), rule.held().dividedBy(2));
        return longer(wanted.plus(every.dividedBy(4)), every.multipliedBy(3).dividedBy(2));
    }

    /** The state after one more measurement. Order matters within a metric only. */
    public JudgeState next(JudgeState state, Measurement measurement) {
        Map<String, Breach> breaches = new TreeMap<>(state.breaches());
        for (Rule rule : rules) {
            if (rule.metric().equals(measurement.metric())) {
                weigh(rule, measurement, breaches);
            }
        }
        Map<String, Tally> tallies = new TreeMap<>(state.tallies());
        tallies.put(measurement.metric(), tally(state, measurement.metric()).with(measurement));
        return new JudgeState(breaches, tallies);
    }

    private void weigh(Rule rule, Measurement measurement, Map<String, Breach> breaches) {
        String key = rule.toString();
        Breach breach = breaches.get(key);
        if (breach != null && breach.decided()) {
            return;
        }
        switch (bearing(rule, measurement)) {
            case NEITHER -> {}
            case GOOD -> breaches.remove(key);
            case BREACH ->
                breaches.put(
                        key,
                        breach == null
                                        || apart(breach.last(), measurement.time())
                                                        .compareTo(gap(rule))
                                                > 0
                                ? began(rule, measurement)
                                : longer(rule, breach, measurement));
        }
    }

    /** What failed before the release as it does now is no news of the release. */
    private Bearing bearing(Rule rule, Measurement measurement) {
        boolean asBefore = rule.comparesWithBaseline()
                && measurement.outcome() instanceof Measurement.Failing
                && baselines.getOrDefault(rule.metric(), Baseline.none("")).failing();
        return asBefore ? Bearing.NEITHER : rule.bearing(measurement.outcome(), limitOf(rule));
    }

    private static Breach began(Rule rule, Measurement measurement) {
        Instant time = measurement.time();
        if (measurement.outcome() instanceof Measurement.Value measured) {
            return new Breach(time, time, 1, 0, measured.value(), measured.value(), "", rule.atOnce());
        }
        return new Breach(time, time, 0, 1, 0, 0, why(measurement), false);
    }

    private Breach longer(Rule rule, Breach breach, Measurement measurement) {
        // a worker that takes over may have a clock that is a little behind
        Instant last = breach.last().isAfter(measurement.time()) ? breach.last() : measurement.time();
        boolean decided = Duration.between(breach.first(), last).compareTo(rule.held()) >= 0;
        if (measurement.outcome() instanceof Measurement.Value measured) {
            double value = measured.value();
            double peak = limitOf(rule)
                    .filter(limit -> breach.values() > 0)
                    .map(limit -> limit.comparison().worse(breach.peak(), value))
                    .orElse(value);
            return new Breach(breach.first(), last, breach.values() + 1, breach.failing(), value, peak, "", decided);
        }
        return new Breach(
                breach.first(),
                last,
                breach.values(),
                breach.failing() + 1,
                breach.latest(),
                breach.peak(),
                why(measurement),
                decided);
    }

    private static String why(Measurement measurement) {
        return measurement.outcome() instanceof Measurement.Failing dead ? dead.why() : "";
    }

    /** The verdict if the watch closed at {@code now}. */
    public Judgement judge(JudgeState state, Instant now) {
        for (Rule rule : rules) {
            Breach breach = state.breaches().get(rule.toString());
            if (breach != null && breach.decided()) {
                return new Judgement(Verdict.FAIL, Optional.of(rule), failed(rule, breach), List.of());
            }
        }
        List<Judgement.Pending> pending = pending(state, now);
        return stillBroken(state, pending)
                .or(() -> sourceDown(state))
                .or(() -> tooLittle(state))
                .or(() -> blind(state, now))
                .or(this::withoutBaseline)
                .orElseGet(() -> new Judgement(Verdict.PASS, Optional.empty(), passed(state), List.of()));
    }

    /** A sentence for each rule that was broken for as long as it asks. */
    public List<String> broken(JudgeState state) {
        return rules.stream()
                .flatMap(rule -> Optional.ofNullable(state.breaches().get(rule.toString()))
                        .filter(Breach::decided)
                        .map(breach -> failed(rule, breach))
                        .stream())
                .toList();
    }

    private List<Judgement.Pending> pending(JudgeState state, Instant now) {
        List<Judgement.Pending> pending = new ArrayList<>();
        for (Rule rule : rules) {
            Breach breach = state.breaches().get(rule.toString());
            if (breach != null) {
                boolean anew = apart(breach.last(), now).compareTo(gap(rule)) > 0;
                Instant decided = (anew ? now : breach.first()).plus(rule.held());
                pending.add(new Judgement.Pending(rule, breach.first(), decided.isBefore(now) ? now : decided));
            }
        }
        return pending;
    }

    private Optional<Judgement> stillBroken(JudgeState state, List<Judgement.Pending> pending) {
        return pending.stream().findFirst().map(first -> {
            Breach breach = state.breaches().get(first.rule().toString());
            String sentence = "%s for %s of %s so far; decided at %s at the earliest"
                    .formatted(
                            figures(first.rule(), breach),
                            Wording.shortly(breach.length()),
                            Wording.shortly(first.rule().held()),
                            Times.text(first.until()));
            return new Judgement(Verdict.INCONCLUSIVE, Optional.of(first.rule()), sentence, pending);
        });
    }

    private Optional<Judgement> sourceDown(JudgeState state) {
        return rules.stream()
                .filter(rule -> tally(state, rule.metric()).downInARow() >= DOWN_IN_A_ROW)
                .findFirst()
                .map(rule -> {
                    Tally tally = tally(state, rule.metric());
                    String sentence = "%s could not be asked for %s in a row: %s"
                            .formatted(rule.metric(), Wording.count(tally.downInARow(), "time"), tally.why());
                    return new Judgement(Verdict.ERROR, Optional.of(rule), sentence, List.of());
                });
    }

    private Optional<Judgement> tooLittle(JudgeState state) {
        return rules.stream()
                .filter(rule -> telling(state, rule) < minimum)
                .findFirst()
                .map(rule -> {
                    Tally tally = tally(state, rule.metric());
                    String sentence = "%s has %s that %s something, and needs %d%s"
                            .formatted(
                                    rule.metric(),
                                    Wording.count(telling(state, rule), "measurement"),
                                    telling(state, rule) == 1 ? "says" : "say",
                                    minimum,
                                    reasons(tally));
                    return new Judgement(Verdict.INCONCLUSIVE, Optional.of(rule), sentence, List.of());
                });
    }

    private Optional<Judgement> blind(JudgeState state, Instant now) {
        return rules.stream()
                .filter(rule -> unseen(state, rule, now).compareTo(longer(rule.held(), every.multipliedBy(3))) > 0)
                .findFirst()
                .map(rule -> {
                    String sentence = "%s was last measured %s ago, longer than %s%s"
                            .formatted(
                                    rule.metric(),
                                    Wording.shortly(unseen(state, rule, now)),
                                    rule.held().compareTo(every.multipliedBy(3)) >= 0
                                            ? "the " + Wording.shortly(rule.held()) + " of its rule"
                                            : "three intervals",
                                    reasons(tally(state, rule.metric())));
                    return new Judgement(Verdict.INCONCLUSIVE, Optional.of(rule), sentence, List.of());
                });
    }

    /** What would be decided by a comparison that nobody can make is decided by a person. */
    private Optional<Judgement> withoutBaseline() {
        return rules.stream()
                .filter(rule -> rule.comparesWithBaseline() && limitOf(rule).isEmpty())
                .findFirst()
                .map(rule -> {
                    String why = Optional.ofNullable(baselines.get(rule.metric()))
                            .map(Baseline::why)
                            .orElse("none was measured");
                    String sentence = "%s has no baseline to be compared with: %s".formatted(rule.metric(), why);
                    return new Judgement(Verdict.INCONCLUSIVE, Optional.of(rule), sentence, List.of());
                });
    }

    /** How many measurements said something about this rule. */
    private static int telling(JudgeState state, Rule rule) {
        Tally tally = tally(state, rule.metric());
        return rule.atOnce() ? tally.values() : tally.conclusive();
    }

    private static Duration unseen(JudgeState state, Rule rule, Instant now) {
        Tally tally = tally(state, rule.metric());
        return Duration.between(rule.atOnce() ? tally.valued() : tally.told(), now);
    }

    private String failed(Rule rule, Breach breach) {
        String peak = limitOf(rule)
                .filter(limit -> breach.values() > 1)
                .map(limit -> ", peak " + limit.figure(breach.peak()))
                .orElse("");
        if (rule.atOnce()) {
            return figures(rule, breach) + " at " + Times.text(breach.first());
        }
        String dead = breach.failing() > 0 && breach.values() > 0 ? ", " + breach.failing() + " of them failing" : "";
        return "%s for %s (%s%s%s)"
                .formatted(
                        figures(rule, breach),
                        Wording.shortly(breach.length()),
                        Wording.count(breach.measurements(), "measurement"),
                        dead,
                        peak);
    }

    private String figures(Rule rule, Breach breach) {
        return limitOf(rule)
                .filter(limit -> breach.why().isEmpty())
                .map(limit -> rule.metric() + " " + limit.figures(breach.latest()))
                .orElseGet(() -> rule.metric() + " failing: " + breach.why() + ",");
    }

    private String passed(JudgeState state) {
        return rules.stream()
                .map(Rule::metric)
                .distinct()
                .map(metric -> passed(state, metric))
                .collect(Collectors.joining("; "));
    }

    private String passed(JudgeState state, String metric) {
        Tally tally = tally(state, metric);
        String count = Wording.count(tally.conclusive(), "measurement")
                + (tally.failing() > 0 ? ", " + tally.failing() + " of them failing" : "")
                + (tally.noData() > 0 ? ", " + tally.noData() + " more without data" : "")
                + (tally.sourceDown() > 0 ? ", " + tally.sourceDown() + " more without an answer" : "");
        return rules.stream()
                .filter(rule -> rule.metric().equals(metric) && tally.values() > 0)
                .flatMap(rule -> limitOf(rule).stream())
                .findFirst()
                .map(limit -> "%s between %s and %s (%s%s)"
                        .formatted(
                                metric,
                                limit.figure(tally.lowest()),
                                limit.figure(tally.highest()),
                                count,
                                before(metric, limit)))
                .orElseGet(() -> metric + " not failing (" + count + ")");
    }

    private String before(String metric, Limit limit) {
        boolean compared = rules.stream().anyMatch(rule -> rule.metric().equals(metric) && rule.comparesWithBaseline());
        return compared
                ? "; before the release " + limit.figure(baselines.get(metric).value())
                : "";
    }

    private static String reasons(Tally tally) {
        int empty = tally.noData() + tally.sourceDown();
        return empty == 0
                ? ""
                : " (%d without data, %d without an answer; the last: %s)"
                        .formatted(tally.noData(), tally.sourceDown(), tally.why());
    }

    private static Tally tally(JudgeState state, String metric) {
        return state.tallies().getOrDefault(metric, Tally.NONE);
    }

    private static Duration apart(Instant one, Instant other) {
        return Duration.between(one, other).abs();
    }

    private static Duration shorter(Duration one, Duration other) {
        return one.compareTo(other) <= 0 ? one : other;
    }

    private static Duration longer(Duration one, Duration other) {
        return one.compareTo(other) >= 0 ? one : other;
    }
}
