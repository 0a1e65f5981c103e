package dev.slipway.plan;

import static dev.slipway.plan.Absent.list;
import static dev.slipway.plan.Absent.text;

import java.util.List;

/**
 * The lane for what cannot wait.
 *
 * @param branch the branch whose commits may take it, empty for the environment's
 * @param skip {@code window}, {@code freeze}, names and kinds of gates
 * @param approval who has to say yes; none or one
 */
public record Hotfix(String branch, List<String> skip, List<Approval> approval) {
    public Hotfix {
        branch = text(branch);
        skip = list(skip);
        approval = list(approval);
    }
}
