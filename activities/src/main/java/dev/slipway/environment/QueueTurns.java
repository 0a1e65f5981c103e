package dev.slipway.environment;

import static io.temporal.api.enums.v1.UpdateWorkflowExecutionLifecycleStage.UPDATE_WORKFLOW_EXECUTION_LIFECYCLE_STAGE_COMPLETED;

import dev.slipway.environment.EnvironmentWorkflow.HandOver;
import dev.slipway.environment.EnvironmentWorkflow.Next;
import dev.slipway.release.ReleaseName;
import dev.slipway.steps.Unavailable;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.temporal.activity.Activity;
import io.temporal.activity.ActivityInfo;
import io.temporal.api.common.v1.Payloads;
import io.temporal.api.common.v1.WorkflowExecution;
import io.temporal.api.update.v1.Input;
import io.temporal.api.update.v1.Meta;
import io.temporal.api.update.v1.Request;
import io.temporal.api.update.v1.WaitPolicy;
import io.temporal.api.workflowservice.v1.UpdateWorkflowExecutionRequest;
import io.temporal.api.workflowservice.v1.UpdateWorkflowExecutionResponse;
import io.temporal.client.WorkflowClient;
import io.temporal.client.WorkflowException;
import io.temporal.client.WorkflowNotFoundException;
import io.temporal.common.converter.DataConverter;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The queue of an environment, told by the activity that closes a grant: the next one hears of it while the one before
 * still learns that it is over. Whose turn it is that ends is what Temporal says of the activity, and nothing in its input.
 */
public final class QueueTurns implements Turns {

    private static final Logger LOG = LoggerFactory.getLogger(QueueTurns.class);

    /** A queue answers within a task. */
    private static final Duration ANSWER = Duration.ofSeconds(10);

    /** A queue that hangs must not keep a release from its end: after so many attempts nobody waits for its answer. */
    private static final int ATTEMPTS = 3;

    private final WorkflowClient client;

    public QueueTurns(WorkflowClient client) {
        this.client = client;
    }

    @Override
    public boolean handOver(String service, String environment, Mirror mirror) {
        ActivityInfo caller = Activity.getExecutionContext().getInfo();
        Holder holder = new Holder(caller.getWorkflowId(), caller.getRunId(), "", false, Instant.EPOCH);
        String queue = ReleaseName.environmentWorkflowId(service, environment);
        // the same in every attempt: where the one before died between the answer and the signal, it is answered again
        String id = caller.getRunId() + "/" + caller.getActivityId();
        HandOver handOver = new HandOver(holder, List.of(mirror));
        Next next;
        try {
            next = passedOn(queue, id, handOver);
        } catch (StatusRuntimeException e) {
            boolean there = e.getStatus().getCode() != Status.Code.NOT_FOUND;
            if (there && caller.getAttempt() < ATTEMPTS) {
                throw new Unavailable(queue + " does not say whose turn is next: " + e.getStatus());
            }
            LOG.debug("{} does not say who comes after {}", queue, holder.workflow(), e);
            return signalled(queue, handOver);
        }
        for (int gone = 1; !told(next); gone++) {
            next = passedOn(queue, id + "/" + gone, new HandOver(next.holder().get(0), List.of()));
        }
        return true;
    }

    /** By a call of its own, because the SDK's would wait for as long as no worker takes the question. */
    private Next passedOn(String queue, String id, HandOver handOver) {
        DataConverter converter = client.getOptions().getDataConverter();
        UpdateWorkflowExecutionResponse answer = client.getWorkflowServiceStubs()
                .blockingStub()
                .withDeadlineAfter(ANSWER.toMillis(), TimeUnit.MILLISECONDS)
                .updateWorkflowExecution(UpdateWorkflowExecutionRequest.newBuilder()
                        .setNamespace(client.getOptions().getNamespace())
                        .setWorkflowExecution(WorkflowExecution.newBuilder().setWorkflowId(queue))
                        .setWaitPolicy(WaitPolicy.newBuilder()
                                .setLifecycleStage(UPDATE_WORKFLOW_EXECUTION_LIFECYCLE_STAGE_COMPLETED))
                        .setRequest(Request.newBuilder()
                                .setMeta(Meta.newBuilder().setUpdateId(id))
                                .setInput(Input.newBuilder()
                                        .setName("handOver")
                                        .setArgs(converter.toPayloads(handOver).orElseThrow())))
                        .build());
        if (!answer.getOutcome().hasSuccess()) {
            throw Status.DEADLINE_EXCEEDED.withDescription("no answer yet").asRuntimeException();
        }
        Optional<Payloads> said = Optional.of(answer.getOutcome().getSuccess());
        return converter.fromPayloads(0, said, Next.class, Next.class);
    }

    /** False where the one who has the turn now ended while it waited. */
    private boolean told(Next next) {
        next.outdated().forEach(out -> told(new TurnGranted(out, true)));
        return next.holder().stream().map(TurnGranted::new).allMatch(this::told);
    }

    private boolean told(TurnGranted granted) {
        Holder one = granted.holder();
        try {
            client.newUntypedWorkflowStub(one.workflow(), Optional.of(one.run()), Optional.empty())
                    .signal("turn", granted);
            return true;
        } catch (WorkflowNotFoundException gone) {
            return false;
        }
    }

    /** The queue tells the next itself, as soon as it can. */
    private boolean signalled(String queue, HandOver handOver) {
        try {
            client.newWorkflowStub(EnvironmentWorkflow.class, queue).handOver(handOver);
            return true;
        } catch (WorkflowException gone) {
            LOG.debug("{} did not take the turn of {}", queue, handOver.holder().workflow(), gone);
            return false;
        }
    }
}
