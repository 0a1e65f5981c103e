package dev.slipway.watch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.watch.Measurement.Failing;
import dev.slipway.watch.Measurement.NoData;
import dev.slipway.watch.Measurement.SourceDown;
import dev.slipway.watch.Measurement.Value;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/**
 * The judge, which remembers next to nothing, against a slow one, which keeps everything and looks back each time: the same
 * verdict after every single measurement, and so at the same time. In the middle of each trace another worker takes over.
 */
class RandomTracesTest {
    private static final String[] KINDS = {
        "xxxxxxxx.-",
        "xxx!!-",
        "x.",
        "????????-",
        "...?",
        "xxxx-? ",
        "xxxxxxxxxxxx-?!.",
        ".....x-?! ",
        "!!!!!!!.",
        "...."
    };
    private static final int MINIMUM = 3;
    private static final Instant START = Instant.parse("2026-11-03T09:00:00Z");

    /**
     * A rule in parts, so that the slow judge needs nothing of the reading of rules.
     *
     * @param dead whether it asks only for a dead target
     * @param times of the baseline; 0 for a limit of its own
     * @param held in milliseconds; 0 where the first value decides
     */
    private record Asked(String metric, boolean dead, double limit, double times, long held) {
        String text() {
            String time = held == 0 ? "" : " for " + held + "ms";
            if (dead) {
                return metric + " failing" + time;
            }
            return times == 0
                    ? metric + " > " + Math.round(limit * 100) + "%" + time
                    : metric + " > " + Math.round(times) + "x baseline"
                            + (limit == 0 ? "" : " and " + Math.round(limit * 100) + "%") + time;
        }

        Optional<Double> most(Map<String, Double> baselines) {
            return times == 0
                    ? Optional.of(limit)
                    : Optional.ofNullable(baselines.get(metric)).map(before -> Math.max(limit, before * times));
        }

        /** 1 speaks against the release, -1 for it, 0 says nothing. */
        int bad(Measurement measurement, Map<String, Double> baselines) {
            if (measurement.outcome() instanceof Failing) {
                return held == 0 ? 0 : 1;
            }
            if (!(measurement.outcome() instanceof Value value)) {
                return 0;
            }
            return !dead && most(baselines).filter(most -> value.value() > most).isPresent() ? 1 : -1;
        }
    }

    private record Scene(
            List<Asked> rules, long every, Map<String, Double> baselines, List<Measurement> measurements) {}

    private static Scene scene(Random random) {
        long every = 1000 + random.nextInt(10) * 1000L;
        List<String> metrics = random.nextInt(3) == 0 ? List.of("a", "b") : List.of("a");
        Map<String, Double> baselines = new HashMap<>();
        for (String metric : metrics) {
            if (random.nextInt(3) > 0) {
                baselines.put(metric, random.nextInt(4) == 0 ? 0 : 0.005 * (1 + random.nextInt(40)));
            }
        }
        List<Asked> rules = new ArrayList<>();
        for (String metric : metrics) {
            long held = random.nextInt(5) == 0 ? 0 : 1000L * (1 + random.nextInt(60));
            rules.add(
                    switch (random.nextInt(4)) {
                        case 0 -> new Asked(metric, true, 0, 0, Math.max(1000, held));
                        case 1 -> new Asked(metric, false, random.nextInt(2) * 0.02, 1 + random.nextInt(4), held);
                        default -> new Asked(metric, false, 0.05, 0, held);
                    });
        }
        List<Measurement> measurements = new ArrayList<>();
        String kinds = KINDS[random.nextInt(KINDS.length)];
        int rounds = random.nextInt(60);
        for (int round = 0; round < rounds; round++) {
            kinds = random.nextInt(10) == 0 ? KINDS[random.nextInt(KINDS.length)] : kinds;
            // no round is on time to the millisecond
            Instant time = START.plusMillis(round * every + random.nextInt((int) every / 5));
            for (String metric : metrics) {
                char kind = kinds.charAt(random.nextInt(kinds.length()));
                if (kind != ' ') {
                    measurements.add(new Measurement(metric, time, outcome(kind, random)));
                }
            }
        }
        return new Scene(rules, every, baselines, measurements);
    }

    private static Measurement.Outcome outcome(char kind, Random random) {
        return switch (kind) {
            case '.' -> new Value(0.01 * random.nextInt(5));
            case 'x' -> new Value(0.06 + 0.3 * random.nextDouble());
            case '!' -> new Failing("connection refused");
            case '-' -> new NoData("no requests");
            default -> new SourceDown("answered 500");
        };
    }

    @Test
    void agreesWithAJudgeThatKeepsEverything() throws Exception {
        int[] verdicts = new int[Verdict.values().length];
        int[] compared = new int[Verdict.values().length];
        for (int seed = 0; seed < 2000; seed++) {
            Scene scene = scene(new Random(seed));
            Verdict verdict = agreed(seed, scene);
            verdicts[verdict.ordinal()]++;
            if (scene.rules().stream().anyMatch(rule -> rule.times() > 0)) {
                compared[verdict.ordinal()]++;
            }
        }
        assertThat(Arrays.stream(verdicts).min().orElse(0))
                .as("each verdict was met")
                .isGreaterThan(30);
        assertThat(Arrays.stream(compared).min().orElse(0))
                .as("each verdict was met, also with a baseline")
                .isGreaterThan(5);
    }

    private static Verdict agreed(int seed, Scene scene) throws Exception {
        Judge judge = judge(scene);
        JudgeState state = JudgeState.start();
        List<Measurement> all = new ArrayList<>();
        Verdict verdict = judge.judge(state, START).verdict();
        int handOver = new Random(seed).nextInt(scene.measurements().size() + 1);
        for (Measurement measurement : scene.measurements()) {
            if (all.size() == handOver) {
                judge = judge(scene);
                state = Json.MAPPER.readValue(Json.MAPPER.writeValueAsString(state), JudgeState.class);
            }
            state = judge.next(state, measurement);
            all.add(measurement);
            Judgement judgement = judge.judge(state, measurement.time());
            verdict = judgement.verdict();
            assertThat(verdict)
                    .as("seed %d, %s, every %s ms, %s: %s", seed, scene.rules(), scene.every(), all, judgement)
                    .isEqualTo(slowly(scene, all, measurement.time()));
        }
        return verdict;
    }

    private static Judge judge(Scene scene) {
        Map<String, Baseline> baselines = scene.baselines().entrySet().stream()
                .collect(Collectors.toMap(Map.Entry::getKey, known -> new Baseline(3, known.getValue(), "")));
        return new Judge(
                scene.rules().stream().map(rule -> Rule.parse(rule.text())).toList(),
                Duration.ofMillis(scene.every()),
                MINIMUM,
                baselines);
    }

    private static Verdict slowly(Scene scene, List<Measurement> all, Instant now) {
        boolean broken = false;
        for (Asked rule : scene.rules()) {
            List<Measurement> telling = telling(scene, rule, all);
            if (decided(scene, rule, telling)) {
                return Verdict.FAIL;
            }
            broken |= !telling.isEmpty() && rule.bad(telling.get(telling.size() - 1), scene.baselines()) > 0;
        }
        if (broken) {
            return Verdict.INCONCLUSIVE;
        }
        boolean down = false;
        boolean blind = false;
        for (Asked rule : scene.rules()) {
            down |= down(rule, all);
            blind |= blind(scene, rule, all, now);
        }
        return down ? Verdict.ERROR : blind ? Verdict.INCONCLUSIVE : Verdict.PASS;
    }

    private static List<Measurement> telling(Scene scene, Asked rule, List<Measurement> all) {
        return all.stream()
                .filter(one -> one.metric().equals(rule.metric()) && rule.bad(one, scene.baselines()) != 0)
                .toList();
    }

    private static boolean decided(Scene scene, Asked rule, List<Measurement> telling) {
        for (int end = 0; end < telling.size(); end++) {
            if (rule.held() == 0 && rule.bad(telling.get(end), scene.baselines()) > 0) {
                return true;
            }
            for (int begin = 0; begin < end; begin++) {
                if (rule.held() > 0 && held(scene, rule, telling.subList(begin, end + 1))) {
                    return true;
                }
            }
        }
        return false;
    }

    private static boolean held(Scene scene, Asked rule, List<Measurement> run) {
        double gap =
                Math.max(Math.min(3.0 * scene.every(), rule.held() / 2.0) + scene.every() / 4.0, 1.5 * scene.every());
        for (int i = 0; i < run.size(); i++) {
            if (rule.bad(run.get(i), scene.baselines()) < 0
                    || i > 0 && millis(run.get(i - 1).time(), run.get(i).time()) > gap) {
                return false;
            }
        }
        return millis(run.get(0).time(), run.get(run.size() - 1).time()) >= rule.held();
    }

    private static boolean down(Asked rule, List<Measurement> all) {
        List<Measurement> own =
                all.stream().filter(one -> one.metric().equals(rule.metric())).toList();
        int size = own.size();
        return size >= 5 && own.subList(size - 5, size).stream().allMatch(one -> one.outcome() instanceof SourceDown);
    }

    private static boolean blind(Scene scene, Asked rule, List<Measurement> all, Instant now) {
        List<Measurement> telling = telling(scene, rule, all);
        if (telling.size() < MINIMUM || rule.most(scene.baselines()).isEmpty()) {
            return true;
        }
        long unseen = millis(telling.get(telling.size() - 1).time(), now);
        return unseen > Math.max(rule.held(), 3 * scene.every());
    }

    private static long millis(Instant from, Instant to) {
        return Duration.between(from, to).toMillis();
    }
}
