package dev.slipway.cli;

import dev.slipway.release.Queues;
import io.temporal.api.enums.v1.TaskQueueType;
import java.util.ArrayList;
import java.util.List;

/** Whether anybody is there to do the work. Temporal itself would let it wait for ever without a word. */
final class Workers {

    private final Temporal temporal;

    Workers(Temporal temporal) {
        this.temporal = temporal;
    }

    /** The queues that nobody polls, as far as this server can say. */
    List<String> missing(String environment) {
        List<String> missing = new ArrayList<>();
        if (unpolled(Queues.WORKFLOWS, TaskQueueType.TASK_QUEUE_TYPE_WORKFLOW)) {
            missing.add(Queues.WORKFLOWS);
        }
        if (unpolled(Queues.activities(environment), TaskQueueType.TASK_QUEUE_TYPE_ACTIVITY)) {
            missing.add(Queues.activities(environment));
        }
        return missing;
    }

    private boolean unpolled(String queue, TaskQueueType type) {
        return !temporal.polled(queue, type).orElse(true);
    }

    static String sentence(List<String> queues) {
        return "no worker polls " + String.join(" and ", queues) + "; start one with `slipway worker`";
    }
}
