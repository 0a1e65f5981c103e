package dev.slipway.plan;

import java.time.Duration;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Durations as a plan writes them: {@code 250ms 10s 5m 2h 30d 1h30m}; every unit once, the larger ones first. */
public final class Durations {

    public static final String PATTERN =
            "(?=[0-9])([0-9]{1,6}d)?([0-9]{1,6}h)?([0-9]{1,6}m)?([0-9]{1,7}s)?([0-9]{1,9}ms)?";

    private static final Pattern WRITTEN = Pattern.compile(PATTERN);

    private Durations() {}

    /** Empty where the text is not a duration. */
    public static Optional<Duration> parse(String text) {
        Matcher parts = WRITTEN.matcher(text);
        if (!parts.matches()) {
            return Optional.empty();
        }
        return Optional.of(Duration.ofDays(number(parts.group(1), 1))
                .plusHours(number(parts.group(2), 1))
                .plusMinutes(number(parts.group(3), 1))
                .plusSeconds(number(parts.group(4), 1))
                .plusMillis(number(parts.group(5), 2)));
    }

    /** The shortest text that {@link #parse} reads as this duration; parts of a millisecond are dropped. */
    public static String text(Duration duration) {
        if (duration.isNegative()) {
            return "-" + text(duration.negated());
        }
        long days = duration.toDays();
        boolean whole = duration.equals(Duration.ofDays(days));
        // 24h stays 24h: days are for what is kept, not for what is waited for
        long shownDays = whole && days > 1 ? days : 0;
        String text = part(shownDays, "d")
                + part(duration.minusDays(shownDays).toHours(), "h")
                + part(duration.toMinutesPart(), "m")
                + part(duration.toSecondsPart(), "s")
                + part(duration.toMillisPart(), "ms");
        return text.isEmpty() ? "0s" : text;
    }

    private static String part(long number, String unit) {
        return number == 0 ? "" : number + unit;
    }

    private static long number(String part, int unit) {
        return part == null ? 0 : Long.parseLong(part.substring(0, part.length() - unit));
    }
}
