package dev.slipway.database.rehearsal;

import java.time.Duration;
import java.util.Locale;

/** Short times as people say them. */
final class Spans {

    private Spans() {}

    static String words(Duration span) {
        long millis = span.toMillis();
        if (millis < 1000) {
            return Math.max(1, millis) + " ms";
        }
        if (millis < 60_000) {
            return String.format(Locale.ROOT, "%.1f s", millis / 1000.0);
        }
        return span.toMinutes() + " min " + span.toSecondsPart() + " s";
    }
}
