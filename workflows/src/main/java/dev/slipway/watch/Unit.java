package dev.slipway.watch;

import java.math.BigDecimal;
import java.math.MathContext;
import java.util.Arrays;
import java.util.Optional;
import java.util.stream.Collectors;

/** What a limit is written in, and how many base units (a ratio, seconds, bytes, or the number itself) make one of it. */
public enum Unit {
    PERCENT("%", "0.01"),
    MILLISECONDS("ms", "0.001"),
    SECONDS("s", "1"),
    KILOBYTES("kB", "1000"),
    MEGABYTES("MB", "1000000"),
    GIGABYTES("GB", "1000000000"),
    TERABYTES("TB", "1000000000000"),
    KIBIBYTES("KiB", "1024"),
    MEBIBYTES("MiB", "1048576"),
    GIBIBYTES("GiB", "1073741824"),
    TEBIBYTES("TiB", "1099511627776"),
    BYTES("B", "1"),
    NONE("", "1");

    static final String SIGNS = Arrays.stream(values())
            .map(Unit::sign)
            .filter(sign -> !sign.isEmpty())
            .collect(Collectors.joining(" "));

    private final String sign;
    private final BigDecimal base;

    Unit(String sign, String base) {
        this.sign = sign;
        this.base = new BigDecimal(base);
    }

    static Optional<Unit> of(String sign) {
        return Arrays.stream(values()).filter(unit -> unit.sign.equals(sign)).findFirst();
    }

    String sign() {
        return sign;
    }

    /** As it follows a figure in a sentence. */
    String spaced() {
        return sign.isEmpty() ? "" : " " + sign;
    }

    /** So many of this unit, in base units. */
    BigDecimal inBase(BigDecimal number) {
        return number.multiply(base);
    }

    /** A measured value in this unit. */
    BigDecimal of(double value) {
        return BigDecimal.valueOf(value).divide(base, MathContext.DECIMAL64);
    }
}
