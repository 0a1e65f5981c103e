package dev.slipway.watch;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import java.time.Instant;

/**
 * What was found when one metric was asked for, once.
 *
 * @param time when it was asked for: a target that takes its time to say nothing was dead from the question on
 */
public record Measurement(String metric, Instant time, Outcome outcome) {

    /** What came of asking. */
    @JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "kind")
    @JsonSubTypes({
        @JsonSubTypes.Type(value = Value.class, name = "value"),
        @JsonSubTypes.Type(value = Failing.class, name = "failing"),
        @JsonSubTypes.Type(value = NoData.class, name = "no-data"),
        @JsonSubTypes.Type(value = SourceDown.class, name = "source-down")
    })
    public sealed interface Outcome {}

    /** A number, always finite: a comparison with NaN is false, and would pass for a good measurement. */
    public record Value(double value) implements Outcome {
        public Value {
            if (!Double.isFinite(value)) {
                throw new IllegalArgumentException(value + " is no measured value, but no data");
            }
        }
    }

    /** The released thing itself refuses, does not answer, or answers wrongly. */
    public record Failing(String why) implements Outcome {
        public Failing {
            why = Wording.bounded(why);
        }
    }

    /** Nothing to judge by: empty, not a number, infinite, too few samples. */
    public record NoData(String why) implements Outcome {
        public NoData {
            why = Wording.bounded(why);
        }
    }

    /** Who should know did not answer, or answered nonsense; it says nothing about the release. */
    public record SourceDown(String why) implements Outcome {
        public SourceDown {
            why = Wording.bounded(why);
        }
    }

    /** A number as it came from a source: only a finite one is a value. */
    public static Outcome number(double number) {
        return Double.isFinite(number) ? new Value(number) : new NoData("the value is " + number);
    }
}
