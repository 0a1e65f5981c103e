package dev.slipway.watch;

import java.math.BigDecimal;
import java.util.Optional;

/**
 * What the values of a rule are held against, with the baseline worked in.
 *
 * @param base in base units
 * @param unit what figures are shown in
 * @param note where the limit comes from, in words; empty where the rule says so itself
 */
record Limit(Rule.Comparison comparison, BigDecimal base, Unit unit, String note) {

    /**
     * The limit of a rule; empty for a rule that has none, or one whose baseline is not known.
     *
     * @param baseline the metric's value before the release
     */
    static Optional<Limit> of(Rule rule, Optional<Double> baseline) {
        if (rule.condition() instanceof Rule.Compared compared) {
            return Optional.of(
                    new Limit(compared.comparison(), compared.unit().inBase(compared.number()), compared.unit(), ""));
        }
        if (rule.condition() instanceof Rule.Multiple multiple) {
            return baseline.map(value -> of(multiple, value));
        }
        return Optional.empty();
    }

    private static Limit of(Rule.Multiple multiple, double baseline) {
        Unit unit = multiple.floor().stream().map(Rule.Floor::unit).findFirst().orElse(Unit.NONE);
        BigDecimal limit = BigDecimal.valueOf(baseline).multiply(multiple.times());
        boolean above = multiple.comparison().above();
        for (Rule.Floor floor : multiple.floor()) {
            BigDecimal other = unit.inBase(floor.number());
            limit = above ? limit.max(other) : limit.min(other);
        }
        String note = Wording.plain(multiple.times()) + "x the baseline of " + Wording.figure(unit.of(baseline))
                + unit.spaced();
        return new Limit(multiple.comparison(), limit, unit, note);
    }

    boolean brokenBy(double value) {
        return comparison.holds(value, base.doubleValue());
    }

    /** A value as it is shown. */
    String figure(double value) {
        return Wording.figure(unit.of(value)) + unit.spaced();
    }

    /** A value beside its limit, with as many digits as it takes to tell them apart: never "5 % > 5 %". */
    String figures(double value) {
        BigDecimal number = unit.of(base.doubleValue());
        String limit = note.isEmpty() ? Wording.plain(number) : Wording.figure(number);
        BigDecimal shown = unit.of(value);
        String text = Wording.figure(shown);
        for (int digits = 4; text.equals(limit) && shown.compareTo(number) != 0 && digits <= 17; digits++) {
            text = Wording.figure(shown, digits);
            limit = note.isEmpty() ? limit : Wording.figure(number, digits);
        }
        return text + unit.spaced() + " " + comparison.sign() + " " + limit + unit.spaced()
                + (note.isEmpty() ? "" : " (" + note + ")");
    }
}
