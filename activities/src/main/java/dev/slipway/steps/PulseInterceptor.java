package dev.slipway.steps;

import dev.slipway.process.WorkInterrupted;
import io.temporal.activity.ActivityExecutionContext;
import io.temporal.common.interceptors.ActivityInboundCallsInterceptor;
import io.temporal.common.interceptors.ActivityInboundCallsInterceptorBase;
import io.temporal.common.interceptors.WorkerInterceptorBase;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/** Gives every activity its {@link ActivityPulse}, and tells Temporal of work that was interrupted what became of it. */
public final class PulseInterceptor extends WorkerInterceptorBase {

    /** The type of failure of an activity that its worker left behind; another attempt goes on. */
    public static final String WORKER_STOPPED = "WorkerStopped";

    private final ScheduledExecutorService timer = Timers.idle("pulse");
    private final Set<ActivityPulse> living = ConcurrentHashMap.newKeySet();

    @Override
    public ActivityInboundCallsInterceptor interceptActivity(ActivityInboundCallsInterceptor next) {
        return new Inbound(next);
    }

    /**
     * Tells every activity that this worker stops without waiting for it.
     *
     * @param patience how long to wait until they have said so to Temporal
     */
    public void stop(Duration patience) {
        living.forEach(ActivityPulse::stopWithWorker);
        long end = System.nanoTime() + patience.toNanos();
        synchronized (living) {
            try {
                for (long left = patience.toMillis(); !living.isEmpty() && left > 0; left = millisUntil(end)) {
                    living.wait(left);
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private static long millisUntil(long end) {
        return TimeUnit.NANOSECONDS.toMillis(end - System.nanoTime());
    }

    private void ended(ActivityPulse pulse) {
        synchronized (living) {
            living.remove(pulse);
            living.notifyAll();
        }
    }

    private final class Inbound extends ActivityInboundCallsInterceptorBase {

        private ActivityExecutionContext context;

        Inbound(ActivityInboundCallsInterceptor next) {
            super(next);
        }

        @Override
        public void init(ActivityExecutionContext context) {
            this.context = context;
            super.init(context);
        }

        @Override
        public ActivityOutput execute(ActivityInput input) {
            ActivityPulse pulse = ActivityPulse.begin(context, timer, PulseInterceptor.this::ended);
            living.add(pulse);
            try {
                return super.execute(input);
            } catch (WorkInterrupted interrupted) {
                pulse.end();
                throw pulse.told(interrupted);
            } catch (RuntimeException | Error failed) {
                pulse.end();
                throw failed;
            } finally {
                pulse.returned();
            }
        }
    }
}
