package dev.slipway.cli;

import dev.slipway.evidence.LookUpWorkflow;
import dev.slipway.evidence.LookUpWorkflow.Found;
import dev.slipway.evidence.LookUpWorkflow.LookUp;
import dev.slipway.release.Queues;
import io.temporal.client.WorkflowOptions;
import java.time.Duration;
import java.util.UUID;

/** A question to the worker that holds an environment's record. */
final class LookingUp {

    private static final Duration ANSWER = Duration.ofSeconds(60);

    private LookingUp() {}

    static Found of(Temporal temporal, EnvironmentName name, LookUp question) {
        new Workers(temporal).require(name, "Only a worker can say what the record of " + name.text() + " holds");
        Execution execution = temporal.start(
                LookUpWorkflow.class.getSimpleName(),
                WorkflowOptions.newBuilder()
                        .setWorkflowId("look-up:" + name.service() + ":" + name.environment() + ":" + UUID.randomUUID())
                        .setTaskQueue(Queues.WORKFLOWS)
                        .setWorkflowExecutionTimeout(Duration.ofMinutes(10))
                        .setStaticSummary("look up the record of " + name.text())
                        .build(),
                question);
        return temporal.result(execution, Found.class, ANSWER);
    }
}
