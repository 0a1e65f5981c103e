package dev.slipway.cli;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.slipway.release.Converter;
import dev.slipway.release.DecisionRefused;
import dev.slipway.release.FailureDetail;
import dev.slipway.release.Outcome;
import dev.slipway.release.ReleaseReport;
import dev.slipway.release.Status;
import dev.slipway.temporal.TlsTrouble;
import dev.slipway.trust.Json;
import io.grpc.ManagedChannel;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.MetadataUtils;
import io.temporal.api.common.v1.Payload;
import io.temporal.api.common.v1.Payloads;
import io.temporal.api.common.v1.WorkflowExecution;
import io.temporal.api.enums.v1.HistoryEventFilterType;
import io.temporal.api.enums.v1.TaskQueueType;
import io.temporal.api.history.v1.HistoryEvent;
import io.temporal.api.query.v1.WorkflowQuery;
import io.temporal.api.taskqueue.v1.TaskQueue;
import io.temporal.api.workflow.v1.PendingActivityInfo;
import io.temporal.api.workflow.v1.WorkflowExecutionExtendedInfo;
import io.temporal.api.workflow.v1.WorkflowExecutionInfo;
import io.temporal.api.workflowservice.v1.DescribeTaskQueueRequest;
import io.temporal.api.workflowservice.v1.DescribeWorkflowExecutionRequest;
import io.temporal.api.workflowservice.v1.DescribeWorkflowExecutionResponse;
import io.temporal.api.workflowservice.v1.GetWorkflowExecutionHistoryRequest;
import io.temporal.api.workflowservice.v1.ListOpenWorkflowExecutionsRequest;
import io.temporal.api.workflowservice.v1.ListWorkflowExecutionsRequest;
import io.temporal.api.workflowservice.v1.QueryWorkflowRequest;
import io.temporal.api.workflowservice.v1.WorkflowServiceGrpc;
import io.temporal.api.workflowservice.v1.WorkflowServiceGrpc.WorkflowServiceBlockingStub;
import io.temporal.client.UpdateOptions;
import io.temporal.client.WorkflowClient;
import io.temporal.client.WorkflowClientOptions;
import io.temporal.client.WorkflowOptions;
import io.temporal.client.WorkflowStub;
import io.temporal.client.WorkflowUpdateException;
import io.temporal.client.WorkflowUpdateStage;
import io.temporal.common.converter.DataConverter;
import io.temporal.failure.ApplicationFailure;
import io.temporal.serviceclient.WorkflowServiceStubs;
import io.temporal.serviceclient.WorkflowServiceStubsOptions;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * The connection to Temporal, with the few questions that the command line asks. Every call has a deadline of its own; a
 * Temporal that is not there is a {@link CommandStopped} with exit code 18, never a wait.
 */
final class Temporal implements AutoCloseable {

    /** Long enough for a far server, short enough for a person. */
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    /** A query needs a worker; one that is there answers at once. */
    private static final Duration QUERY = Duration.ofSeconds(4);

    /** Of a list, the rest is told as "more". */
    private static final int LISTED = 200;

    private final ManagedChannel channel;
    private final TemporalProfile profile;
    private final WorkflowServiceBlockingStub questions;
    private final String address;
    private final String namespace;
    private final CompletableFuture<ObjectMapper> json = CompletableFuture.supplyAsync(Json::mapper);

    private Temporal(ManagedChannel channel, TemporalProfile profile) {
        this.channel = channel;
        this.profile = profile;
        this.questions = WorkflowServiceGrpc.newBlockingStub(channel)
                .withInterceptors(MetadataUtils.newAttachHeadersInterceptor(profile.headers()));
        this.address = profile.address();
        this.namespace = profile.namespace();
    }

    /** Connects as Temporal's own tools do: variables, then the profile in its file. Nothing is sent yet. */
    static Temporal connect(Shell shell, Connection wanted) {
        TemporalProfile profile = TemporalProfile.of(shell, wanted);
        ManagedChannel channel;
        try {
            channel = Channels.open(profile.address(), profile.settings());
        } catch (IllegalArgumentException e) {
            throw new CommandStopped(
                    ExitCode.UNREACHABLE,
                    "'" + profile.address() + "' is no address; give TEMPORAL_ADDRESS as host:port",
                    e);
        }
        channel.getState(true); // connects while the rest is made
        return new Temporal(channel, profile);
    }

    /**
     * Loads the classes that every call needs, and makes what the first answer needs.
     *
     * @param read what is going to be read out of answers
     */
    static void load(Class<?>... read) {
        WorkflowServiceGrpc.getDescribeWorkflowExecutionMethod();
        DescribeWorkflowExecutionRequest.newBuilder().build();
        ObjectMapper mapper = Json.mapper();
        // an answer with a map in it asks for the descriptors of half of Temporal's API
        WorkflowExecutionExtendedInfo.getDescriptor();
        for (Class<?> each : read) {
            mapper.canDeserialize(mapper.constructType(each));
        }
    }

    String address() {
        return address;
    }

    /** The newest run of this workflow. */
    Optional<Execution> describe(String workflow) {
        return describe(workflow, "");
    }

    Optional<Execution> describe(String workflow, String run) {
        try {
            DescribeWorkflowExecutionResponse described = soon(PATIENCE)
                    .describeWorkflowExecution(DescribeWorkflowExecutionRequest.newBuilder()
                            .setNamespace(namespace)
                            .setExecution(id(workflow, run))
                            .build());
            return Optional.of(execution(
                    described.getWorkflowExecutionInfo(),
                    described.getPendingActivitiesList().stream()
                            .filter(PendingActivityInfo::hasLastFailure)
                            .map(activity -> activity.getLastFailure().getMessage())
                            .filter(message -> !message.isBlank())
                            .toList()));
        } catch (StatusRuntimeException e) {
            if (e.getStatus().getCode() == io.grpc.Status.Code.NOT_FOUND && !isAboutNamespace(e)) {
                return Optional.empty();
            }
            throw unreachable(e);
        }
    }

    /** What runs now, newest first, of one type of workflow. */
    List<Execution> running(String type) {
        List<Execution> found = new ArrayList<>();
        try {
            soon(PATIENCE)
                    .listWorkflowExecutions(ListWorkflowExecutionsRequest.newBuilder()
                            .setNamespace(namespace)
                            .setPageSize(LISTED)
                            .setQuery("WorkflowType='" + type + "' AND ExecutionStatus='Running'")
                            .build())
                    .getExecutionsList()
                    .forEach(info -> found.add(execution(info, List.of())));
        } catch (StatusRuntimeException e) {
            if (e.getStatus().getCode() != io.grpc.Status.Code.UNIMPLEMENTED) {
                throw unreachable(e);
            }
            runningSimply(type, found);
        }
        return found;
    }

    /** All runs of a workflow that are kept, the newest first; only that one where the server knows no queries. */
    List<Execution> runs(String workflow) {
        try {
            return soon(PATIENCE)
                    .listWorkflowExecutions(ListWorkflowExecutionsRequest.newBuilder()
                            .setNamespace(namespace)
                            .setPageSize(LISTED)
                            .setQuery("WorkflowId='" + workflow + "'")
                            .build())
                    .getExecutionsList()
                    .stream()
                    .map(info -> execution(info, List.of()))
                    .toList();
        } catch (StatusRuntimeException e) {
            if (e.getStatus().getCode() != io.grpc.Status.Code.UNIMPLEMENTED) {
                throw unreachable(e);
            }
            return describe(workflow).map(List::of).orElse(List.of());
        }
    }

    /** The in-process server of `slipway dev` knows no queries, and leaves memos out of its lists. */
    private void runningSimply(String type, List<Execution> found) {
        List<String> workflows;
        try {
            workflows = soon(PATIENCE)
                    .listOpenWorkflowExecutions(ListOpenWorkflowExecutionsRequest.newBuilder()
                            .setNamespace(namespace)
                            .setMaximumPageSize(LISTED)
                            .build())
                    .getExecutionsList()
                    .stream()
                    .filter(info -> info.getType().getName().equals(type))
                    .map(info -> info.getExecution().getWorkflowId())
                    .toList();
        } catch (StatusRuntimeException e) {
            throw unreachable(e);
        }
        workflows.forEach(
                workflow -> describe(workflow).filter(Execution::running).ifPresent(found::add));
    }

    /**
     * Whether a worker has asked this queue for work lately; nothing where this server cannot say.
     */
    Optional<Boolean> polled(String queue, TaskQueueType type) {
        try {
            return Optional.of(soon(PATIENCE)
                            .describeTaskQueue(DescribeTaskQueueRequest.newBuilder()
                                    .setNamespace(namespace)
                                    .setTaskQueue(TaskQueue.newBuilder().setName(queue))
                                    .setTaskQueueType(type)
                                    .build())
                            .getPollersCount()
                    > 0);
        } catch (StatusRuntimeException e) {
            if (e.getStatus().getCode() == io.grpc.Status.Code.UNIMPLEMENTED) {
                return Optional.empty();
            }
            throw unreachable(e);
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
        try {
            HistoryEvent first = soon(PATIENCE)
                    .getWorkflowExecutionHistory(GetWorkflowExecutionHistoryRequest.newBuilder()
                            .setNamespace(namespace)
                            .setExecution(id(execution.workflow(), execution.run()))
                            .setMaximumPageSize(1)
                            .build())
                    .getHistory()
                    .getEvents(0);
            return decode(first.getWorkflowExecutionStartedEventAttributes().getInput(), type, execution.workflow());
        } catch (StatusRuntimeException e) {
            throw unreachable(e);
        }
    }

    /** The report of a release or rollback by query; nothing where no worker answers just now. */
    Optional<ReleaseReport> report(Execution execution) {
        try {
            return Optional.of(decode(
                    soon(QUERY)
                            .queryWorkflow(QueryWorkflowRequest.newBuilder()
                                    .setNamespace(namespace)
                                    .setExecution(id(execution.workflow(), execution.run()))
                                    .setQuery(WorkflowQuery.newBuilder().setQueryType("report"))
                                    .build())
                            .getQueryResult(),
                    ReleaseReport.class,
                    execution.workflow()));
        } catch (StatusRuntimeException e) {
            return switch (e.getStatus().getCode()) {
                case UNAVAILABLE, UNAUTHENTICATED, PERMISSION_DENIED -> throw unreachable(e);
                // no poller, no answer in time, or a workflow task that is retried
                default -> Optional.empty();
            };
        }
    }

    /** How a closed workflow ended. */
    Ended ended(Execution execution) {
        HistoryEvent last;
        try {
            List<HistoryEvent> events = soon(PATIENCE)
                    .getWorkflowExecutionHistory(GetWorkflowExecutionHistoryRequest.newBuilder()
                            .setNamespace(namespace)
                            .setExecution(id(execution.workflow(), execution.run()))
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
            throw unreachable(e);
        }
        return switch (last.getEventType()) {
            case EVENT_TYPE_WORKFLOW_EXECUTION_COMPLETED -> {
                ReleaseReport report = decode(
                        last.getWorkflowExecutionCompletedEventAttributes().getResult(),
                        ReleaseReport.class,
                        execution.workflow());
                yield new Ended(outcome(report.outcome()), Optional.of(report), report.headline());
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
                yield new Ended(outcome(details.getType()), report, failure.getMessage());
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

    private static Optional<Outcome> outcome(String name) {
        for (Outcome each : Outcome.values()) {
            if (each.name().equals(name)) {
                return Optional.of(each);
            }
        }
        return Optional.empty();
    }

    /** Starts a workflow, or joins the one of the same id that runs; the run that there is now. */
    Execution start(String type, WorkflowOptions options, Object input) {
        WorkflowStub stub = client().newUntypedWorkflowStub(type, options);
        try {
            WorkflowExecution started = stub.start(input);
            return describe(started.getWorkflowId(), started.getRunId())
                    .orElseThrow(() -> new CommandStopped(
                            ExitCode.INTERNAL_ERROR, "Temporal has forgotten " + started.getWorkflowId()));
        } catch (RuntimeException e) {
            throw translated(e);
        }
    }

    /**
     * Sends an update and waits for its answer.
     *
     * @param id the id of the statement it carries: the same yes sent twice is one
     * @param most how long to wait for a worker to answer
     * @param arguments what it takes: one, or none
     */
    <T> T update(Execution execution, String name, String id, Class<T> type, Duration most, Object... arguments) {
        WorkflowStub stub =
                client().newUntypedWorkflowStub(execution.workflow(), Optional.of(execution.run()), Optional.empty());
        CompletableFuture<T> answer = new CompletableFuture<>();
        // the SDK asks again for as long as no worker takes the update, so it does so where it can be left
        Thread asking = new Thread(
                () -> {
                    try {
                        answer.complete(stub.startUpdate(
                                        UpdateOptions.newBuilder(type)
                                                .setUpdateName(name)
                                                .setUpdateId(id)
                                                .setWaitForStage(WorkflowUpdateStage.COMPLETED)
                                                .build(),
                                        arguments)
                                .getResult());
                    } catch (RuntimeException e) {
                        answer.completeExceptionally(e);
                    }
                },
                "update-" + name);
        asking.setDaemon(true);
        asking.start();
        try {
            return answer.get(most.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            throw new CommandStopped(
                    ExitCode.UNREACHABLE,
                    "no worker has answered '" + name + "' within " + most.toSeconds()
                            + " s; it may still count once one is there (`slipway worker`); sending it again is safe",
                    e);
        } catch (ExecutionException e) {
            throw translated(e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CommandStopped(ExitCode.STILL_WAITING, "interrupted while waiting for an answer", e);
        }
    }

    /** The result of a workflow that ends by itself, waited for so long. */
    <T> T result(Execution execution, Class<T> type, Duration most) {
        try {
            return client().newUntypedWorkflowStub(execution.workflow(), Optional.of(execution.run()), Optional.empty())
                    .getResult(most.toMillis(), TimeUnit.MILLISECONDS, type);
        } catch (TimeoutException e) {
            throw new CommandStopped(
                    ExitCode.UNREACHABLE,
                    "no worker has answered within " + most.toSeconds() + " s; look at `slipway worker` and its log",
                    e);
        } catch (RuntimeException e) {
            throw translated(e);
        }
    }

    void cancel(Execution execution) {
        try {
            client().newUntypedWorkflowStub(execution.workflow(), Optional.of(execution.run()), Optional.empty())
                    .cancel();
        } catch (RuntimeException e) {
            throw translated(e);
        }
    }

    private RuntimeException translated(Throwable e) {
        for (Throwable cause = e; cause != null; cause = cause.getCause()) {
            if (cause instanceof CommandStopped stopped) {
                return stopped;
            }
            if (cause instanceof ApplicationFailure failure
                    && (e instanceof WorkflowUpdateException
                            || failure.getType().equals(DecisionRefused.class.getName())
                            || failure.getType().equals(FailureDetail.REFUSED))) {
                return new CommandStopped(ExitCode.NOT_ALLOWED, failure.getOriginalMessage(), e);
            }
            if (cause instanceof StatusRuntimeException status) {
                if (status.getStatus().getCode() == io.grpc.Status.Code.NOT_FOUND) {
                    return new CommandStopped(
                            ExitCode.NOT_ALLOWED, "it has ended already; `slipway watch` says how", e);
                }
                return unreachable(status);
            }
        }
        return e instanceof RuntimeException unexpected ? unexpected : new IllegalStateException(e);
    }

    /** For what changes something. Questions do without the stubs of the SDK: a third of a start. */
    private WorkflowClient client() {
        WorkflowServiceStubsOptions.Builder options =
                WorkflowServiceStubsOptions.newBuilder().setChannel(channel);
        profile.apiKey().ifPresent(key -> options.addApiKey(() -> key));
        profile.ownHeaders().ifPresent(options::setHeaders);
        DataConverter converter = Converter.dataConverter();
        return WorkflowClient.newInstance(
                WorkflowServiceStubs.newServiceStubs(options.build()),
                WorkflowClientOptions.newBuilder()
                        .setNamespace(namespace)
                        .setDataConverter(converter)
                        .build());
    }

    private WorkflowServiceBlockingStub soon(Duration most) {
        return questions.withDeadlineAfter(most.toMillis(), TimeUnit.MILLISECONDS);
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

    private static Execution execution(WorkflowExecutionInfo info, List<String> retried) {
        Optional<byte[]> memo = Optional.ofNullable(
                        info.getMemo().getFieldsMap().get(Status.MEMO))
                .map(Payload::getData)
                .map(com.google.protobuf.ByteString::toByteArray);
        return new Execution(
                info.getExecution().getWorkflowId(),
                info.getExecution().getRunId(),
                info.getStatus(),
                Instant.ofEpochSecond(
                        info.getStartTime().getSeconds(), info.getStartTime().getNanos()),
                memo,
                retried);
    }

    private static WorkflowExecution id(String workflow, String run) {
        return WorkflowExecution.newBuilder()
                .setWorkflowId(workflow)
                .setRunId(run)
                .build();
    }

    private static boolean isAboutNamespace(StatusRuntimeException e) {
        String said = String.valueOf(e.getStatus().getDescription());
        return said.startsWith("Namespace ");
    }

    private CommandStopped unreachable(StatusRuntimeException e) {
        io.grpc.Status status = e.getStatus();
        String sentence =
                switch (status.getCode()) {
                    case UNAVAILABLE, DEADLINE_EXCEEDED ->
                        // what refuses a certificate often does no more than hang up
                        Channels.encrypted(profile.settings())
                                ? "Temporal does not answer over TLS at " + address + reason(e)
                                        + "; look at TEMPORAL_ADDRESS, " + TlsTrouble.VARIABLES
                                : "Temporal does not answer at " + address + reason(e)
                                        + "; start one with `slipway dev`, or set TEMPORAL_ADDRESS";
                    case UNAUTHENTICATED, PERMISSION_DENIED ->
                        "Temporal at " + address + " refuses this client: " + status.getDescription()
                                + "; look at TEMPORAL_API_KEY and the TEMPORAL_TLS_ variables";
                    case NOT_FOUND -> "namespace '" + namespace + "' is not on " + address + "; set TEMPORAL_NAMESPACE";
                    default ->
                        "Temporal at " + address + " answers " + status.getCode() + ": " + status.getDescription();
                };
        return new CommandStopped(ExitCode.UNREACHABLE, sentence, e);
    }

    private static String reason(StatusRuntimeException e) {
        Optional<String> server = TlsTrouble.ofServer(e);
        if (server.isPresent()) {
            return " (" + server.get() + ")";
        }
        Throwable cause = e;
        while (cause.getCause() != null) {
            cause = cause.getCause();
        }
        return cause instanceof StatusRuntimeException || cause.getMessage() == null
                ? ""
                : " (" + cause.getMessage() + ")";
    }

    /** Before the process ends: with live threads in native calls the end would take 300 ms longer. */
    @Override
    public void close() {
        channel.shutdownNow();
        try {
            channel.awaitTermination(200, TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
