package dev.slipway.watch;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * Measurements of one metric, one character a measurement, one interval apart: {@code .} good (1 %), {@code x} bad
 * (40 %), {@code X} worse (60 %), {@code !} the target is dead, {@code -} no data, {@code ?} the metrics server is down,
 * a blank is an interval in which nothing came.
 */
record Trace(String metric, Duration every, String text) {
    static final Instant START = Instant.parse("2026-11-03T09:00:00Z");

    List<Measurement> measurements() {
        List<Measurement> measurements = new ArrayList<>();
        for (int i = 0; i < text.length(); i++) {
            if (text.charAt(i) != ' ') {
                measurements.add(new Measurement(metric, START.plus(every.multipliedBy(i)), outcome(text.charAt(i))));
            }
        }
        return measurements;
    }

    Instant end() {
        return START.plus(every.multipliedBy(Math.max(0, text.length() - 1)));
    }

    private static Measurement.Outcome outcome(char kind) {
        return switch (kind) {
            case '.' -> new Measurement.Value(0.01);
            case 'x' -> new Measurement.Value(0.4);
            case 'X' -> new Measurement.Value(0.6);
            case '!' -> new Measurement.Failing("connection refused");
            case '-' -> new Measurement.NoData("no requests");
            case '?' -> new Measurement.SourceDown("answered 500");
            default -> throw new IllegalArgumentException("no such measurement: " + kind);
        };
    }
}
