package dev.slipway.steps;

import dev.slipway.process.Pulse;
import dev.slipway.process.WorkInterrupted;
import io.temporal.activity.ActivityExecutionContext;
import io.temporal.client.ActivityCanceledException;
import io.temporal.client.ActivityCompletionException;
import io.temporal.client.ActivityCompletionFailureException;
import io.temporal.client.ActivityWorkerShutdownException;
import io.temporal.common.converter.RawValue;
import io.temporal.failure.ApplicationFailure;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The pulse of an activity. It beats to Temporal every second, whatever the activity does, so that a short heartbeat
 * timeout finds a dead worker in every phase; and it hears of a cancellation, which the activity learns at its next
 * {@link #beat}. One thread keeps the time of all pulses, and none of them waits for Temporal's answer to another.
 */
public final class ActivityPulse implements Pulse {

    private static final Logger LOG = LoggerFactory.getLogger(ActivityPulse.class);
    private static final Duration EVERY = Duration.ofSeconds(1);

    /** Temporal gives the activity to another attempt by itself; this is for one that has not noticed, as the SDK has it. */
    private static final Duration BEYOND_TIMEOUT = Duration.ofSeconds(5);

    /** So many beats may be without an answer; a server that is slow is not helped by more. */
    private static final int UNANSWERED = 4;

    private static final ThreadLocal<ActivityPulse> CURRENT = new ThreadLocal<>();

    private final ActivityExecutionContext context;
    private final ScheduledExecutorService timer;
    private final Heartbeats heartbeats;
    private final Consumer<ActivityPulse> atEnd;
    private final List<Runnable> listeners = new ArrayList<>();
    private final AtomicInteger unanswered = new AtomicInteger();
    private volatile Object details;
    private volatile boolean ownDetails;
    private volatile boolean ended;
    private volatile boolean later;
    private volatile long heard = System.nanoTime();
    private volatile Optional<ActivityCompletionException> stopped = Optional.empty();

    private ActivityPulse(
            ActivityExecutionContext context, ScheduledExecutorService timer, Consumer<ActivityPulse> atEnd) {
        this.context = context;
        this.timer = timer;
        this.atEnd = atEnd;
        this.heartbeats = new Heartbeats(context);
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

    /** @param atEnd told when the activity has nothing more to say */
    static ActivityPulse begin(
            ActivityExecutionContext context, ScheduledExecutorService timer, Consumer<ActivityPulse> atEnd) {
        ActivityPulse pulse = new ActivityPulse(context, timer, atEnd);
        CURRENT.set(pulse);
        if (!context.getInfo().isLocal()) {
            timer.execute(pulse::send);
        }
        return pulse;
    }

    /** The activity's method has returned; whoever answers {@link #later} goes on with the pulse. */
    void returned() {
        CURRENT.remove();
        if (!later) {
            end();
        }
    }

    void end() {
        ended = true;
        atEnd.accept(this);
    }

    private void send() {
        if (ended || stopped.isPresent()) {
            return;
        }
        Duration timeout = context.getInfo().getHeartbeatTimeout();
        Duration silence = Duration.ofNanos(System.nanoTime() - heard);
        if (!timeout.isZero() && silence.compareTo(timeout.plus(BEYOND_TIMEOUT)) > 0) {
            stop(new ActivityCompletionFailureException(
                    context.getInfo(),
                    new IllegalStateException("Temporal was not reached for " + silence.toSeconds() + " s")));
            return;
        }
        if (unanswered.get() < UNANSWERED) {
            beatOnce();
        }
        timer.schedule(this::send, EVERY.toMillis(), TimeUnit.MILLISECONDS);
    }

    private void beatOnce() {
        unanswered.incrementAndGet();
        try {
            heartbeats.send(details, new Heartbeats.Heard() {
                @Override
                public void answered(Optional<ActivityCompletionException> reason) {
                    unanswered.decrementAndGet();
                    heard = System.nanoTime();
                    reason.ifPresent(ActivityPulse.this::stop);
                }

                @Override
                public void lost() {
                    // Temporal is away for the moment: the next beat may reach it
                    unanswered.decrementAndGet();
                }
            });
        } catch (RuntimeException unsendable) {
            unanswered.decrementAndGet();
            LOG.warn(
                    "heartbeat details of {} are left out: {}",
                    context.getInfo().getActivityType(),
                    unsendable.getMessage());
            details = null;
        }
    }

    private void stop(ActivityCompletionException reason) {
        List<Runnable> told;
        synchronized (listeners) {
            if (ended || stopped.isPresent()) {
                return;
            }
            stopped = Optional.of(reason);
            told = List.copyOf(listeners);
        }
        told.forEach(timer::execute);
    }

    /** This worker is stopped, and does not wait. */
    void stopWithWorker() {
        stop(new ActivityWorkerShutdownException(context.getInfo()));
    }

    /**
     * Whom to tell when nobody wants the work any more; also where that is so already.
     *
     * @param told must not wait: its thread is that of all heartbeats
     */
    public void whenStopped(Runnable told) {
        synchronized (listeners) {
            listeners.add(told);
            if (stopped.isEmpty()) {
                return;
            }
        }
        timer.execute(told);
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

    private boolean cancelled() {
        return stopped.orElse(null) instanceof ActivityCanceledException;
    }

    /** What Temporal is told of work that was interrupted. */
    RuntimeException told(WorkInterrupted interrupted) {
        return cancelled()
                ? new ActivityCanceledException(context.getInfo(), interrupted)
                : ApplicationFailure.newFailureWithCause(
                        interrupted.getMessage(), PulseInterceptor.WORKER_STOPPED, interrupted);
    }

    /**
     * From now on the activity is not over when its method returns, but when this has been given an answer. A method that
     * throws all the same has given its answer by that.
     */
    public LaterAnswer later() {
        later = true;
        return new LaterAnswer(this, context);
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
