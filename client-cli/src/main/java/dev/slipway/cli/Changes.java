package dev.slipway.cli;

import dev.slipway.release.Converter;
import dev.slipway.release.DecisionRefused;
import dev.slipway.release.FailureDetail;
import io.grpc.ManagedChannel;
import io.grpc.StatusRuntimeException;
import io.temporal.api.common.v1.WorkflowExecution;
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
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** What the command line changes in Temporal: workflows that it starts and cancels, and what it says to them. */
final class Changes {

    private final ManagedChannel channel;
    private final TemporalProfile profile;
    private final Questions questions;
    private final Executions executions;

    Changes(ManagedChannel channel, TemporalProfile profile, Questions questions, Executions executions) {
        this.channel = channel;
        this.profile = profile;
        this.questions = questions;
        this.executions = executions;
    }

    /** Starts a workflow, or joins the one of the same id that runs; the run that there is now. */
    Execution start(String type, WorkflowOptions options, Object input) {
        WorkflowStub stub = client().newUntypedWorkflowStub(type, options);
        try {
            WorkflowExecution started = stub.start(input);
            return executions
                    .describe(started.getWorkflowId(), started.getRunId())
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
        WorkflowStub stub = stub(execution);
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
            return stub(execution).getResult(most.toMillis(), TimeUnit.MILLISECONDS, type);
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
            stub(execution).cancel();
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
                return questions.unreachable(status);
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
                        .setNamespace(profile.namespace())
                        .setDataConverter(converter)
                        .build());
    }

    private WorkflowStub stub(Execution execution) {
        return client().newUntypedWorkflowStub(execution.workflow(), Optional.of(execution.run()), Optional.empty());
    }
}
