package dev.slipway.plan;

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

    /** How long the condition of a right rule has to hold. */
    Duration held(String rule);
}
