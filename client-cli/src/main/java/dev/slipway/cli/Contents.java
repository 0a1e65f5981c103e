package dev.slipway.cli;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.slipway.release.Outcome;
import dev.slipway.release.ReleaseReport;
import dev.slipway.trust.Json;
import io.grpc.StatusRuntimeException;
import io.temporal.api.common.v1.Payloads;
import io.temporal.api.enums.v1.HistoryEventFilterType;
import io.temporal.api.history.v1.HistoryEvent;
import io.temporal.api.query.v1.WorkflowQuery;
import io.temporal.api.workflowservice.v1.GetWorkflowExecutionHistoryRequest;
import io.temporal.api.workflowservice.v1.QueryWorkflowRequest;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/** What Slipway keeps in its workflows: what they were started with, their memo, their report and how they ended. */
final class Contents {

    /** A query needs a worker; one that is there answers at once. */
    private static final Duration QUERY = Duration.ofSeconds(4);

    private final Questions questions;
    private final CompletableFuture<ObjectMapper> json = CompletableFuture.supplyAsync(Json::mapper);

    Contents(Questions questions) {
        this.questions = questions;
    }

    /**
     * Makes what an answer's content is read by.
     *
     * @param read what is going to be read
     */
    static void load(Class<?>... read) {
        ObjectMapper mapper = Json.mapper();
        for (Class<?> each : read) {
            mapper.canDeserialize(mapper.constructType(each));
        }
    }

    /** What Slipway keeps in a workflow's memo; nothing where there is none, or one that is none of ours. */
    <T> Optional<T> memo(Execution execution, Class<T> type) {
        return execution.memo().flatMap(bytes -> {
            try {
                return Optional.of(json.join().readValue(bytes, type));
            } catch (IOException | RuntimeException foreign) {
                return Optional.empty();
            }
        });
    }

    /** What a workflow was started with. */
    <T> T input(Execution execution, Class<T> type) {
        return decode(started(execution), type, execution.workflow());
    }

    /** The same; nothing where it is no input of ours: whoever reaches Temporal can start anything. */
    <T> Optional<T> inputIfOurs(Execution execution, Class<T> type) {
        Payloads input = started(execution);
        try {
            return Optional.of(decode(input, type, execution.workflow()));
        } catch (CommandStopped notOurs) {
            return Optional.empty();
        }
    }

    private Payloads started(Execution execution) {
        try {
            HistoryEvent first = questions
                    .soon()
                    .getWorkflowExecutionHistory(GetWorkflowExecutionHistoryRequest.newBuilder()
                            .setNamespace(questions.namespace())
                            .setExecution(execution.id())
                            .setMaximumPageSize(1)
                            .build())
                    .getHistory()
                    .getEvents(0);
            return first.getWorkflowExecutionStartedEventAttributes().getInput();
        } catch (StatusRuntimeException e) {
            throw questions.unreachable(e);
        }
    }

    /** The report of a release or rollback by query; nothing where no worker answers just now. */
    Optional<ReleaseReport> report(Execution execution) {
        try {
            return Optional.of(decode(
                    questions
                            .soon(QUERY)
                            .queryWorkflow(QueryWorkflowRequest.newBuilder()
                                    .setNamespace(questions.namespace())
                                    .setExecution(execution.id())
                                    .setQuery(WorkflowQuery.newBuilder().setQueryType("report"))
                                    .build())
                            .getQueryResult(),
                    ReleaseReport.class,
                    execution.workflow()));
        } catch (StatusRuntimeException e) {
            return switch (e.getStatus().getCode()) {
                case UNAVAILABLE, UNAUTHENTICATED, PERMISSION_DENIED -> throw questions.unreachable(e);
                // no poller, no answer in time, or a workflow task that is retried
                default -> Optional.empty();
            };
        }
    }

    /** How a closed workflow ended. */
    Ended ended(Execution execution) {
        HistoryEvent last;
        try {
            List<HistoryEvent> events = questions
                    .soon()
                    .getWorkflowExecutionHistory(GetWorkflowExecutionHistoryRequest.newBuilder()
                            .setNamespace(questions.namespace())
                            .setExecution(execution.id())
                            .setHistoryEventFilterType(HistoryEventFilterType.HISTORY_EVENT_FILTER_TYPE_CLOSE_EVENT)
                            .setWaitNewEvent(true)
                            .build())
                    .getHistory()
                    .getEventsList();
            if (events.isEmpty()) {
                return new Ended(Optional.empty(), Optional.empty(), "Temporal does not say how it ended");
            }
            last = events.get(events.size() - 1);
        } catch (StatusRuntimeException e) {
            throw questions.unreachable(e);
        }
        return switch (last.getEventType()) {
            case EVENT_TYPE_WORKFLOW_EXECUTION_COMPLETED -> {
                ReleaseReport report = decode(
                        last.getWorkflowExecutionCompletedEventAttributes().getResult(),
                        ReleaseReport.class,
                        execution.workflow());
                yield new Ended(Outcome.named(report.outcome()), Optional.of(report), report.headline());
            }
            case EVENT_TYPE_WORKFLOW_EXECUTION_FAILED -> {
                var failure = last.getWorkflowExecutionFailedEventAttributes().getFailure();
                if (failure.hasCanceledFailureInfo()) { // cancelled, though nobody asked Temporal for it
                    yield cancelled(execution);
                }
                var details = failure.getApplicationFailureInfo();
                Optional<ReleaseReport> report = details.getDetails().getPayloadsCount() == 0
                        ? Optional.empty()
                        : Optional.of(decode(details.getDetails(), ReleaseReport.class, execution.workflow()));
                yield new Ended(Outcome.named(details.getType()), report, failure.getMessage());
            }
            case EVENT_TYPE_WORKFLOW_EXECUTION_CANCELED -> cancelled(execution);
            case EVENT_TYPE_WORKFLOW_EXECUTION_TERMINATED ->
                new Ended(
                        Optional.empty(),
                        Optional.empty(),
                        "terminated in Temporal: "
                                + last.getWorkflowExecutionTerminatedEventAttributes()
                                        .getReason());
            case EVENT_TYPE_WORKFLOW_EXECUTION_TIMED_OUT ->
                new Ended(Optional.empty(), Optional.empty(), "timed out in Temporal");
            default -> new Ended(Optional.empty(), Optional.empty(), "ended by " + last.getEventType());
        };
    }

    /** A cancellation carries no report, so a worker is asked for it; it ends the same without. */
    private Ended cancelled(Execution execution) {
        return new Ended(Optional.of(Outcome.CANCELLED), report(execution), "cancelled");
    }

    private <T> T decode(Payloads payloads, Class<T> type, String workflow) {
        try {
            return json.join().readValue(payloads.getPayloads(0).getData().toByteArray(), type);
        } catch (IOException | RuntimeException e) {
            throw new CommandStopped(
                    ExitCode.INTERNAL_ERROR,
                    "what " + workflow + " holds is not what this version of slipway knows: " + e.getMessage(),
                    e);
        }
    }
}
