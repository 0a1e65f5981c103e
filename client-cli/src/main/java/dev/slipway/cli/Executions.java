package dev.slipway.cli;

import com.google.protobuf.ByteString;
import dev.slipway.release.Status;
import io.grpc.StatusRuntimeException;
import io.temporal.api.common.v1.Payload;
import io.temporal.api.common.v1.WorkflowExecution;
import io.temporal.api.enums.v1.TaskQueueType;
import io.temporal.api.taskqueue.v1.TaskQueue;
import io.temporal.api.workflow.v1.PendingActivityInfo;
import io.temporal.api.workflow.v1.WorkflowExecutionInfo;
import io.temporal.api.workflowservice.v1.DescribeTaskQueueRequest;
import io.temporal.api.workflowservice.v1.DescribeWorkflowExecutionRequest;
import io.temporal.api.workflowservice.v1.DescribeWorkflowExecutionResponse;
import io.temporal.api.workflowservice.v1.ListOpenWorkflowExecutionsRequest;
import io.temporal.api.workflowservice.v1.ListWorkflowExecutionsRequest;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The runs of workflows that Temporal knows, and whether a worker asks for their work. */
final class Executions {

    /** Of a list, the rest is told as "more". */
    private static final int LISTED = 200;

    private final Questions questions;

    Executions(Questions questions) {
        this.questions = questions;
    }

    /** @param run empty for the newest */
    Optional<Execution> describe(String workflow, String run) {
        try {
            DescribeWorkflowExecutionResponse described = questions
                    .soon()
                    .describeWorkflowExecution(DescribeWorkflowExecutionRequest.newBuilder()
                            .setNamespace(questions.namespace())
                            .setExecution(WorkflowExecution.newBuilder()
                                    .setWorkflowId(workflow)
                                    .setRunId(run))
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
            throw questions.unreachable(e);
        }
    }

    /** What runs now, newest first, of one type of workflow. */
    List<Execution> running(String type) {
        List<Execution> found = new ArrayList<>();
        try {
            questions
                    .soon()
                    .listWorkflowExecutions(ListWorkflowExecutionsRequest.newBuilder()
                            .setNamespace(questions.namespace())
                            .setPageSize(LISTED)
                            .setQuery("WorkflowType='" + type + "' AND ExecutionStatus='Running'")
                            .build())
                    .getExecutionsList()
                    .forEach(info -> found.add(execution(info, List.of())));
        } catch (StatusRuntimeException e) {
            if (e.getStatus().getCode() != io.grpc.Status.Code.UNIMPLEMENTED) {
                throw questions.unreachable(e);
            }
            runningSimply(type, found);
        }
        return found;
    }

    /** All runs of a workflow that are kept, the newest first; only that one where the server knows no queries. */
    List<Execution> runs(String workflow) {
        try {
            return questions
                    .soon()
                    .listWorkflowExecutions(ListWorkflowExecutionsRequest.newBuilder()
                            .setNamespace(questions.namespace())
                            .setPageSize(LISTED)
                            .setQuery("WorkflowId='" + workflow + "'")
                            .build())
                    .getExecutionsList()
                    .stream()
                    .map(info -> execution(info, List.of()))
                    .toList();
        } catch (StatusRuntimeException e) {
            if (e.getStatus().getCode() != io.grpc.Status.Code.UNIMPLEMENTED) {
                throw questions.unreachable(e);
            }
            return describe(workflow, "").map(List::of).orElse(List.of());
        }
    }

    /** The in-process server of `slipway dev` knows no queries, and leaves memos out of its lists. */
    private void runningSimply(String type, List<Execution> found) {
        List<String> workflows;
        try {
            workflows = questions
                    .soon()
                    .listOpenWorkflowExecutions(ListOpenWorkflowExecutionsRequest.newBuilder()
                            .setNamespace(questions.namespace())
                            .setMaximumPageSize(LISTED)
                            .build())
                    .getExecutionsList()
                    .stream()
                    .filter(info -> info.getType().getName().equals(type))
                    .map(info -> info.getExecution().getWorkflowId())
                    .toList();
        } catch (StatusRuntimeException e) {
            throw questions.unreachable(e);
        }
        workflows.forEach(
                workflow -> describe(workflow, "").filter(Execution::running).ifPresent(found::add));
    }

    /** Who has asked this queue for work lately; nothing where this server cannot say. */
    Optional<Polling> polling(String queue, TaskQueueType type) {
        try {
            return Optional.of(Polling.of(questions
                    .soon()
                    .describeTaskQueue(DescribeTaskQueueRequest.newBuilder()
                            .setNamespace(questions.namespace())
                            .setTaskQueue(TaskQueue.newBuilder().setName(queue))
                            .setTaskQueueType(type)
                            .build())));
        } catch (StatusRuntimeException e) {
            if (e.getStatus().getCode() == io.grpc.Status.Code.UNIMPLEMENTED) {
                return Optional.empty();
            }
            throw questions.unreachable(e);
        }
    }

    private static Execution execution(WorkflowExecutionInfo info, List<String> retried) {
        Optional<byte[]> memo = Optional.ofNullable(
                        info.getMemo().getFieldsMap().get(Status.MEMO))
                .map(Payload::getData)
                .map(ByteString::toByteArray);
        return new Execution(
                info.getExecution().getWorkflowId(),
                info.getExecution().getRunId(),
                info.getStatus(),
                Instant.ofEpochSecond(
                        info.getStartTime().getSeconds(), info.getStartTime().getNanos()),
                memo,
                retried);
    }

    private static boolean isAboutNamespace(StatusRuntimeException e) {
        String said = String.valueOf(e.getStatus().getDescription());
        return said.startsWith("Namespace ");
    }
}
