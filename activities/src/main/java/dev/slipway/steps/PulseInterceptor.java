package dev.slipway.steps;

import dev.slipway.process.WorkInterrupted;
import io.temporal.activity.ActivityExecutionContext;
import io.temporal.client.ActivityCanceledException;
import io.temporal.common.interceptors.ActivityInboundCallsInterceptor;
import io.temporal.common.interceptors.ActivityInboundCallsInterceptorBase;
import io.temporal.common.interceptors.WorkerInterceptorBase;
import io.temporal.failure.ApplicationFailure;

/** Gives every activity its {@link ActivityPulse}, and tells Temporal of work that was interrupted what became of it. */
public final class PulseInterceptor extends WorkerInterceptorBase {

    /** The type of failure of an activity that its worker left behind; another attempt goes on. */
    public static final String WORKER_STOPPED = "WorkerStopped";

    @Override
    public ActivityInboundCallsInterceptor interceptActivity(ActivityInboundCallsInterceptor next) {
        return new Inbound(next);
    }

    private static final class Inbound extends ActivityInboundCallsInterceptorBase {

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
            ActivityPulse pulse = ActivityPulse.begin(context);
            try {
                return super.execute(input);
            } catch (WorkInterrupted interrupted) {
                if (pulse.cancelled()) {
                    throw new ActivityCanceledException(context.getInfo(), interrupted);
                }
                throw ApplicationFailure.newFailureWithCause(interrupted.getMessage(), WORKER_STOPPED, interrupted);
            } finally {
                pulse.end();
            }
        }
    }
}
