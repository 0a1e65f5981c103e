package dev.slipway.benchmarks;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** A few runs of one measurement, in milliseconds; the median is what is quoted. */
final class Figures {

    private final List<Double> runs = new ArrayList<>();

    void add(double millis) {
        runs.add(millis);
    }

    double median() {
        return at(0.5);
    }

    private double at(double share) {
        List<Double> sorted = runs.stream().sorted().toList();
        return sorted.get((int) Math.round((sorted.size() - 1) * share));
    }

    /** For what takes less than a few milliseconds. */
    String precise() {
        return String.format(
                Locale.ROOT, "median %.2f ms (min %.2f, p99 %.2f, n=%d)", median(), at(0), at(0.99), runs.size());
    }

    @Override
    public String toString() {
        return String.format(
                Locale.ROOT, "median %.0f ms (min %.0f, max %.0f, n=%d)", median(), at(0), at(1), runs.size());
    }
}
