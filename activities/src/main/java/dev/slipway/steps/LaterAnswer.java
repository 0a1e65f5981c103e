package dev.slipway.steps;

import dev.slipway.process.WorkInterrupted;
import io.temporal.activity.ActivityExecutionContext;
import io.temporal.activity.ManualActivityCompletionClient;
import io.temporal.client.ActivityCanceledException;
import io.temporal.client.ActivityCompletionException;
import io.temporal.common.converter.DataConverter;
import io.temporal.failure.ApplicationFailure;
import io.temporal.payload.context.ActivitySerializationContext;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The answer of an activity whose method has returned: the work goes on without a thread, its pulse with it, and the worker
 * counts it as under way until it is answered.
 */
public final class LaterAnswer {

    private static final Logger LOG = LoggerFactory.getLogger(LaterAnswer.class);

    private final ActivityPulse pulse;
    private final String activity;
    private final DataConverter converter;
    private final ManualActivityCompletionClient temporal;

    LaterAnswer(ActivityPulse pulse, ActivityExecutionContext context) {
        this.pulse = pulse;
        this.activity = context.getInfo().getActivityType();
        this.converter = context.getWorkflowClient()
                .getOptions()
                .getDataConverter()
                .withContext(new ActivitySerializationContext(context.getInfo()));
        this.temporal = context.useLocalManualCompletion();
    }

    /** Tells Temporal what the work gives, or why it gives nothing. Called once; it waits for Temporal. */
    public void give(Supplier<?> work) {
        try {
            send(work);
        } catch (ActivityCompletionException unheard) {
            LOG.warn(
                    "Temporal did not take the answer of {}; another attempt goes on: {}",
                    activity,
                    unheard.toString());
        } finally {
            pulse.end();
        }
    }

    private void send(Supplier<?> work) {
        Object result;
        try {
            result = work.get();
            // what can't be sent has to be found here, where it can still be said
            converter.toPayloads(result);
        } catch (WorkInterrupted interrupted) {
            interrupted(interrupted);
            return;
        } catch (RuntimeException failed) {
            LOG.warn("{} failed: {}", activity, failed.getMessage());
            temporal.fail(failed);
            return;
        } catch (Error broken) {
            String why = activity + " broke with " + ErrorPlace.of(broken);
            LOG.error(why);
            temporal.fail(ApplicationFailure.newFailure(why, "Unexpected"));
            return;
        }
        temporal.complete(result);
    }

    private void interrupted(WorkInterrupted interrupted) {
        RuntimeException told = pulse.told(interrupted);
        if (told instanceof ActivityCanceledException) {
            temporal.reportCancellation(null);
        } else {
            temporal.fail(told);
        }
    }
}
