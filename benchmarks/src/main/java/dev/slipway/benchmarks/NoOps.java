package dev.slipway.benchmarks;

import io.temporal.activity.ActivityInterface;
import io.temporal.activity.ActivityOptions;
import io.temporal.workflow.Workflow;
import io.temporal.workflow.WorkflowInterface;
import io.temporal.workflow.WorkflowMethod;
import java.time.Duration;

/** What a release is measured against: a hand-written workflow of twelve activities that do nothing. */
public final class NoOps {

    static final int ACTIVITIES = 12;

    private NoOps() {}

    /** Does nothing. */
    @ActivityInterface
    public interface NoOp {
        String nothing(String input);
    }

    /** Twelve of them, one after the other. */
    @WorkflowInterface
    public interface Twelve {
        @WorkflowMethod
        String run(String input);
    }

    /** Gives back what it is given. */
    public static final class NoOpImpl implements NoOp {
        @Override
        public String nothing(String input) {
            return input;
        }
    }

    /** Public, as the SDK has it. */
    public static final class TwelveImpl implements Twelve {
        private final NoOp noOp = Workflow.newActivityStub(
                NoOp.class,
                ActivityOptions.newBuilder()
                        .setStartToCloseTimeout(Duration.ofMinutes(1))
                        .setTaskQueue("no-ops")
                        .build());

        @Override
        public String run(String input) {
            String last = input;
            for (int i = 0; i < ACTIVITIES; i++) {
                last = noOp.nothing(last);
            }
            return last;
        }
    }
}
