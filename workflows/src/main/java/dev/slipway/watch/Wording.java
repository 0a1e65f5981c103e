package dev.slipway.watch;

import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import java.time.Duration;

/** How durations and figures are written, in rules and in sentences for people. */
final class Wording {
    private Wording() {}

    /** As a plan writes it: {@code 500ms}, {@code 10s}, {@code 2m}, {@code 1h}. */
    static String plan(Duration duration) {
        long millis = duration.toMillis();
        if (millis % 1000 != 0) {
            return millis + "ms";
        }
        long seconds = millis / 1000;
        if (seconds % 3600 == 0 && seconds > 0) {
            return seconds / 3600 + "h";
        }
        return seconds % 60 == 0 && seconds > 0 ? seconds / 60 + "m" : seconds + "s";
    }

    /** In full: {@code 2 minutes}. */
    static String words(Duration duration) {
        String text = plan(duration);
        int digits = 0;
        while (Character.isDigit(text.charAt(digits))) {
            digits++;
        }
        String number = text.substring(0, digits);
        String unit =
                switch (text.substring(digits)) {
                    case "ms" -> "millisecond";
                    case "s" -> "second";
                    case "m" -> "minute";
                    default -> "hour";
                };
        return number + " " + unit + (number.equals("1") ? "" : "s");
    }

    /** For measured times, rounded to what matters: {@code 640 ms}, {@code 9.5 s}, {@code 10 s}, {@code 2 min 5 s}. */
    static String shortly(Duration duration) {
        long millis = duration.toMillis();
        if (millis < 1000) {
            return millis + " ms";
        }
        if (millis < 10_000) {
            return plain(BigDecimal.valueOf(millis, 3).setScale(1, RoundingMode.DOWN)) + " s";
        }
        long seconds = millis / 1000;
        if (seconds < 60) {
            return seconds + " s";
        }
        if (seconds < 3600) {
            return seconds / 60 + " min" + (seconds % 60 == 0 ? "" : " " + seconds % 60 + " s");
        }
        long minutes = seconds / 60;
        return minutes / 60 + " h" + (minutes % 60 == 0 ? "" : " " + minutes % 60 + " min");
    }

    /** Three significant digits, and never fewer than stand before the point. */
    static String figure(BigDecimal value) {
        return figure(value, 3);
    }

    static String figure(BigDecimal value, int significant) {
        int whole = Math.max(value.precision() - value.scale(), 1);
        return plain(value.round(new MathContext(Math.max(significant, whole), RoundingMode.HALF_UP)));
    }

    static String plain(BigDecimal value) {
        return value.signum() == 0 ? "0" : value.stripTrailingZeros().toPlainString();
    }

    static String count(int number, String what) {
        return number + " " + what + (number == 1 ? "" : "s");
    }

    /** At most this much of a reason is kept: the state must stay small whatever a server answers. */
    static String bounded(String text) {
        String line = text.strip();
        return line.length() <= 300 ? line : line.substring(0, 299) + "…";
    }
}
