package dev.slipway.cli;

import com.google.protobuf.ByteString;
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
import io.temporal.api.common.v1.Memo;
import io.temporal.api.common.v1.Payload;
import io.temporal.api.common.v1.WorkflowExecution;
import io.temporal.api.enums.v1.WorkflowExecutionStatus;
import io.temporal.api.workflow.v1.WorkflowExecutionInfo;
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
 * takes them. It asks a Temporal of its own, with one environment and one release that waits, what status asks.
 */
@Command(name = "warm-up", hidden = true, description = "For the launcher.")
final class WarmUpCommand implements Callable<Integer> {

    private static final Instant TIME = Instant.parse("2026-01-01T00:00:00Z");

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
                    ? new View(
                            "warm",
                            "up",
                            List.of(holder),
                            List.of(holder),
                            List.of(Mirror.of(1, "", TIME, State.empty())))
                    : release();
            answer.onNext(DescribeWorkflowExecutionResponse.newBuilder()
                    .setWorkflowExecutionInfo(info(workflow, memo))
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

        private static Status release() {
            return new Status("warm", "up", "1", "", "", "ana", "approval", "", "approval", List.of("ben"), TIME, "");
        }

        private static WorkflowExecutionInfo info(String workflow, Object memo) {
            try {
                return WorkflowExecutionInfo.newBuilder()
                        .setExecution(WorkflowExecution.newBuilder()
                                .setWorkflowId(workflow)
                                .setRunId("run"))
                        .setStatus(WorkflowExecutionStatus.WORKFLOW_EXECUTION_STATUS_RUNNING)
                        .setMemo(Memo.newBuilder()
                                .putFields(
                                        Status.MEMO,
                                        Payload.newBuilder()
                                                .setData(ByteString.copyFrom(
                                                        Json.mapper().writeValueAsBytes(memo)))
                                                .build()))
                        .build();
            } catch (IOException e) {
                throw new IllegalStateException("a memo can't be written", e);
            }
        }
    }
}
