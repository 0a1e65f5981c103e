package dev.slipway.watch;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.math.BigDecimal;
import java.time.Duration;

/**
 * A condition on one metric that, when it has held for a while, rolls a release back: {@code error-rate > 5% for 2m},
 * {@code p95-latency > 2s for 5m}, {@code health failing for 3m}. It travels as its text.
 *
 * <p>Metrics are measured in base units, as Prometheus has it: ratios from 0 to 1, and seconds. {@code 5%} is therefore
 * compared as 0.05 and {@code 500ms} as 0.5; a number without unit is compared as it stands.
 *
 * @param held how long the condition has to hold, longer than zero
 */
public record Rule(String metric, Condition condition, Duration held) {

    /** What is asked of the metric. */
    public sealed interface Condition {}

    /** The value is on the wrong side of a limit. A target that is dead is on the wrong side of every limit. */
    public record Compared(Comparison comparison, BigDecimal number, Unit unit) implements Condition {
        public Compared {
            number = number.signum() == 0 ? BigDecimal.ZERO : number.stripTrailingZeros();
        }

        boolean holds(double value) {
            double limit = number.divide(unit.inBase).doubleValue();
            return switch (comparison) {
                case ABOVE -> value > limit;
                case AT_LEAST -> value >= limit;
                case BELOW -> value < limit;
                case AT_MOST -> value <= limit;
            };
        }

        /** Which of two values is the worse one. */
        double worse(double one, double other) {
            return switch (comparison) {
                case ABOVE, AT_LEAST -> Math.max(one, other);
                case BELOW, AT_MOST -> Math.min(one, other);
            };
        }

        String limit() {
            return Wording.plain(number) + unit.spaced();
        }

        String figure(double value) {
            return Wording.figure(BigDecimal.valueOf(value).multiply(unit.inBase)) + unit.spaced();
        }

        /** A value beside its limit, with as many digits as it takes to tell them apart: never "5 % > 5 %". */
        String figures(double value) {
            BigDecimal shown = BigDecimal.valueOf(value).multiply(unit.inBase);
            String limit = Wording.plain(number);
            String text = Wording.figure(shown);
            for (int digits = 4; text.equals(limit) && shown.compareTo(number) != 0 && digits <= 20; digits++) {
                text = Wording.figure(shown, digits);
            }
            return text + unit.spaced() + " " + comparison.sign + " " + limit();
        }
    }

    /** The released thing itself does not answer, or answers wrongly. */
    public record Dead() implements Condition {}

    /** On which side of its limit a value is wrong. */
    public enum Comparison {
        AT_LEAST(">=", "at or above"),
        AT_MOST("<=", "at or below"),
        ABOVE(">", "above"),
        BELOW("<", "below");

        private final String sign;
        private final String words;

        Comparison(String sign, String words) {
            this.sign = sign;
            this.words = words;
        }
    }

    /** What a limit is written in, and how many of it make one base unit. */
    public enum Unit {
        PERCENT("%", 100),
        MILLISECONDS("ms", 1000),
        SECONDS("s", 1),
        NONE("", 1);

        private final String sign;
        private final BigDecimal inBase;

        Unit(String sign, int inBase) {
            this.sign = sign;
            this.inBase = BigDecimal.valueOf(inBase);
        }

        private String spaced() {
            return sign.isEmpty() ? "" : " " + sign;
        }
    }

    /** @throws Misread with the column and what was expected there */
    @JsonCreator
    public static Rule parse(String text) {
        Cursor cursor = new Cursor(text);
        cursor.skipBlanks();
        int start = cursor.place();
        String metric = cursor.takeWhile(Rule::inMetric);
        if (metric.isEmpty() || !Character.isLetter(metric.charAt(0))) {
            throw cursor.expectedAt(start, "the name of a metric, such as error-rate");
        }
        cursor.skipBlanks();
        Condition condition = condition(cursor);
        cursor.skipBlanks();
        int word = cursor.place();
        if (!cursor.takeWhile(Character::isLetter).equals("for")) {
            throw cursor.expectedAt(word, "\"for\" and how long, such as for 2m");
        }
        cursor.skipBlanks();
        Duration held = duration(cursor);
        cursor.skipBlanks();
        if (!cursor.atEnd()) {
            throw cursor.expected("nothing more after the duration");
        }
        return new Rule(metric, condition, held);
    }

    private static boolean inMetric(int character) {
        return character >= 'a' && character <= 'z'
                || character >= 'A' && character <= 'Z'
                || character >= '0' && character <= '9'
                || character == '-'
                || character == '_'
                || character == '.';
    }

    private static Condition condition(Cursor cursor) {
        int place = cursor.place();
        for (Comparison comparison : Comparison.values()) {
            if (cursor.accept(comparison.sign)) {
                cursor.skipBlanks();
                return limit(cursor, comparison);
            }
        }
        if (cursor.takeWhile(Character::isLetter).equals("failing")) {
            return new Dead();
        }
        throw cursor.expectedAt(place, "\"failing\" or one of > >= < <=");
    }

    private static Compared limit(Cursor cursor, Comparison comparison) {
        int place = cursor.place();
        String sign = cursor.accept("-") ? "-" : "";
        String digits = number(cursor);
        if (digits.isEmpty()) {
            throw cursor.expectedAt(place, "a limit such as 5%, 2s, 500ms or 3");
        }
        int unitPlace = cursor.place();
        String unit = cursor.takeWhile(character -> !Character.isWhitespace(character));
        for (Unit known : Unit.values()) {
            if (known.sign.equals(unit)) {
                return new Compared(comparison, new BigDecimal(sign + digits), known);
            }
        }
        throw cursor.expectedAt(unitPlace, "one of the units %, ms or s, or a blank");
    }

    private static String number(Cursor cursor) {
        String whole = cursor.takeWhile(Rule::digit);
        if (whole.isEmpty() || cursor.peek() != '.') {
            return whole;
        }
        cursor.take();
        String part = cursor.takeWhile(Rule::digit);
        if (part.isEmpty()) {
            throw cursor.expected("digits after the point");
        }
        return whole + "." + part;
    }

    /** Parts may follow each other, as in {@code 1h30m}. */
    private static Duration duration(Cursor cursor) {
        int place = cursor.place();
        Duration duration = part(cursor, place);
        while (digit(cursor.peek())) {
            duration = duration.plus(part(cursor, place));
        }
        if (duration.isZero()) {
            throw cursor.expectedAt(place, "a duration longer than zero");
        }
        return duration;
    }

    private static Duration part(Cursor cursor, int place) {
        String expected = "a duration such as 10s, 2m, 1h30m or 500ms";
        String digits = cursor.takeWhile(Rule::digit);
        String unit = cursor.takeWhile(Character::isLetter);
        if (digits.isEmpty() || digits.length() > 9) {
            throw cursor.expectedAt(place, expected);
        }
        long number = Long.parseLong(digits);
        return switch (unit) {
            case "ms" -> Duration.ofMillis(number);
            case "s" -> Duration.ofSeconds(number);
            case "m" -> Duration.ofMinutes(number);
            case "h" -> Duration.ofHours(number);
            default -> throw cursor.expectedAt(place, expected);
        };
    }

    private static boolean digit(int character) {
        return character >= '0' && character <= '9';
    }

    /** What an outcome says about this rule. */
    Bearing bearing(Measurement.Outcome outcome) {
        if (outcome instanceof Measurement.Failing) {
            return Bearing.BREACH;
        }
        if (outcome instanceof Measurement.Value measured) {
            boolean breach = condition instanceof Compared compared && compared.holds(measured.value());
            return breach ? Bearing.BREACH : Bearing.GOOD;
        }
        return Bearing.NEITHER;
    }

    enum Bearing {
        BREACH,
        GOOD,
        NEITHER
    }

    /** The rule as a person says it: "error-rate stays above 5 % for 2 minutes". */
    public String words() {
        String what = condition instanceof Compared compared
                ? " stays " + compared.comparison.words + " " + compared.limit()
                : " keeps failing";
        return metric + what + " for " + Wording.words(held);
    }

    /** The rule as the plan has it, in one spelling; it is what the rule is known by. */
    @Override
    @JsonValue
    public String toString() {
        String what = condition instanceof Compared compared
                ? compared.comparison.sign + " " + Wording.plain(compared.number) + compared.unit.sign
                : "failing";
        return metric + " " + what + " for " + Wording.plan(held);
    }
}
