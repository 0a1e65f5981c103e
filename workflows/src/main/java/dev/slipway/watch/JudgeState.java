package dev.slipway.watch;

import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;

/**
 * All that a judge remembers: one entry for a rule and one for a metric, however long the watch lasts.
 *
 * @param breaches by the rule's text; a rule that is not there is not broken
 * @param tallies by the metric's name
 */
public record JudgeState(Map<String, Breach> breaches, Map<String, Tally> tallies) {
    public JudgeState {
        breaches = sorted(breaches);
        tallies = sorted(tallies);
    }

    /** Before the first measurement. */
    public static JudgeState start() {
        return new JudgeState(Map.of(), Map.of());
    }

    private static <V> Map<String, V> sorted(Map<String, V> map) {
        return map == null ? Map.of() : Collections.unmodifiableMap(new TreeMap<>(map));
    }

    /** How often the metrics were asked for. */
    public int measurements() {
        return tallies.values().stream().mapToInt(Tally::asked).sum();
    }

    /**
     * One unbroken time in which a rule was broken.
     *
     * @param first the first measurement of it
     * @param last the newest measurement of it: only what lies between the two counts
     * @param latest the newest value and {@code peak} the worst one; both mean something only if {@code values} > 0
     * @param why why the newest measurement was failing; empty if it had a value
     * @param decided it has lasted long enough: a verdict is not taken back
     */
    public record Breach(
            Instant first,
            Instant last,
            int values,
            int failing,
            double latest,
            double peak,
            String why,
            boolean decided) {
        public Breach {
            why = why == null ? "" : why;
        }

        Duration length() {
            return Duration.between(first, last);
        }

        int measurements() {
            return values + failing;
        }
    }

    /**
     * What was measured of one metric so far.
     *
     * @param lowest with {@code highest} and {@code latest} of the values; they mean something only if {@code values} > 0
     * @param downInARow how often in a row, up to now, the source did not answer
     * @param told when it last had a value or was failing; the epoch if it never was
     * @param valued when it last had a value; the epoch if it never had one
     * @param why the newest reason for not having a value; empty if there was none yet
     */
    public record Tally(
            int values,
            int failing,
            int noData,
            int sourceDown,
            int downInARow,
            double lowest,
            double highest,
            double latest,
            Instant told,
            Instant valued,
            String why) {

        static final Tally NONE = new Tally(0, 0, 0, 0, 0, 0, 0, 0, Instant.EPOCH, Instant.EPOCH, "");

        public Tally {
            told = told == null ? Instant.EPOCH : told;
            valued = valued == null ? Instant.EPOCH : valued;
            why = why == null ? "" : why;
        }

        public int asked() {
            return values + failing + noData + sourceDown;
        }

        /** How many measurements said something about the release. */
        public int conclusive() {
            return values + failing;
        }

        Tally with(Measurement measurement) {
            Measurement.Outcome outcome = measurement.outcome();
            Instant time = measurement.time();
            if (outcome instanceof Measurement.Value measured) {
                double value = measured.value();
                double low = values == 0 ? value : Math.min(lowest, value);
                double high = values == 0 ? value : Math.max(highest, value);
                return new Tally(values + 1, failing, noData, sourceDown, 0, low, high, value, time, time, why);
            }
            if (outcome instanceof Measurement.Failing dead) {
                return new Tally(
                        values, failing + 1, noData, sourceDown, 0, lowest, highest, latest, time, valued, dead.why());
            }
            if (outcome instanceof Measurement.NoData none) {
                return new Tally(
                        values, failing, noData + 1, sourceDown, 0, lowest, highest, latest, told, valued, none.why());
            }
            String reason = ((Measurement.SourceDown) outcome).why();
            return new Tally(
                    values,
                    failing,
                    noData,
                    sourceDown + 1,
                    downInARow + 1,
                    lowest,
                    highest,
                    latest,
                    told,
                    valued,
                    reason);
        }
    }
}
