package dev.slipway.steps;

import dev.slipway.process.Pulse;
import dev.slipway.process.WorkInterrupted;
import io.temporal.activity.ActivityExecutionContext;
import io.temporal.client.ActivityCanceledException;
import io.temporal.client.ActivityCompletionException;
import io.temporal.client.ActivityCompletionFailureException;
import io.temporal.common.converter.RawValue;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The pulse of the activity that runs on this thread. It beats to Temporal every second on a thread of its own, whatever
 * the activity does, so that a short heartbeat timeout finds a dead worker in every phase; and it hears of a
 * cancellation, which the activity learns at its next {@link #beat}.
 */
public final class ActivityPulse implements Pulse {

    private static final Logger LOG = LoggerFactory.getLogger(ActivityPulse.class);
    private static final Duration EVERY = Duration.ofSeconds(1);
    private static final ThreadLocal<ActivityPulse> CURRENT = new ThreadLocal<>();

    private final ActivityExecutionContext context;
    private final CountDownLatch ended = new CountDownLatch(1);
    private volatile Object details;
    private volatile boolean ownDetails;
    private volatile Optional<ActivityCompletionException> stopped = Optional.empty();

    private ActivityPulse(ActivityExecutionContext context) {
        this.context = context;
        // what the attempt before has learnt must survive an attempt that dies before it learns anything
        this.details = context.getLastHeartbeatDetails(RawValue.class).orElse(null);
        this.ownDetails = details != null;
    }

    /** @throws IllegalStateException where no activity runs on this thread under a {@link PulseInterceptor} */
    public static ActivityPulse current() {
        ActivityPulse pulse = CURRENT.get();
        if (pulse == null) {
            throw new IllegalStateException(
                    "no activity with a pulse runs on this thread; register PulseInterceptor with the worker factory");
        }
        return pulse;
    }

    static ActivityPulse begin(ActivityExecutionContext context) {
        ActivityPulse pulse = new ActivityPulse(context);
        CURRENT.set(pulse);
        if (!context.getInfo().isLocal()) {
            Thread thread = new Thread(
                    pulse::beatUntilEnded, "pulse of " + context.getInfo().getActivityId());
            thread.setDaemon(true);
            thread.start();
        }
        return pulse;
    }

    void end() {
        ended.countDown();
        CURRENT.remove();
    }

    private void beatUntilEnded() {
        try {
            while (stopped.isEmpty() && !ended.await(0, TimeUnit.MILLISECONDS)) {
                send();
                ended.await(EVERY.toMillis(), TimeUnit.MILLISECONDS);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void send() {
        try {
            context.heartbeat(details);
        } catch (ActivityCompletionFailureException unreachable) {
            // Temporal is away for the moment: the next beat may reach it
        } catch (ActivityCompletionException reason) {
            stopped = Optional.of(reason);
        } catch (RuntimeException unsendable) {
            LOG.warn(
                    "heartbeat details of {} are left out: {}",
                    context.getInfo().getActivityType(),
                    unsendable.getMessage());
            details = null;
        }
    }

    /**
     * Says how far the work is. The text is what the Temporal UI shows of a running activity, until {@link #details} has
     * something of more use to a successor.
     *
     * @throws WorkInterrupted when the activity was cancelled, paused or given to another attempt, and when this worker
     *     stops without waiting for it
     */
    @Override
    public void beat(String progress) {
        if (!ownDetails) {
            details = progress;
        }
        if (stopped.isPresent()) {
            throw new WorkInterrupted(reason(), stopped.get());
        }
        if (Thread.currentThread().isInterrupted()) {
            throw new WorkInterrupted("the worker was stopped");
        }
    }

    private String reason() {
        return context.getInfo().getActivityType()
                + (cancelled()
                        ? " was cancelled"
                        : " is no longer this attempt's: "
                                + stopped.get().getClass().getSimpleName());
    }

    boolean cancelled() {
        return stopped.orElse(null) instanceof ActivityCanceledException;
    }

    /** What every beat carries from now on, and a later attempt finds by {@link #lastDetails}. */
    public void details(Object details) {
        this.ownDetails = true;
        this.details = details;
    }

    /** What the attempt before said last; a hint, for beats are lost with a worker. */
    public <T> Optional<T> lastDetails(Class<T> type) {
        try {
            return context.getLastHeartbeatDetails(type);
        } catch (RuntimeException ofAnotherKind) {
            return Optional.empty();
        }
    }
}
