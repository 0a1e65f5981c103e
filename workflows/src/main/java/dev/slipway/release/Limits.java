package dev.slipway.release;

import dev.slipway.plan.ReleasePlan;
import io.temporal.activity.ActivityCancellationType;
import io.temporal.activity.ActivityOptions;
import io.temporal.common.RetryOptions;
import java.time.Duration;

/** Every timeout and every retry of a release, in one place, each with its reason. */
public final class Limits {

    /** Worker beats every second; five silent ones mean that it is dead, and another may go on. */
    public static final Duration HEARTBEAT = Duration.ofSeconds(5);

    /** Looking things up in a plan, a record, a repository: a minute covers a slow fetch. */
    private static final Duration LOOK_UP = Duration.ofMinutes(2);

    /** An entry in the record and a few checks. */
    private static final Duration BOOKKEEPING = Duration.ofMinutes(1);

    /** The channels beside each other, each with its own ten seconds and tries; nobody waits longer for a message. */
    private static final Duration NOTIFICATION = Duration.ofMinutes(2);

    /**
     * About ten minutes of an outage (1 + 2 + 4 + 8 s, then every 15 s): a database that fails over or restarts is waited
     * out; one that stays away fails the release while a person still looks.
     */
    private static final int OUTAGE_ATTEMPTS = 45;

    /** Three minutes of fetching and looking, and half a minute for each of a handful of targets. */
    private static final Duration OPENING = Duration.ofMinutes(10);

    /** However often it is tried, and whether or not a worker is there: after this a person has to decide. */
    private static final Duration LONGEST_OUTAGE = Duration.ofHours(1);

    /** A plan's timeout bounds the work; starting, the record and the last beat come on top. */
    private static final Duration SLACK = Duration.ofSeconds(30);

    private Limits() {}

    static ActivityOptions lookUp(ReleasePlan plan, String step, String summary) {
        Duration limit = plan.timeouts().getOrDefault(step, LOOK_UP);
        return base(plan.environment(), summary)
                .setStartToCloseTimeout(limit)
                .setRetryOptions(retry(OUTAGE_ATTEMPTS))
                .build();
    }

    /** For open, close and what has to get into the record however long no worker is there. */
    public static ActivityOptions bookkeeping(String environment, String summary) {
        return base(environment, summary)
                .setStartToCloseTimeout(BOOKKEEPING)
                .setRetryOptions(retry(0))
                .build();
    }

    /** Gates are asked again by what the worker says, until the request is too old to be of use. */
    static ActivityOptions gates(String environment, Duration most, String summary) {
        return base(environment, summary)
                .setStartToCloseTimeout(LOOK_UP)
                .setScheduleToCloseTimeout(most)
                .setRetryOptions(retry(0))
                .build();
    }

    public static ActivityOptions notification(String environment, String summary) {
        return base(environment, summary)
                .setStartToCloseTimeout(NOTIFICATION)
                .setScheduleToCloseTimeout(Duration.ofMinutes(15))
                .setRetryOptions(retry(10))
                .build();
    }

    /** Evidence is worth some tries, and no endless wait: what it is made of lies in the record. */
    public static ActivityOptions evidence(String environment, String summary) {
        return base(environment, summary)
                .setStartToCloseTimeout(LOOK_UP)
                .setScheduleToCloseTimeout(Duration.ofMinutes(10))
                .setRetryOptions(retry(5))
                .build();
    }

    /**
     * Open fetches the source, looks at databases and asks every target what is live; each of them has its own limit, and
     * together they stay below this one.
     */
    public static ActivityOptions opening(String environment, String summary) {
        return base(environment, summary)
                .setStartToCloseTimeout(OPENING)
                .setRetryOptions(retry(OUTAGE_ATTEMPTS))
                .build();
    }

    /** An undo has no time after which nobody tries: it is worth more late than never. */
    public static ActivityOptions undo(String environment, Duration timeout, String summary) {
        return base(environment, summary)
                .setStartToCloseTimeout(timeout.plus(SLACK))
                .setCancellationType(ActivityCancellationType.WAIT_CANCELLATION_COMPLETED)
                .setRetryOptions(retry(OUTAGE_ATTEMPTS))
                .build();
    }

    /** Each target is asked for half a minute at most; more than a few tries would keep people waiting for what they need. */
    public static ActivityOptions survey(String environment, String summary) {
        return base(environment, summary)
                .setStartToCloseTimeout(OPENING)
                .setRetryOptions(retry(3))
                .build();
    }

    /** A step of a grant: the worker itself stops the work at the plan's timeout; this is the net below it. */
    public static ActivityOptions step(String environment, Duration timeout, String summary) {
        return base(environment, summary)
                .setStartToCloseTimeout(timeout.plus(SLACK))
                .setScheduleToCloseTimeout(timeout.plus(LONGEST_OUTAGE))
                .setCancellationType(ActivityCancellationType.WAIT_CANCELLATION_COMPLETED)
                .setRetryOptions(retry(OUTAGE_ATTEMPTS))
                .build();
    }

    private static ActivityOptions.Builder base(String environment, String summary) {
        return ActivityOptions.newBuilder()
                .setTaskQueue(Queues.activities(environment))
                .setHeartbeatTimeout(HEARTBEAT)
                .setSummary(summary);
    }

    private static RetryOptions retry(int attempts) {
        return RetryOptions.newBuilder()
                .setInitialInterval(Duration.ofSeconds(1))
                .setBackoffCoefficient(2)
                .setMaximumInterval(Duration.ofSeconds(15))
                .setMaximumAttempts(attempts)
                .setDoNotRetry(FailureDetail.REFUSED, FailureDetail.STEP_FAILED)
                .build();
    }
}
