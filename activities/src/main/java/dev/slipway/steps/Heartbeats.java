package dev.slipway.steps;

import com.google.protobuf.ByteString;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.temporal.activity.ActivityExecutionContext;
import io.temporal.activity.ActivityInfo;
import io.temporal.api.common.v1.Payloads;
import io.temporal.api.workflowservice.v1.RecordActivityTaskHeartbeatRequest;
import io.temporal.api.workflowservice.v1.RecordActivityTaskHeartbeatResponse;
import io.temporal.client.ActivityCanceledException;
import io.temporal.client.ActivityCompletionException;
import io.temporal.client.ActivityNotExistsException;
import io.temporal.client.ActivityPausedException;
import io.temporal.client.ActivityResetException;
import io.temporal.client.WorkflowClient;
import io.temporal.common.converter.DataConverter;
import io.temporal.payload.context.ActivitySerializationContext;
import io.temporal.serviceclient.MetricsTag;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;

/** The heartbeats of one attempt of one activity. Nobody waits for the answer to one: a thread is not held for it. */
final class Heartbeats {

    /** As the SDK has it. The next beats do not wait for it. */
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private final ActivityExecutionContext context;
    private final ActivityInfo info;
    private final WorkflowClient client;
    private final DataConverter converter;
    private Object encoded;
    private Optional<Payloads> payloads = Optional.empty();

    Heartbeats(ActivityExecutionContext context) {
        this.context = context;
        this.info = context.getInfo();
        this.client = context.getWorkflowClient();
        this.converter = client.getOptions().getDataConverter().withContext(new ActivitySerializationContext(info));
    }

    /** What became of a beat. */
    interface Heard {

        /** @param reason why nobody wants the work any more; empty where it goes on */
        void answered(Optional<ActivityCompletionException> reason);

        void lost();
    }

    /**
     * Sends a beat and returns.
     *
     * @throws RuntimeException where the details can't be sent at all
     */
    void send(Object details, Heard heard) {
        RecordActivityTaskHeartbeatRequest.Builder request = RecordActivityTaskHeartbeatRequest.newBuilder()
                .setTaskToken(ByteString.copyFrom(info.getTaskToken()))
                .setNamespace(info.getNamespace())
                .setIdentity(client.getOptions().getIdentity());
        encoded(details).ifPresent(request::setDetails);
        var answer = client.getWorkflowServiceStubs()
                .futureStub()
                .withOption(MetricsTag.METRICS_TAGS_CALL_OPTIONS_KEY, context.getMetricsScope())
                .withDeadlineAfter(PATIENCE.toMillis(), TimeUnit.MILLISECONDS)
                .withExecutor(Runnable::run)
                .recordActivityTaskHeartbeat(request.build());
        answer.addListener(
                () -> {
                    try {
                        heard.answered(reason(answer.get()));
                    } catch (ExecutionException e) {
                        refused(e.getCause(), heard);
                    } catch (InterruptedException e) {
                        Thread.currentThread().interrupt();
                        heard.lost();
                    }
                },
                Runnable::run);
    }

    /** The same details go with many beats; a watch has new ones only after each round. */
    private Optional<Payloads> encoded(Object details) {
        if (details != encoded) {
            payloads = converter.toPayloads(details);
            encoded = details;
        }
        return details == null ? Optional.empty() : payloads;
    }

    private Optional<ActivityCompletionException> reason(RecordActivityTaskHeartbeatResponse answer) {
        if (answer.getCancelRequested()) {
            return Optional.of(new ActivityCanceledException(info));
        }
        if (answer.getActivityReset()) {
            return Optional.of(new ActivityResetException(info));
        }
        return answer.getActivityPaused() ? Optional.of(new ActivityPausedException(info)) : Optional.empty();
    }

    private void refused(Throwable cause, Heard heard) {
        boolean gone = cause instanceof StatusRuntimeException status
                && status.getStatus().getCode() == Status.Code.NOT_FOUND;
        if (gone) {
            heard.answered(Optional.of(new ActivityNotExistsException(info, cause)));
        } else {
            heard.lost();
        }
    }
}
