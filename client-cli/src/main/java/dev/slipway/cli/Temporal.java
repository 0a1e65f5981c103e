package dev.slipway.cli;

import dev.slipway.release.ReleaseReport;
import io.grpc.ManagedChannel;
import io.temporal.api.enums.v1.TaskQueueType;
import io.temporal.api.workflow.v1.WorkflowExecutionExtendedInfo;
import io.temporal.api.workflowservice.v1.DescribeWorkflowExecutionRequest;
import io.temporal.api.workflowservice.v1.WorkflowServiceGrpc;
import io.temporal.client.WorkflowOptions;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * The connection to Temporal, with the few questions that the command line asks. Every call has a deadline of its own; a
 * Temporal that is not there is a {@link CommandStopped} with exit code 18, never a wait.
 */
final class Temporal implements AutoCloseable {

    private final ManagedChannel channel;
    private final String address;
    private final String namespace;
    private final Executions executions;
    private final Contents contents;
    private final Changes changes;

    private Temporal(ManagedChannel channel, TemporalProfile profile) {
        this.channel = channel;
        this.address = profile.address();
        this.namespace = profile.namespace();
        Questions questions = new Questions(channel, profile);
        this.executions = new Executions(questions);
        this.contents = new Contents(questions);
        this.changes = new Changes(channel, profile, questions, executions);
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

    /** Loads the classes that every call needs. */
    static void load() {
        WorkflowServiceGrpc.getDescribeWorkflowExecutionMethod();
        DescribeWorkflowExecutionRequest.newBuilder().build();
        // an answer with a map in it asks for the descriptors of half of Temporal's API
        WorkflowExecutionExtendedInfo.getDescriptor();
    }

    String address() {
        return address;
    }

    String namespace() {
        return namespace;
    }

    /** The newest run of this workflow. */
    Optional<Execution> describe(String workflow) {
        return executions.describe(workflow, "");
    }

    /** One run of this workflow. */
    Optional<Execution> describe(String workflow, String run) {
        return executions.describe(workflow, run);
    }

    /** What runs now, newest first, of one type of workflow. */
    List<Execution> running(String type) {
        return executions.running(type);
    }

    /** All runs of a workflow that are kept, the newest first; only that one where the server knows no queries. */
    List<Execution> runs(String workflow) {
        return executions.runs(workflow);
    }

    /** Who has asked this queue for work lately; nothing where this server cannot say. */
    Optional<Polling> polling(String queue, TaskQueueType type) {
        return executions.polling(queue, type);
    }

    /** What Slipway keeps in a workflow's memo; nothing where there is none, or one that is none of ours. */
    <T> Optional<T> memo(Execution execution, Class<T> type) {
        return contents.memo(execution, type);
    }

    /** What a workflow was started with. */
    <T> T input(Execution execution, Class<T> type) {
        return contents.input(execution, type);
    }

    /** The same; nothing where it is no input of ours. */
    <T> Optional<T> inputIfOurs(Execution execution, Class<T> type) {
        return contents.inputIfOurs(execution, type);
    }

    /** The report of a release or rollback by query; nothing where no worker answers just now. */
    Optional<ReleaseReport> report(Execution execution) {
        return contents.report(execution);
    }

    /** How a closed workflow ended. */
    Ended ended(Execution execution) {
        return contents.ended(execution);
    }

    /** Starts a workflow, or joins the one of the same id that runs; the run that there is now. */
    Execution start(String type, WorkflowOptions options, Object input) {
        return changes.start(type, options, input);
    }

    /**
     * Sends an update and waits for its answer.
     *
     * @param id the id of the statement it carries: the same yes sent twice is one
     * @param most how long to wait for a worker to answer
     * @param arguments what it takes: one, or none
     */
    <T> T update(Execution execution, String name, String id, Class<T> type, Duration most, Object... arguments) {
        return changes.update(execution, name, id, type, most, arguments);
    }

    /** The result of a workflow that ends by itself, waited for so long. */
    <T> T result(Execution execution, Class<T> type, Duration most) {
        return changes.result(execution, type, most);
    }

    void cancel(Execution execution) {
        changes.cancel(execution);
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
