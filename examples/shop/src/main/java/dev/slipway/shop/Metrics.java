package dev.slipway.shop;

import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.LongAdder;

/**
 * What a process has answered so far, as a page in Prometheus's text format: {@code http_requests_total} by code and one
 * more label, {@code http_request_duration_seconds} by that label, and the process's start and memory.
 */
final class Metrics {
    private static final double[] BOUNDS = {0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10};

    private final String label;
    private final Map<String, LongAdder> requests = new ConcurrentSkipListMap<>();
    private final Map<String, Durations> durations = new ConcurrentSkipListMap<>();

    /** {@code label} names what requests are told apart by, beside their code. */
    Metrics(String label) {
        this.label = label;
    }

    /** {@code value} must come from a small set: every new one is a series for ever. */
    void count(int code, String value, Duration took) {
        String labels = "code=\"%d\",%s=\"%s\"".formatted(code, label, value);
        requests.computeIfAbsent(labels, unseen -> new LongAdder()).increment();
        durations
                .computeIfAbsent("%s=\"%s\"".formatted(label, value), unseen -> new Durations())
                .add(took);
    }

    String page() {
        StringBuilder page = new StringBuilder();
        head(page, "http_requests_total", "counter", "Requests answered.");
        requests.forEach((labels, number) -> line(page, "http_requests_total{" + labels + "}", number.sum()));
        head(page, "http_request_duration_seconds", "histogram", "Time from a request to its answer.");
        durations.forEach((labels, histogram) -> histogram.write(page, labels));
        head(page, "process_start_time_seconds", "gauge", "When the process started, in seconds since 1970.");
        line(page, "process_start_time_seconds", started().toEpochMilli() / 1000.0);
        head(page, "jvm_memory_used_bytes", "gauge", "Heap in use.");
        Runtime runtime = Runtime.getRuntime();
        line(page, "jvm_memory_used_bytes", runtime.totalMemory() - runtime.freeMemory());
        return page.toString();
    }

    private static Instant started() {
        return ProcessHandle.current().info().startInstant().orElse(Instant.EPOCH);
    }

    private static void head(StringBuilder page, String name, String type, String help) {
        page.append("# HELP ").append(name).append(' ').append(help).append('\n');
        page.append("# TYPE ").append(name).append(' ').append(type).append('\n');
    }

    private static void line(StringBuilder page, String series, long value) {
        page.append(series).append(' ').append(value).append('\n');
    }

    private static void line(StringBuilder page, String series, double value) {
        page.append(series).append(String.format(Locale.ROOT, " %.3f", value)).append('\n');
    }

    /** One histogram; a duration is counted in the first bucket that holds it and summed up when written. */
    private static final class Durations {
        private final long[] counts = new long[BOUNDS.length + 1];
        private double seconds;

        synchronized void add(Duration took) {
            double value = took.toNanos() / 1e9;
            int bucket = 0;
            while (bucket < BOUNDS.length && value > BOUNDS[bucket]) {
                bucket++;
            }
            counts[bucket]++;
            seconds += value;
        }

        synchronized void write(StringBuilder page, String labels) {
            long sum = 0;
            for (int bucket = 0; bucket < counts.length; bucket++) {
                sum += counts[bucket];
                String bound = bucket < BOUNDS.length ? String.valueOf(BOUNDS[bucket]) : "+Inf";
                line(page, "http_request_duration_seconds_bucket{" + labels + ",le=\"" + bound + "\"}", sum);
            }
            line(page, "http_request_duration_seconds_sum{" + labels + "}", seconds);
            line(page, "http_request_duration_seconds_count{" + labels + "}", sum);
        }
    }
}
