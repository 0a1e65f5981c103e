package dev.slipway.watching;

import dev.slipway.watch.JudgeState;
import dev.slipway.watch.Measurement;
import dev.slipway.watch.WatchOutcome;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * All that a watch knows between two rounds; with it, another worker goes on where this one died. Bounded however long
 * the watch lasts.
 *
 * @param sources by the metric's name
 * @param last the newest measurements, oldest first
 * @param warner of the rules that only warn
 */
public record WatchState(
        JudgeState judge, Map<String, SourceState> sources, List<Measurement> last, JudgeState warner) {
    public WatchState {
        warner = warner == null ? JudgeState.start() : warner;
        judge = judge == null ? JudgeState.start() : judge;
        sources = sources == null ? Map.of() : Collections.unmodifiableMap(new TreeMap<>(sources));
        last = last == null
                ? List.of()
                : List.copyOf(last.subList(Math.max(0, last.size() - WatchOutcome.KEPT), last.size()));
    }

    /** Before the first round. */
    public static WatchState start() {
        return after(JudgeState.start());
    }

    /** Before the first round of a watch that goes on from an earlier one. */
    public static WatchState after(JudgeState earlier) {
        return new WatchState(earlier, Map.of(), List.of(), JudgeState.start());
    }

    WatchState with(JudgeState judged, JudgeState warned, MetricSource.Reading reading) {
        Map<String, SourceState> states = new TreeMap<>(sources);
        states.put(reading.measurement().metric(), reading.state());
        List<Measurement> all = new ArrayList<>(last);
        all.add(reading.measurement());
        return new WatchState(judged, states, all, warned);
    }

    SourceState source(String metric) {
        return sources.getOrDefault(metric, SourceState.start());
    }
}
