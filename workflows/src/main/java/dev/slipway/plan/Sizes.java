package dev.slipway.plan;

import java.math.BigInteger;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Sizes as they are written: {@code 512B 10MB 1GiB}; kB, MB, GB, TB by 1000, KiB, MiB, GiB, TiB by 1024. */
public final class Sizes {

    private static final Pattern WRITTEN = Pattern.compile("([0-9]{1,18})(B|kB|MB|GB|TB|KiB|MiB|GiB|TiB)");

    private static final Map<String, Long> UNITS = Map.of(
            "B", 1L,
            "kB", 1000L,
            "MB", 1000_000L,
            "GB", 1000_000_000L,
            "TB", 1000_000_000_000L,
            "KiB", 1L << 10,
            "MiB", 1L << 20,
            "GiB", 1L << 30,
            "TiB", 1L << 40);

    private Sizes() {}

    /** The number of bytes; empty where the text is not a size, or is more than a long holds. */
    public static Optional<Long> parse(String text) {
        Matcher parts = WRITTEN.matcher(text);
        if (!parts.matches()) {
            return Optional.empty();
        }
        BigInteger bytes = new BigInteger(parts.group(1)).multiply(BigInteger.valueOf(UNITS.get(parts.group(2))));
        return bytes.bitLength() < Long.SIZE ? Optional.of(bytes.longValue()) : Optional.empty();
    }

    /** As people write it: in the largest unit that says it exactly, by 1000 before by 1024. */
    public static String text(long bytes) {
        for (String unit : List.of("TB", "TiB", "GB", "GiB", "MB", "MiB", "kB", "KiB")) {
            if (bytes > 0 && bytes % UNITS.get(unit) == 0) {
                return bytes / UNITS.get(unit) + unit;
            }
        }
        return bytes + "B";
    }

    /** About how much, as in "3.2 GB". */
    public static String about(long bytes) {
        if (bytes < 1000) {
            return bytes + " bytes";
        }
        String[] units = {"kB", "MB", "GB", "TB"};
        double value = bytes / 1000.0;
        int unit = 0;
        while (value >= 999.5 && unit < units.length - 1) {
            value /= 1000;
            unit++;
        }
        return String.format(Locale.ROOT, value < 9.95 ? "%.1f %s" : "%.0f %s", value, units[unit]);
    }
}
