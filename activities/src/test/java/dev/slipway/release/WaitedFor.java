package dev.slipway.release;

import io.temporal.activity.ActivityExecutionContext;
import io.temporal.activity.ManualActivityCompletionClient;
import io.temporal.common.interceptors.ActivityExecutionContextBase;
import io.temporal.common.interceptors.ActivityInboundCallsInterceptor;
import io.temporal.common.interceptors.ActivityInboundCallsInterceptorBase;
import io.temporal.common.interceptors.WorkerInterceptorBase;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/** Waits for activities that answer later: the SDK's test environment for activities alone takes no such answers. */
final class WaitedFor extends WorkerInterceptorBase {

    @Override
    public ActivityInboundCallsInterceptor interceptActivity(ActivityInboundCallsInterceptor next) {
        return new Inbound(next);
    }

    private static final class Inbound extends ActivityInboundCallsInterceptorBase {

        private Optional<Answer> answer = Optional.empty();

        Inbound(ActivityInboundCallsInterceptor next) {
            super(next);
        }

        @Override
        public void init(ActivityExecutionContext context) {
            super.init(new ActivityExecutionContextBase(context) {
                @Override
                public ManualActivityCompletionClient useLocalManualCompletion() {
                    answer = Optional.of(new Answer());
                    return answer.get();
                }
            });
        }

        @Override
        public ActivityOutput execute(ActivityInput input) {
            ActivityOutput output = super.execute(input);
            try {
                return answer.map(later -> new ActivityOutput(later.given.join()))
                        .orElse(output);
            } catch (CompletionException failed) {
                throw (RuntimeException) failed.getCause();
            }
        }
    }

    private static final class Answer implements ManualActivityCompletionClient {

        private final CompletableFuture<Object> given = new CompletableFuture<>();

        @Override
        public void complete(Object result) {
            given.complete(result);
        }

        @Override
        public void fail(Throwable failure) {
            given.completeExceptionally(failure);
        }

        @Override
        public void recordHeartbeat(Object details) {
            throw new UnsupportedOperationException("the pulse beats");
        }

        @Override
        public void reportCancellation(Object details) {
            given.completeExceptionally(new IllegalStateException("cancelled"));
        }
    }
}
