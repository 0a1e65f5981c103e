package dev.slipway.plan.reading;

import dev.slipway.watch.Misread;
import dev.slipway.watch.Rule;
import java.time.Duration;
import java.util.Optional;

/** The rules as the judge of a watch reads them: what the plan takes is what the worker can judge. */
final class WatchRules implements RuleSyntax {

    @Override
    public Optional<Problem> problem(String rule) {
        try {
            Rule.parse(rule);
            return Optional.empty();
        } catch (Misread misread) {
            return Optional.of(new Problem(misread.column(), "there should stand " + misread.expected()));
        }
    }

    @Override
    public String metric(String rule) {
        return Rule.parse(rule).metric();
    }

    @Override
    public Duration held(String rule) {
        return Rule.parse(rule).held();
    }

    @Override
    public boolean comparesWithBaseline(String rule) {
        return Rule.parse(rule).comparesWithBaseline();
    }

    @Override
    public boolean failing(String rule) {
        return Rule.parse(rule).condition() instanceof Rule.Dead;
    }
}
