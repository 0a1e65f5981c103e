package dev.slipway.plan;

import static dev.slipway.plan.Absent.duration;
import static dev.slipway.plan.Absent.list;
import static dev.slipway.plan.Absent.map;

import java.time.Duration;
import java.util.List;
import java.util.Map;

/**
 * The rollback window.
 *
 * @param window how long it lasts ({@code for}); zero where nothing is watched
 * @param every the interval between two measurements
 * @param metrics by name
 * @param rollbackWhen rules, any one of them rolls back
 * @param warnWhen rules that only warn
 * @param baseline how long metrics are measured before anything changes: one where a rule compares with it, else none
 */
public record Watch(
        Duration window,
        Duration every,
        Map<String, Metric> metrics,
        List<String> rollbackWhen,
        List<String> warnWhen,
        List<Duration> baseline) {
    public Watch(
            Duration window,
            Duration every,
            Map<String, Metric> metrics,
            List<String> rollbackWhen,
            List<String> warnWhen) {
        this(window, every, metrics, rollbackWhen, warnWhen, List.of());
    }

    public Watch {
        baseline = list(baseline);
        window = duration(window);
        every = duration(every);
        metrics = map(metrics);
        rollbackWhen = list(rollbackWhen);
        warnWhen = list(warnWhen);
    }

    /** Nothing is watched. */
    public static Watch none() {
        return new Watch(Duration.ZERO, Duration.ZERO, Map.of(), List.of(), List.of());
    }

    /** Whether there is anything to watch. */
    public boolean wanted() {
        return window.compareTo(Duration.ZERO) > 0;
    }
}
