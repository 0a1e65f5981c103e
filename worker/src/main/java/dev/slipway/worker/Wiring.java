package dev.slipway.worker;

import dev.slipway.environment.EnvironmentActivitiesImpl;
import dev.slipway.environment.QueueTurns;
import dev.slipway.evidence.EvidenceActivitiesImpl;
import dev.slipway.release.ReleaseActivitiesImpl;
import dev.slipway.release.WordActivitiesImpl;
import dev.slipway.restore.RestoreActivitiesImpl;
import dev.slipway.served.ServedEnvironments;
import dev.slipway.steps.StepObserver;
import io.temporal.client.WorkflowClient;

/** The one place that names the activities' implementations. */
final class Wiring {

    private Wiring() {}

    /** @param searchAttributes whether releases may set them */
    static Object[] activities(
            ServedEnvironments environments, WorkflowClient client, StepObserver observer, boolean searchAttributes) {
        return new Object[] {
            new ReleaseActivitiesImpl(environments, new QueueTurns(client), observer, () -> searchAttributes),
            new WordActivitiesImpl(environments),
            new RestoreActivitiesImpl(environments, observer),
            new EnvironmentActivitiesImpl(environments, client),
            new EvidenceActivitiesImpl(environments, client)
        };
    }
}
