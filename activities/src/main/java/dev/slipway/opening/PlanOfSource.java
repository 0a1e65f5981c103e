package dev.slipway.opening;

import dev.slipway.plan.ReleasePlan;
import dev.slipway.plan.reading.PlanReader;
import dev.slipway.plan.reading.PlanReading;
import dev.slipway.plan.reading.PlanRequest;
import dev.slipway.served.Served;
import dev.slipway.source.SourceRefused;
import dev.slipway.source.SourceTree;
import dev.slipway.trust.Lane;
import java.util.ArrayList;
import java.util.List;

/**
 * The plan as the source has it: read again from the plan file at the commit, and compared. A plan that came by Temporal is
 * only ever a claim.
 */
final class PlanOfSource {

    private final PlanReader reader = new PlanReader();

    /** Why the claimed plan is not the source's; empty where it is, to the last byte of every file that it names. */
    List<String> problems(Served served, ReleasePlan claimed, Lane lane) {
        String differs =
                served.source().differs(claimed.source().git(), claimed.source().directory());
        if (!differs.isEmpty()) {
            return List.of(differs);
        }
        try {
            SourceTree tree =
                    served.source().at(claimed.commit(), claimed.source().path(), claimed.branch(lane));
            PlanReading reading = reader.read(
                    tree,
                    new PlanRequest(
                            claimed.environment(),
                            claimed.version(),
                            claimed.commit(),
                            claimed.source().path(),
                            claimed.file()));
            if (reading.plan().isEmpty()) {
                List<String> problems = new ArrayList<>();
                reading.problems().forEach(problem -> problems.add(problem.text()));
                return problems;
            }
            return reading.plan().get().digest().equals(claimed.digest())
                    ? List.of()
                    : List.of("the plan is not the one that '" + claimed.file() + "' in the source"
                            + (claimed.commit().isEmpty() ? "" : " at " + claimed.commit())
                            + " gives (digest " + reading.plan().get().digest().substring(0, 12) + ", asked "
                            + claimed.digest().substring(0, 12)
                            + "); were files changed since, or a newer slipway used?");
        } catch (SourceRefused refused) {
            return List.of(refused.getMessage());
        }
    }
}
