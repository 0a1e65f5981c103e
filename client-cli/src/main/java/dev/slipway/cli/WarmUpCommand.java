package dev.slipway.cli;

import dev.slipway.environment.EnvironmentWorkflow.View;
import dev.slipway.environment.Mirror;
import dev.slipway.record.State;
import dev.slipway.release.Status;
import dev.slipway.trust.Json;
import io.temporal.api.common.v1.Memo;
import io.temporal.api.common.v1.Payload;
import io.temporal.api.workflow.v1.WorkflowExecutionInfo;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;

/**
 * Loads what most commands need, once, for the launcher: the classes go into an archive from which every later start
 * takes them. It talks to nobody: port 1 of this machine answers no gRPC.
 */
@Command(name = "warm-up", hidden = true, description = "For the launcher.")
final class WarmUpCommand implements Callable<Integer> {

    private final Shell shell;

    WarmUpCommand(Shell shell) {
        this.shell = shell;
    }

    @Override
    public Integer call() throws IOException {
        View view =
                new View("warm", "up", List.of(), List.of(), List.of(Mirror.of(1, "", Instant.EPOCH, State.empty())));
        byte[] bytes = Json.mapper().writeValueAsBytes(view);
        Json.mapper().readValue(bytes, View.class);
        WorkflowExecutionInfo.parseFrom(WorkflowExecutionInfo.newBuilder()
                .setMemo(Memo.newBuilder()
                        .putFields(
                                Status.MEMO,
                                Payload.newBuilder()
                                        .setData(com.google.protobuf.ByteString.copyFrom(bytes))
                                        .build()))
                .build()
                .toByteArray());
        Connection nowhere = new Connection();
        nowhere.address = "127.0.0.1:1";
        try (Temporal temporal = Temporal.connect(shell, nowhere)) {
            temporal.describe("environment:warm:up");
        } catch (CommandStopped expected) {
            shell.say(expected.getMessage());
        }
        return ExitCode.SUCCEEDED.number();
    }
}
