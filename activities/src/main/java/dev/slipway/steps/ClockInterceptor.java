package dev.slipway.steps;

import io.temporal.activity.ActivityExecutionContext;
import io.temporal.common.interceptors.ActivityInboundCallsInterceptor;
import io.temporal.common.interceptors.ActivityInboundCallsInterceptorBase;
import io.temporal.common.interceptors.WorkerInterceptorBase;
import java.time.Instant;

/** Tells a {@link TemporalClock} of each activity that comes. */
public final class ClockInterceptor extends WorkerInterceptorBase {

    private final TemporalClock clock;

    public ClockInterceptor(TemporalClock clock) {
        this.clock = clock;
    }

    @Override
    public ActivityInboundCallsInterceptor interceptActivity(ActivityInboundCallsInterceptor next) {
        return new ActivityInboundCallsInterceptorBase(next) {
            @Override
            public void init(ActivityExecutionContext context) {
                clock.came(Instant.ofEpochMilli(context.getInfo().getStartedTimestamp()));
                super.init(context);
            }
        };
    }
}
