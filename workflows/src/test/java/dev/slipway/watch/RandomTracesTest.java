package dev.slipway.watch;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** The judge, which remembers next to nothing, against a slow one, which keeps everything and looks back each time. */
class RandomTracesTest {
    private static final String[] KINDS = {
        "xxxxxxxx.-", "xxx!!-", "x.", "????????-", "...?", "xxxx-? ", "xxxxxxxxxxxx-?!.", ".....x-?! "
    };
    private static final int MINIMUM = 3;

    @Test
    void agreesWithAJudgeThatKeepsEverything() {
        int[] verdicts = new int[Verdict.values().length];
        for (int seed = 0; seed < 1000; seed++) {
            Random random = new Random(seed);
            Duration every = Duration.ofSeconds(1 + random.nextInt(10));
            Rule rule = Rule.parse(
                    (random.nextInt(4) == 0 ? "m failing for " : "m > 5% for ") + (1 + random.nextInt(60)) + "s");
            StringBuilder text = new StringBuilder();
            int length = random.nextInt(60);
            String kinds = KINDS[random.nextInt(KINDS.length)];
            for (int i = 0; i < length; i++) {
                if (random.nextInt(10) == 0) {
                    kinds = KINDS[random.nextInt(KINDS.length)];
                }
                text.append(kinds.charAt(random.nextInt(kinds.length())));
            }
            verdicts[agreed(seed, rule, new Trace("m", every, text.toString())).ordinal()]++;
        }
        assertThat(Arrays.stream(verdicts).min().orElse(0))
                .as("each verdict was met")
                .isGreaterThan(20);
    }

    private static Verdict agreed(int seed, Rule rule, Trace trace) {
        Judge judge = new Judge(List.of(rule), trace.every(), MINIMUM);
        JudgeState state = JudgeState.start();
        List<Measurement> all = new ArrayList<>();
        Verdict verdict = judge.judge(state, Trace.START).verdict();
        for (Measurement measurement : trace.measurements()) {
            state = judge.next(state, measurement);
            all.add(measurement);
            Judgement judgement = judge.judge(state, measurement.time());
            verdict = judgement.verdict();
            assertThat(verdict)
                    .as("seed %d, %s, every %s, %s", seed, rule, trace.every(), trace.text())
                    .isEqualTo(slowly(rule, trace.every(), all, measurement.time()));
            assertThat(judgement.pending().isEmpty()).isEqualTo(verdict != Verdict.INCONCLUSIVE || !broken(rule, all));
        }
        return verdict;
    }

    private static Verdict slowly(Rule rule, Duration every, List<Measurement> all, Instant now) {
        List<Measurement> telling = all.stream()
                .filter(one -> rule.bearing(one.outcome()) != Rule.Bearing.NEITHER)
                .toList();
        for (int end = 0; end < telling.size(); end++) {
            for (int begin = 0; begin < end; begin++) {
                if (held(rule, every, telling.subList(begin, end + 1))) {
                    return Verdict.FAIL;
                }
            }
        }
        if (broken(rule, all)) {
            return Verdict.INCONCLUSIVE;
        }
        int size = all.size();
        if (size >= 5
                && all.subList(size - 5, size).stream()
                        .allMatch(one -> one.outcome() instanceof Measurement.SourceDown)) {
            return Verdict.ERROR;
        }
        if (telling.size() < MINIMUM) {
            return Verdict.INCONCLUSIVE;
        }
        double unseen = seconds(telling.get(telling.size() - 1).time(), now);
        return unseen <= Math.max(rule.held().toSeconds(), 3.0 * every.toSeconds())
                ? Verdict.PASS
                : Verdict.INCONCLUSIVE;
    }

    private static boolean held(Rule rule, Duration every, List<Measurement> run) {
        double gap =
                Math.max(Math.min(3.0 * every.toSeconds(), rule.held().toSeconds() / 2.0), 1.5 * every.toSeconds());
        for (int i = 0; i < run.size(); i++) {
            if (rule.bearing(run.get(i).outcome()) != Rule.Bearing.BREACH
                    || i > 0 && seconds(run.get(i - 1).time(), run.get(i).time()) > gap) {
                return false;
            }
        }
        return seconds(run.get(0).time(), run.get(run.size() - 1).time())
                >= rule.held().toSeconds();
    }

    private static boolean broken(Rule rule, List<Measurement> all) {
        for (int i = all.size() - 1; i >= 0; i--) {
            Rule.Bearing bearing = rule.bearing(all.get(i).outcome());
            if (bearing != Rule.Bearing.NEITHER) {
                return bearing == Rule.Bearing.BREACH;
            }
        }
        return false;
    }

    private static double seconds(Instant from, Instant to) {
        return Duration.between(from, to).toMillis() / 1000.0;
    }
}
