package dev.slipway.plan;

import java.time.Instant;
import java.time.temporal.ChronoUnit;

/** Points in time as a person reads them. */
public final class Times {

    private Times() {}

    /** In UTC and to the second, such as {@code 2026-11-20 09:00:00 UTC}. */
    public static String text(Instant time) {
        return time.truncatedTo(ChronoUnit.SECONDS).toString().replace('T', ' ').replace("Z", " UTC");
    }
}
