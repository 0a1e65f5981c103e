package dev.slipway.database;

import dev.slipway.process.Pulse;
import dev.slipway.steps.StepContext;
import dev.slipway.steps.StepFailed;
import java.time.Duration;
import java.util.List;

/**
 * The pulse of a step that must not change anything after its lease: somebody else may be at it then. The time is taken by
 * a clock that nobody sets.
 */
public final class LeasedPulse implements Pulse {

    private final Pulse pulse;
    private final String title;
    private final Duration left;
    private final long start = System.nanoTime();

    public LeasedPulse(StepContext context, Pulse pulse) {
        this.pulse = pulse;
        this.title = context.step().title();
        this.left =
                Duration.between(context.served().record().now(), context.step().lease());
    }

    /** @throws StepFailed when the time is over; the server may just have been told to commit */
    @Override
    public void beat(String progress) {
        pulse.beat(progress);
        require(true);
    }

    /**
     * Asked right before the commit.
     *
     * @throws StepFailed when the time is over; then nothing has changed
     */
    public void requireTime() {
        require(false);
    }

    private void require(boolean changed) {
        if (System.nanoTime() - start >= left.toNanos()) {
            throw new StepFailed(
                    title + ": stopped, because its time was over; look which lock it waited for, or raise its"
                            + " `timeouts` in the plan",
                    List.of(),
                    changed);
        }
    }
}
