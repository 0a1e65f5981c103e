package dev.slipway.plan;

import java.math.BigInteger;
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
}
