package dev.slipway.environment;

import java.time.Instant;

/**
 * Somebody who asks for the turn, or has it.
 *
 * @param workflow id of the release or rollback workflow
 * @param run its run id: a new run of the same release is another holder
 * @param version what it brings
 * @param rollback whether it goes back: it goes first, and passes locks and freezes
 * @param asked when it asked
 * @param hotfix whether it goes before what is not
 * @param passesFreeze whether its plan lets it pass a freeze
 */
public record Holder(
        String workflow,
        String run,
        String version,
        boolean rollback,
        Instant asked,
        boolean hotfix,
        boolean passesFreeze) {

    public Holder(String workflow, String run, String version, boolean rollback, Instant asked) {
        this(workflow, run, version, rollback, asked, false, false);
    }

    public Holder {
        workflow = workflow == null ? "" : workflow;
        run = run == null ? "" : run;
        version = version == null ? "" : version;
        asked = asked == null ? Instant.EPOCH : asked;
    }

    /** Who a message speaks of that names nobody. */
    static Holder nobody() {
        return new Holder("", "", "", false, Instant.EPOCH);
    }

    public boolean same(Holder other) {
        return workflow.equals(other.workflow) && run.equals(other.run);
    }
}
