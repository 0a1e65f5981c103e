package dev.slipway.record;

import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;

/** Clocks that have to agree: those of the workers that write into one record, and of whoever reads it. */
public final class Clocks {

    /** Much more than NTP allows and a slow answer costs, and little against an approval's hour. */
    public static final Duration MOST_APART = Duration.ofSeconds(30);

    private Clocks() {}

    /**
     * Why a clock can't agree with the one that wrote the newest entry of a record: it would have been written in the future.
     *
     * @param whose for instance {@code this worker's clock}
     * @param number of the newest entry
     * @param written its time
     * @return empty where they may agree
     */
    public static Optional<String> behind(String whose, Instant now, long number, Instant written) {
        Duration ahead = Duration.between(now, written);
        return ahead.compareTo(MOST_APART) > 0
                ? Optional.of("the newest entry of the record, " + number + ", is of " + second(written) + ", "
                        + ahead.toSeconds() + " s after " + whose + " (" + second(now)
                        + "): one of the two clocks is wrong; keep both by NTP")
                : Optional.empty();
    }

    private static Instant second(Instant time) {
        return time.truncatedTo(ChronoUnit.SECONDS);
    }
}
