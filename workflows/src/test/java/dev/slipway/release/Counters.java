package dev.slipway.release;

import com.uber.m3.tally.Buckets;
import com.uber.m3.tally.Capabilities;
import com.uber.m3.tally.CapableOf;
import com.uber.m3.tally.StatsReporter;
import com.uber.m3.util.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** Keeps what workflows count, as a metrics page would show it. */
final class Counters implements StatsReporter {

    private final Map<String, Long> counted = new ConcurrentHashMap<>();

    long of(String name, String kind, String way) {
        return counted.getOrDefault(name + " " + kind + " " + way, 0L);
    }

    @Override
    public void reportCounter(String name, Map<String, String> tags, long value) {
        counted.merge(name + " " + tags.get("kind") + " " + tags.get("way"), value, Long::sum);
    }

    @Override
    public void reportGauge(String name, Map<String, String> tags, double value) {}

    @Override
    public void reportTimer(String name, Map<String, String> tags, Duration interval) {}

    @Override
    public void reportHistogramValueSamples(
            String name, Map<String, String> tags, Buckets buckets, double from, double to, long samples) {}

    @Override
    public void reportHistogramDurationSamples(
            String name, Map<String, String> tags, Buckets buckets, Duration from, Duration to, long samples) {}

    @Override
    public Capabilities capabilities() {
        return CapableOf.REPORTING_TAGGING;
    }

    @Override
    public void flush() {}

    @Override
    public void close() {}
}
