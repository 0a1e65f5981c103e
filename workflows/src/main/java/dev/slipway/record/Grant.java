package dev.slipway.record;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The permission to change an environment, given once by {@code open}: which steps, which ids to go back to, until when.
 *
 * @param id the id of the signed statement that asked for it: unique, because a statement is spent once
 * @param kind {@code release}, {@code rollback}, {@code restore} or {@code run} (one phase alone)
 * @param version the version that it brings; the name of the restore where it is one
 * @param plan digest of the plan
 * @param review hash of the review that was approved, empty for a rollback; of the comparison that people have confirmed
 *     for a restore, empty before
 * @param workflow id of the workflow that uses it, for a person who looks
 * @param opened when
 * @param until no step begins after this; undo may
 * @param steps in order
 * @param previousVersion what was live before, empty for a first release; of a restore, the version of the backup
 * @param previous target to the exact id that it goes back to; of a restore, database to the backup
 * @param run the run of that workflow: another run of the same release has nothing to do with this grant
 * @param lane {@code normal}, {@code hotfix}, or empty for a rollback
 * @param approvals ids of the approvals that opened it: each may be revoked until the first step begins
 */
public record Grant(
        String id,
        String kind,
        String version,
        String plan,
        String review,
        String workflow,
        Instant opened,
        Instant until,
        List<Step> steps,
        String previousVersion,
        Map<String, String> previous,
        String run,
        String lane,
        List<String> approvals) {

    public static final String RELEASE = "release";
    public static final String ROLLBACK = "rollback";
    public static final String RESTORE = "restore";
    public static final String RUN = "run";

    public Grant {
        id = id == null ? "" : id;
        kind = kind == null ? "" : kind;
        version = version == null ? "" : version;
        plan = plan == null ? "" : plan;
        opened = opened == null ? Instant.EPOCH : opened;
        until = until == null ? Instant.EPOCH : until;
        review = review == null ? "" : review;
        workflow = workflow == null ? "" : workflow;
        steps = steps == null ? List.of() : List.copyOf(steps);
        previousVersion = previousVersion == null ? "" : previousVersion;
        previous = previous == null ? Map.of() : Collections.unmodifiableMap(new LinkedHashMap<>(previous));
        run = run == null ? "" : run;
        lane = lane == null ? "" : lane;
        approvals = approvals == null ? List.of() : List.copyOf(approvals);
    }

    /** A grant of a run that is not known. */
    public Grant(
            String id,
            String kind,
            String version,
            String plan,
            String review,
            String workflow,
            Instant opened,
            Instant until,
            List<Step> steps,
            String previousVersion,
            Map<String, String> previous) {
        this(
                id,
                kind,
                version,
                plan,
                review,
                workflow,
                opened,
                until,
                steps,
                previousVersion,
                previous,
                "",
                "",
                List.of());
    }

    public Optional<Step> step(int number) {
        return steps.stream().filter(step -> step.number() == number).findFirst();
    }

    public Grant with(Step changed) {
        List<Step> next = new ArrayList<>(steps);
        next.replaceAll(step -> step.number() == changed.number() ? changed : step);
        return new Grant(
                id,
                kind,
                version,
                plan,
                review,
                workflow,
                opened,
                until,
                next,
                previousVersion,
                previous,
                run,
                lane,
                approvals);
    }

    /** A grant that lasts longer: a person has given it more time. */
    public Grant until(Instant later) {
        return new Grant(
                id,
                kind,
                version,
                plan,
                review,
                workflow,
                opened,
                later.isAfter(until) ? later : until,
                steps,
                previousVersion,
                previous,
                run,
                lane,
                approvals);
    }

    /** A restore that people have said yes to. */
    public Grant confirmed(String comparison, List<String> statements) {
        return new Grant(
                id,
                kind,
                version,
                plan,
                comparison,
                workflow,
                opened,
                until,
                steps,
                previousVersion,
                previous,
                run,
                lane,
                statements);
    }

    /** Whether nothing of it has begun. */
    public boolean untouched() {
        return steps.stream().allMatch(step -> step.state() == Step.StepState.PLANNED);
    }

    /** The last step that began, so that a person knows where it stopped. */
    public Optional<Step> lastBegun() {
        return steps.stream()
                .filter(step -> step.state() != Step.StepState.PLANNED)
                .reduce((first, second) -> second);
    }
}
