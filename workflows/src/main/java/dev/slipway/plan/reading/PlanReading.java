package dev.slipway.plan.reading;

import dev.slipway.plan.ReleasePlan;
import java.util.List;
import java.util.Optional;

/**
 * What came of reading a plan file: the plan, or everything that is wrong.
 *
 * @param plan there only where there is no problem at all, in any environment of the file
 * @param problems in the order of the file
 */
public record PlanReading(Optional<ReleasePlan> plan, List<PlanProblem> problems) {
    public PlanReading {
        problems = List.copyOf(problems);
    }
}
