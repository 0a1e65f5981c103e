package dev.slipway.plan;

import static dev.slipway.plan.Absent.duration;
import static dev.slipway.plan.Absent.list;
import static dev.slipway.plan.Absent.text;

import java.time.Duration;
import java.util.List;

/**
 * A rollback by a person's hand, and what follows any rollback.
 *
 * @param within the budget
 * @param by names of people who may; the approvers where not given
 * @param lockAfter whether the environment is locked after a rollback until a person unlocks it
 */
public record Rollback(Duration within, List<String> by, String confirm, boolean reason, boolean lockAfter) {
    public Rollback {
        within = duration(within);
        by = list(by);
        confirm = text(confirm);
    }
}
