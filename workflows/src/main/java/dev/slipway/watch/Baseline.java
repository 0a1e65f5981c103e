package dev.slipway.watch;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * What one metric was like before a release changed anything.
 *
 * @param values how many measurements had a value
 * @param value their median; it means something only if {@code values} > 0
 * @param why why there is none; empty if there is one
 * @param failing whether there is none because the metric's target failed already before the release
 */
public record Baseline(int values, double value, String why, boolean failing) {

    public Baseline {
        why = why == null ? "" : Wording.bounded(why);
    }

    public Baseline(int values, double value, String why) {
        this(values, value, why, false);
    }

    /** Of all that was measured of one metric. */
    public static Baseline of(List<Measurement> measurements) {
        List<Double> values = new ArrayList<>();
        String why = "nothing was measured";
        boolean failed = false;
        for (Measurement measurement : measurements) {
            Measurement.Outcome outcome = measurement.outcome();
            if (outcome instanceof Measurement.Value measured) {
                values.add(measured.value());
            } else if (outcome instanceof Measurement.Failing failing) {
                why = failing.why();
                failed = true;
            } else if (outcome instanceof Measurement.NoData none) {
                why = none.why();
            } else if (outcome instanceof Measurement.SourceDown down) {
                why = down.why();
            }
        }
        return values.isEmpty() ? new Baseline(0, 0, why, failed) : of(values.size(), median(values));
    }

    private static Baseline of(int values, double value) {
        // a multiple of it would be on the other side of zero
        return value < 0
                ? none("it was " + Wording.figure(Unit.NONE.of(value)) + ", below zero")
                : new Baseline(values, value, "");
    }

    /** There is none. */
    public static Baseline none(String why) {
        return new Baseline(0, 0, why);
    }

    private static double median(List<Double> values) {
        List<Double> sorted = new ArrayList<>(values);
        Collections.sort(sorted);
        int middle = sorted.size() / 2;
        return sorted.size() % 2 == 1 ? sorted.get(middle) : (sorted.get(middle - 1) + sorted.get(middle)) / 2;
    }

    public boolean known() {
        return values > 0;
    }

    /** For people: "0.02 (median of 4 measurements)". */
    public String words() {
        return known()
                ? Wording.figure(Unit.NONE.of(value)) + " (median of " + Wording.count(values, "measurement") + ")"
                : "not known: " + why;
    }
}
