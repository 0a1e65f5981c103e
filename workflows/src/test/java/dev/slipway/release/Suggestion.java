package dev.slipway.release;

import com.google.protobuf.Message;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.ClientInterceptor;
import io.grpc.ForwardingClientCall.SimpleForwardingClientCall;
import io.grpc.ForwardingClientCallListener.SimpleForwardingClientCallListener;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.temporal.api.enums.v1.EventType;
import io.temporal.api.history.v1.History;
import io.temporal.api.history.v1.HistoryEvent;
import io.temporal.api.workflowservice.v1.GetWorkflowExecutionHistoryResponse;
import io.temporal.api.workflowservice.v1.PollWorkflowTaskQueueResponse;

/**
 * A server that suggests to continue as new from this event of a history on, to its workers and in the history that it
 * shows. The test server does so after 4096 events only, and a real one as late.
 */
record Suggestion(long fromEvent) implements ClientInterceptor {

    @Override
    public <Q, A> ClientCall<Q, A> interceptCall(MethodDescriptor<Q, A> method, CallOptions options, Channel next) {
        return new SimpleForwardingClientCall<>(next.newCall(method, options)) {
            @Override
            public void start(Listener<A> listener, Metadata headers) {
                super.start(
                        new SimpleForwardingClientCallListener<>(listener) {
                            @Override
                            public void onMessage(A answer) {
                                super.onMessage(suggesting(answer));
                            }
                        },
                        headers);
            }
        };
    }

    @SuppressWarnings("unchecked")
    private <A> A suggesting(A answer) {
        Message suggesting = (Message) answer;
        if (answer instanceof PollWorkflowTaskQueueResponse task) {
            suggesting =
                    task.toBuilder().setHistory(suggesting(task.getHistory())).build();
        } else if (answer instanceof GetWorkflowExecutionHistoryResponse page) {
            suggesting =
                    page.toBuilder().setHistory(suggesting(page.getHistory())).build();
        }
        return (A) suggesting;
    }

    private History suggesting(History history) {
        History.Builder builder = history.toBuilder();
        for (HistoryEvent.Builder event : builder.getEventsBuilderList()) {
            if (event.getEventId() >= fromEvent && event.getEventType() == EventType.EVENT_TYPE_WORKFLOW_TASK_STARTED) {
                event.getWorkflowTaskStartedEventAttributesBuilder().setSuggestContinueAsNew(true);
            }
        }
        return builder.build();
    }
}
