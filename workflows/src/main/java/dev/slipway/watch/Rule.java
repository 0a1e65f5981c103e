package dev.slipway.watch;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * A condition on one metric that, when it has held for a while, rolls a release back: {@code error-rate > 5% for 2m},
 * {@code errors > 3x baseline for 2m}, {@code health failing for 3m}, {@code new-issues > 0}. It travels as its text.
 *
 * <p>Metrics are measured in base units, as Prometheus has it: ratios from 0 to 1, seconds, bytes. {@code 5%} is therefore
 * compared as 0.05 and {@code 500ms} as 0.5; a number without unit is compared as it stands.
 *
 * @param held how long the condition has to hold; zero where the first value that breaks the rule decides
 */
public record Rule(String metric, Condition condition, Duration held) {

    /** What is asked of the metric. */
    public sealed interface Condition {}

    /** The value is on the wrong side of a limit. A target that is dead is on the wrong side of every limit. */
    public record Compared(Comparison comparison, BigDecimal number, Unit unit) implements Condition {
        public Compared {
            number = plain(number);
        }

        String text() {
            return Wording.plain(number) + unit.sign();
        }
    }

    /**
     * The value is on the wrong side of a multiple of what was measured before the release.
     *
     * @param floor a limit that it has to be on the wrong side of as well, so that three times next to nothing is not yet
     *     too much: none or one
     */
    public record Multiple(Comparison comparison, BigDecimal times, List<Floor> floor) implements Condition {
        public Multiple {
            times = plain(times);
            floor = List.copyOf(floor);
        }

        String text() {
            return Wording.plain(times) + "x baseline"
                    + floor.stream()
                            .map(limit -> " and " + Wording.plain(limit.number())
                                    + limit.unit().sign())
                            .collect(Collectors.joining());
        }
    }

    /** A second limit of a {@link Multiple}. */
    public record Floor(BigDecimal number, Unit unit) {
        public Floor {
            number = plain(number);
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

        String sign() {
            return sign;
        }

        boolean holds(double value, double limit) {
            return switch (this) {
                case ABOVE -> value > limit;
                case AT_LEAST -> value >= limit;
                case BELOW -> value < limit;
                case AT_MOST -> value <= limit;
            };
        }

        /** Which of two values is the worse one. */
        double worse(double one, double other) {
            return above() ? Math.max(one, other) : Math.min(one, other);
        }

        boolean above() {
            return this == ABOVE || this == AT_LEAST;
        }
    }

    private static BigDecimal plain(BigDecimal number) {
        return number.signum() == 0 ? BigDecimal.ZERO : number.stripTrailingZeros();
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
        if (cursor.atEnd() && !(condition instanceof Dead)) {
            return new Rule(metric, condition, Duration.ZERO);
        }
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

    private static Condition limit(Cursor cursor, Comparison comparison) {
        int place = cursor.place();
        BigDecimal number = signed(cursor);
        int unitPlace = cursor.place();
        String unit = unit(cursor);
        if (!unit.equals("x")) {
            return new Compared(comparison, number, known(cursor, unitPlace, unit));
        }
        if (number.signum() <= 0) {
            throw cursor.expectedAt(place, "a multiple above zero, such as 3x baseline");
        }
        cursor.skipBlanks();
        int word = cursor.place();
        if (!cursor.takeWhile(Character::isLetter).equals("baseline")) {
            throw cursor.expectedAt(word, "\"baseline\", as in 3x baseline");
        }
        cursor.skipBlanks();
        return new Multiple(comparison, number, cursor.accept("and ") ? List.of(floor(cursor)) : List.of());
    }

    private static Floor floor(Cursor cursor) {
        cursor.skipBlanks();
        BigDecimal number = signed(cursor);
        int place = cursor.place();
        return new Floor(number, known(cursor, place, unit(cursor)));
    }

    private static BigDecimal signed(Cursor cursor) {
        int place = cursor.place();
        String sign = cursor.accept("-") ? "-" : "";
        String digits = number(cursor);
        if (digits.isEmpty()) {
            throw cursor.expectedAt(place, "a limit such as 5%, 2s, 900MiB, 3 or 3x baseline");
        }
        return new BigDecimal(sign + digits);
    }

    private static String unit(Cursor cursor) {
        return cursor.takeWhile(character -> !Character.isWhitespace(character));
    }

    private static Unit known(Cursor cursor, int place, String sign) {
        return Unit.of(sign)
                .orElseThrow(() ->
                        cursor.expectedAt(place, "one of the units " + Unit.SIGNS + ", \"x baseline\", or a blank"));
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

    /** Whether the first value that breaks it decides. */
    public boolean atOnce() {
        return held.isZero();
    }

    /** Whether it compares its metric with what was measured before the release. */
    public boolean comparesWithBaseline() {
        return condition instanceof Multiple;
    }

    /** What an outcome says about this rule where it needs no baseline. */
    Bearing bearing(Measurement.Outcome outcome) {
        return bearing(outcome, Limit.of(this, Optional.empty()));
    }

    /** @param limit what values are held against; empty for a rule without one, or whose baseline is not known */
    Bearing bearing(Measurement.Outcome outcome, Optional<Limit> limit) {
        if (outcome instanceof Measurement.Failing) {
            // one answer that was lost is no outage, and says nothing about the figure
            return atOnce() ? Bearing.NEITHER : Bearing.BREACH;
        }
        if (outcome instanceof Measurement.Value measured) {
            // whatever the value, what has one is not dead
            return limit.filter(wrong -> wrong.brokenBy(measured.value())).isPresent() ? Bearing.BREACH : Bearing.GOOD;
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
        String verb = atOnce() ? " is " : " stays ";
        String time = atOnce() ? "" : " for " + Wording.words(held);
        if (condition instanceof Compared compared) {
            return metric + verb + compared.comparison().words + " " + Wording.plain(compared.number())
                    + compared.unit().spaced() + time;
        }
        if (condition instanceof Multiple multiple) {
            String floor = multiple.floor().stream()
                    .map(limit -> " and " + multiple.comparison().words + " " + Wording.plain(limit.number())
                            + limit.unit().spaced())
                    .collect(Collectors.joining());
            return metric + verb + multiple.comparison().words + " " + Wording.plain(multiple.times())
                    + " times its baseline" + floor + time;
        }
        return metric + " keeps failing" + time;
    }

    /** The rule as the plan has it, in one spelling; it is what the rule is known by. */
    @Override
    @JsonValue
    public String toString() {
        String what = "failing";
        if (condition instanceof Compared compared) {
            what = compared.comparison().sign + " " + compared.text();
        } else if (condition instanceof Multiple multiple) {
            what = multiple.comparison().sign + " " + multiple.text();
        }
        return metric + " " + what + (atOnce() ? "" : " for " + Wording.plan(held));
    }
}
