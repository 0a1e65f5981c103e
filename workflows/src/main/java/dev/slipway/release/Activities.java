package dev.slipway.release;

import io.temporal.activity.ActivityOptions;
import io.temporal.workflow.Workflow;

/** A release's activities, as its workflow calls them. */
final class Activities {

    private Activities() {}

    static ReleaseActivities with(ActivityOptions options) {
        return Workflow.newActivityStub(ReleaseActivities.class, options);
    }
}
