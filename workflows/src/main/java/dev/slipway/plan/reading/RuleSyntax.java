package dev.slipway.plan.reading;

import java.time.Duration;
import java.util.Optional;

/** How the rules of a watch are written. The reader only needs to know where one is wrong, and what it is about. */
public interface RuleSyntax {

    /**
     * Where a rule is wrong.
     *
     * @param column counted from 1, within the rule
     * @param sentence what was expected there
     */
    record Problem(int column, String sentence) {}

    Optional<Problem> problem(String rule);

    /** The metric that a right rule is about. */
    String metric(String rule);

    /** How long the condition of a right rule has to hold; zero where the first value that breaks it decides. */
    Duration held(String rule);

    /** Whether a right rule compares with what was measured before the release. */
    default boolean comparesWithBaseline(String rule) {
        return false;
    }

    /** Whether a right rule asks only whether the metric's source itself is failing. */
    default boolean failing(String rule) {
        return false;
    }
}
