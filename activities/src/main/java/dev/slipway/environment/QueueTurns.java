package dev.slipway.environment;

import dev.slipway.environment.EnvironmentWorkflow.HandOver;
import dev.slipway.release.ReleaseName;
import io.temporal.activity.Activity;
import io.temporal.activity.ActivityInfo;
import io.temporal.client.WorkflowClient;
import io.temporal.client.WorkflowException;
import java.time.Instant;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The queue of an environment, told by the activity that closes a grant: the next one hears of it while the one before
 * still learns that it is over. Whose turn it is that ends is what Temporal says of the activity, and nothing in its input.
 */
public final class QueueTurns implements Turns {

    private static final Logger LOG = LoggerFactory.getLogger(QueueTurns.class);

    private final WorkflowClient client;

    public QueueTurns(WorkflowClient client) {
        this.client = client;
    }

    @Override
    public boolean handOver(String service, String environment, Mirror mirror) {
        ActivityInfo caller = Activity.getExecutionContext().getInfo();
        Holder holder = new Holder(caller.getWorkflowId(), caller.getRunId(), "", false, Instant.EPOCH);
        try {
            client.newWorkflowStub(EnvironmentWorkflow.class, ReleaseName.environmentWorkflowId(service, environment))
                    .handOver(new HandOver(holder, List.of(mirror)));
            return true;
        } catch (WorkflowException gone) {
            LOG.debug("the queue of {}/{} did not take the turn of {}", service, environment, holder.workflow(), gone);
            return false;
        }
    }
}
