package dev.slipway.cli;

import dev.slipway.plan.Times;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Lengths of time as people write them: {@code 90s}, {@code 30m}, {@code 24h}, {@code 7d}. */
final class Spans {

    private static final Pattern FORM = Pattern.compile("([1-9][0-9]{0,5})(s|m|h|d)");

    private Spans() {}

    static Optional<Duration> parse(String text) {
        Matcher parts = FORM.matcher(text);
        if (!parts.matches()) {
            return Optional.empty();
        }
        long number = Long.parseLong(parts.group(1));
        return Optional.of(
                switch (parts.group(2)) {
                    case "s" -> Duration.ofSeconds(number);
                    case "m" -> Duration.ofMinutes(number);
                    case "h" -> Duration.ofHours(number);
                    default -> Duration.ofDays(number);
                });
    }

    /** For instance {@code 3d 4h}, {@code 12m}, {@code 8s}: two units at most. */
    static String words(Duration span) {
        long seconds = Math.max(0, span.toSeconds());
        if (seconds >= 86_400) {
            return two(seconds / 86_400, "d", seconds % 86_400 / 3600, "h");
        }
        if (seconds >= 3600) {
            return two(seconds / 3600, "h", seconds % 3600 / 60, "m");
        }
        return seconds >= 60 ? two(seconds / 60, "m", seconds % 60, "s") : seconds + "s";
    }

    /** {@code 2026-11-21 09:30:05 UTC}, or a word for never. */
    static String time(Instant time) {
        if (!time.isAfter(Instant.EPOCH)) {
            return "-";
        }
        return Times.text(time);
    }

    private static String two(long first, String unit, long second, String smaller) {
        return first + unit + (second == 0 ? "" : " " + second + smaller);
    }
}
