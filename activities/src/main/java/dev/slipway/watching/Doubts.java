package dev.slipway.watching;

import dev.slipway.watch.Measurement;
import java.util.Optional;

/** What one measurement says against asking its source. */
final class Doubts {
    private Doubts() {}

    static Optional<String> of(Measurement measurement) {
        Measurement.Outcome outcome = measurement.outcome();
        if (outcome instanceof Measurement.Value) {
            return Optional.empty();
        }
        if (outcome instanceof Measurement.Failing failing) {
            return Optional.of(measurement.metric() + ": " + failing.why());
        }
        if (outcome instanceof Measurement.NoData none) {
            return Optional.of(measurement.metric() + ": " + none.why());
        }
        return Optional.of(measurement.metric() + ": " + ((Measurement.SourceDown) outcome).why());
    }
}
