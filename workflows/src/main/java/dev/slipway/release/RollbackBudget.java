package dev.slipway.release;

import io.temporal.failure.CanceledFailure;
import io.temporal.workflow.Async;
import io.temporal.workflow.CancellationScope;
import io.temporal.workflow.Promise;
import io.temporal.workflow.TimerOptions;
import io.temporal.workflow.Workflow;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * The time that a rollback may take before people are told that it takes longer: measured from the decision to go back
 * until the old version is verified. It ends nothing: a rollback is worth more late than never.
 */
public final class RollbackBudget {

    private final Duration within;
    private Instant began = Instant.EPOCH;
    private Optional<CancellationScope> timing = Optional.empty();

    /** @param within zero for no budget */
    public RollbackBudget(Duration within) {
        this.within = within;
    }

    /** @param passed is given the sentence for people when the time is over and the rollback is not */
    public void begins(Consumer<String> passed) {
        began = DurableTime.now();
        if (within.isZero()) {
            return;
        }
        CancellationScope scope = Workflow.newCancellationScope(() -> {
            Promise<Void> timer = Workflow.newTimer(
                    within,
                    TimerOptions.newBuilder()
                            .setSummary("the rollback is to be over by " + DurableTime.clock(began.plus(within)))
                            .build());
            Async.procedure(() -> {
                try {
                    timer.get();
                } catch (CanceledFailure inTime) {
                    return;
                }
                passed.accept("the rollback takes longer than the " + DurableTime.words(within) + " of its plan");
            });
        });
        timing = Optional.of(scope);
        scope.run();
    }

    /** For instance {@code took 38s of 2m}. */
    public String ends() {
        Duration took = Duration.between(began, DurableTime.now());
        timing.ifPresent(scope -> scope.cancel("the rollback is over"));
        return "took " + seconds(took) + (within.isZero() ? "" : " of " + DurableTime.words(within));
    }

    private static String seconds(Duration took) {
        return took.toSeconds() < 10
                ? "%d.%ds".formatted(took.toSeconds(), took.toMillisPart() / 100)
                : DurableTime.words(Duration.ofSeconds(took.toSeconds()));
    }
}
