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
 * @param base the record's state that it was reviewed against and approved for, empty where it goes on after any other
 * @param seen the newest entry of the record when it asked
 */
public record Holder(
        String workflow,
        String run,
        String version,
        boolean rollback,
        Instant asked,
        boolean hotfix,
        boolean passesFreeze,
        String base,
        long seen) {

    public Holder(
            String workflow,
            String run,
            String version,
            boolean rollback,
            Instant asked,
            boolean hotfix,
            boolean passesFreeze) {
        this(workflow, run, version, rollback, asked, hotfix, passesFreeze, "", 0);
    }

    public Holder(String workflow, String run, String version, boolean rollback, Instant asked) {
        this(workflow, run, version, rollback, asked, false, false);
    }

    public Holder {
        workflow = workflow == null ? "" : workflow;
        run = run == null ? "" : run;
        version = version == null ? "" : version;
        asked = asked == null ? Instant.EPOCH : asked;
        base = base == null ? "" : base;
    }

    /** The same one, with what it was approved for. */
    public Holder reviewed(String against, long newest) {
        return new Holder(workflow, run, version, rollback, asked, hotfix, passesFreeze, against, newest);
    }

    /** Whether nothing would open for it: the record has gone on from what it was approved for. An older copy says nothing. */
    boolean isVoid(Mirror copy) {
        return !base.isEmpty() && copy.number() >= seen && !copy.base().equals(base);
    }

    /** Who a message speaks of that names nobody. */
    static Holder nobody() {
        return new Holder("", "", "", false, Instant.EPOCH);
    }

    public boolean same(Holder other) {
        return workflow.equals(other.workflow) && run.equals(other.run);
    }
}
