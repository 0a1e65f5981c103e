package dev.slipway.cli;

import com.google.protobuf.ByteString;
import com.google.protobuf.Duration;
import com.google.protobuf.Timestamp;
import dev.slipway.environment.EnvironmentWorkflow.View;
import dev.slipway.environment.Holder;
import dev.slipway.environment.Mirror;
import dev.slipway.record.State;
import dev.slipway.release.Status;
import dev.slipway.trust.Json;
import io.grpc.InsecureServerCredentials;
import io.grpc.Server;
import io.grpc.okhttp.OkHttpServerBuilder;
import io.grpc.stub.StreamObserver;
import io.temporal.api.common.v1.ActivityType;
import io.temporal.api.common.v1.Memo;
import io.temporal.api.common.v1.Payload;
import io.temporal.api.common.v1.SearchAttributes;
import io.temporal.api.common.v1.WorkerVersionCapabilities;
import io.temporal.api.common.v1.WorkerVersionStamp;
import io.temporal.api.common.v1.WorkflowExecution;
import io.temporal.api.common.v1.WorkflowType;
import io.temporal.api.deployment.v1.WorkerDeploymentOptions;
import io.temporal.api.deployment.v1.WorkerDeploymentVersion;
import io.temporal.api.enums.v1.WorkerVersioningMode;
import io.temporal.api.enums.v1.WorkflowExecutionStatus;
import io.temporal.api.sdk.v1.UserMetadata;
import io.temporal.api.taskqueue.v1.PollerInfo;
import io.temporal.api.taskqueue.v1.TaskQueue;
import io.temporal.api.taskqueue.v1.TaskQueueVersioningInfo;
import io.temporal.api.workflow.v1.PendingActivityInfo;
import io.temporal.api.workflow.v1.PendingWorkflowTaskInfo;
import io.temporal.api.workflow.v1.RequestIdInfo;
import io.temporal.api.workflow.v1.ResetPointInfo;
import io.temporal.api.workflow.v1.ResetPoints;
import io.temporal.api.workflow.v1.WorkflowExecutionConfig;
import io.temporal.api.workflow.v1.WorkflowExecutionExtendedInfo;
import io.temporal.api.workflow.v1.WorkflowExecutionInfo;
import io.temporal.api.workflowservice.v1.DescribeTaskQueueRequest;
import io.temporal.api.workflowservice.v1.DescribeTaskQueueResponse;
import io.temporal.api.workflowservice.v1.DescribeWorkflowExecutionRequest;
import io.temporal.api.workflowservice.v1.DescribeWorkflowExecutionResponse;
import io.temporal.api.workflowservice.v1.GetSystemInfoRequest;
import io.temporal.api.workflowservice.v1.GetSystemInfoResponse;
import io.temporal.api.workflowservice.v1.ListWorkflowExecutionsRequest;
import io.temporal.api.workflowservice.v1.ListWorkflowExecutionsResponse;
import io.temporal.api.workflowservice.v1.WorkflowServiceGrpc;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.io.Reader;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;

/**
 * Loads what most commands need, once, for the launcher: the classes go into an archive from which every later start
 * takes them. It asks a Temporal of its own, with one environment and one release that waits, what status asks; its answers
 * have in them what a real one's have, because each kind of message is a class.
 */
@Command(name = "warm-up", hidden = true, description = "For the launcher.")
final class WarmUpCommand implements Callable<Integer> {

    private static final Instant TIME = Instant.parse("2026-01-01T00:00:00Z");
    private static final Timestamp WHEN =
            Timestamp.newBuilder().setSeconds(TIME.getEpochSecond()).build();
    private static final Duration SECOND = Duration.newBuilder().setSeconds(1).build();

    private final Shell shell;

    WarmUpCommand(Shell shell) {
        this.shell = shell;
    }

    @Override
    public Integer call() throws IOException {
        Server temporal = OkHttpServerBuilder.forPort(
                        new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), InsecureServerCredentials.create())
                .addService(new OneEnvironment())
                .build()
                .start();
        try {
            PrintStream nowhere = new PrintStream(OutputStream.nullOutputStream(), true, StandardCharsets.UTF_8);
            return Main.run(
                    new Shell(
                            Map.of("TEMPORAL_ADDRESS", "127.0.0.1:" + temporal.getPort(), "HOME", "/"),
                            shell.folder(),
                            new BufferedReader(Reader.nullReader()),
                            nowhere,
                            nowhere,
                            "",
                            shell.clock(),
                            shell.pace()),
                    "status",
                    "warm/up");
        } finally {
            temporal.shutdownNow();
        }
    }

    private static final class OneEnvironment extends WorkflowServiceGrpc.WorkflowServiceImplBase {

        @Override
        public void getSystemInfo(GetSystemInfoRequest request, StreamObserver<GetSystemInfoResponse> answer) {
            answer.onNext(GetSystemInfoResponse.getDefaultInstance());
            answer.onCompleted();
        }

        @Override
        public void describeWorkflowExecution(
                DescribeWorkflowExecutionRequest request, StreamObserver<DescribeWorkflowExecutionResponse> answer) {
            String workflow = request.getExecution().getWorkflowId();
            Holder holder = new Holder("release:warm:up:1", "run", "1", false, TIME);
            Object memo = workflow.startsWith("environment")
                    ? new View("warm", "up", List.of(holder), List.of(holder), List.of(eventful()))
                    : release();
            answer.onNext(DescribeWorkflowExecutionResponse.newBuilder()
                    .setWorkflowExecutionInfo(info(workflow, memo))
                    .setExecutionConfig(WorkflowExecutionConfig.newBuilder()
                            .setTaskQueue(TaskQueue.newBuilder().setName("releases"))
                            .setDefaultWorkflowTaskTimeout(SECOND)
                            .setUserMetadata(UserMetadata.newBuilder().setSummary(payload("a summary"))))
                    .setPendingWorkflowTask(PendingWorkflowTaskInfo.newBuilder().setScheduledTime(WHEN))
                    .addPendingActivities(PendingActivityInfo.newBuilder()
                            .setActivityType(ActivityType.newBuilder().setName("Deploy"))
                            .setScheduledTime(WHEN))
                    .setWorkflowExtendedInfo(WorkflowExecutionExtendedInfo.newBuilder()
                            .setOriginalStartTime(WHEN)
                            .putRequestIdInfos("id", RequestIdInfo.getDefaultInstance()))
                    .build());
            answer.onCompleted();
        }

        @Override
        public void listWorkflowExecutions(
                ListWorkflowExecutionsRequest request, StreamObserver<ListWorkflowExecutionsResponse> answer) {
            answer.onNext(ListWorkflowExecutionsResponse.newBuilder()
                    .addExecutions(info("release:warm:up:1", release()))
                    .build());
            answer.onCompleted();
        }

        @Override
        public void describeTaskQueue(
                DescribeTaskQueueRequest request, StreamObserver<DescribeTaskQueueResponse> answer) {
            answer.onNext(DescribeTaskQueueResponse.newBuilder()
                    .addPollers(PollerInfo.newBuilder()
                            .setIdentity("1@worker")
                            .setLastAccessTime(WHEN)
                            .setRatePerSecond(1)
                            .setWorkerVersionCapabilities(WorkerVersionCapabilities.getDefaultInstance())
                            .setDeploymentOptions(WorkerDeploymentOptions.newBuilder()
                                    .setWorkerVersioningMode(WorkerVersioningMode.WORKER_VERSIONING_MODE_UNVERSIONED)))
                    .setVersioningInfo(TaskQueueVersioningInfo.newBuilder()
                            .setCurrentDeploymentVersion(WorkerDeploymentVersion.getDefaultInstance())
                            .setUpdateTime(WHEN))
                    .setEffectiveRateLimit(DescribeTaskQueueResponse.EffectiveRateLimit.newBuilder()
                            .setRequestsPerSecond(1))
                    .build());
            answer.onCompleted();
        }

        /** One of everything that status has a row for. */
        private static Mirror eventful() {
            return new Mirror(
                    1,
                    "",
                    TIME,
                    "",
                    "1.0.0",
                    "5bd88ccdbf72ab",
                    TIME,
                    Map.of("web", "1.0.0"),
                    "0.9.0",
                    List.of(new State.BadMark("1.1.0", "errors", TIME)),
                    List.of(new State.Lock("", "rolled back", TIME, "1.1.0")),
                    "1.2.0, deploy web",
                    List.of(ended("release:warm:up:1", "FAILED"), ended("rollback:warm:up", "ROLLED_BACK")),
                    List.of(new State.Freeze("the fair", TIME, TIME.plusSeconds(1L << 40), "ana")),
                    "",
                    List.of(),
                    "",
                    List.of(new State.Lease("warm/up@1", 1, "deploy web", TIME.plusSeconds(1L << 40))),
                    "1.0.0",
                    List.of("web", "api"),
                    List.of("1.0.0"));
        }

        private static State.Ended ended(String workflow, String outcome) {
            return new State.Ended("1.0.0", "", "", workflow, outcome, "why", List.of("web"), true, "ana", TIME, TIME);
        }

        private static Status release() {
            return new Status("warm", "up", "1", "", "", "ana", "approval", "", "approval", List.of("ben"), TIME, "");
        }

        private static WorkflowExecutionInfo info(String workflow, Object memo) {
            return WorkflowExecutionInfo.newBuilder()
                    .setExecution(WorkflowExecution.newBuilder()
                            .setWorkflowId(workflow)
                            .setRunId("run"))
                    .setStatus(WorkflowExecutionStatus.WORKFLOW_EXECUTION_STATUS_RUNNING)
                    .setType(WorkflowType.newBuilder().setName("ReleaseWorkflow"))
                    .setStartTime(WHEN)
                    .setExecutionTime(WHEN)
                    .setExecutionDuration(SECOND)
                    .setMostRecentWorkerVersionStamp(WorkerVersionStamp.getDefaultInstance())
                    .setSearchAttributes(
                            SearchAttributes.newBuilder().putIndexedFields("BuildIds", payload(List.of("x"))))
                    .setAutoResetPoints(ResetPoints.newBuilder()
                            .addPoints(ResetPointInfo.newBuilder().setCreateTime(WHEN)))
                    .setMemo(Memo.newBuilder().putFields(Status.MEMO, payload(memo)))
                    .build();
        }

        private static Payload payload(Object value) {
            try {
                return Payload.newBuilder()
                        .putMetadata("encoding", ByteString.copyFromUtf8("json/plain"))
                        .setData(ByteString.copyFrom(Json.mapper().writeValueAsBytes(value)))
                        .build();
            } catch (IOException e) {
                throw new IllegalStateException("a memo can't be written", e);
            }
        }
    }
}
