package dev.slipway.release;

import dev.slipway.plan.ReleasePlan;
import dev.slipway.release.ReleaseActivities.NotifyRequest;
import dev.slipway.release.ReleaseActivities.NotifyResult;
import io.temporal.failure.ActivityFailure;
import io.temporal.workflow.Async;
import io.temporal.workflow.Promise;
import io.temporal.workflow.Workflow;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What people are told through the plan's channels. A release never waits for a channel while it changes something, and one
 * that can't be reached never changes how it ends.
 */
final class Notices {

    private final ReleasePlan plan;
    private final String request;
    private final Story story;
    private final Map<String, Promise<NotifyResult>> underWay = new LinkedHashMap<>();

    Notices(ReleasePlan plan, String request, Story story) {
        this.plan = plan;
        this.request = request;
        this.story = story;
    }

    /** Sends it beside the release, whatever becomes of that; {@link #gather} looks how it went. */
    void send(String event) {
        if (!story.inTheRecord() || plan.channels().isEmpty()) {
            return;
        }
        ReleaseActivities activities = Workflow.newActivityStub(
                ReleaseActivities.class, Limits.notification(plan.environment(), "tell people: " + event));
        NotifyRequest notice = new NotifyRequest(
                plan.service(),
                plan.environment(),
                plan.version(),
                plan.digest(),
                request,
                Workflow.getInfo().getWorkflowId(),
                event);
        Workflow.newDetachedCancellationScope(
                        () -> underWay.put(event, Async.function(activities::notifyPeople, notice)))
                .run();
    }

    /** Waits until everything is sent or given up, and writes down what people were told, and what not. */
    void gather() {
        List<String> told = new ArrayList<>();
        underWay.forEach((event, sending) -> {
            try {
                NotifyResult result = sending.get();
                result.failed().forEach(channel -> story.journal()
                        .warn(story.phase(), "not told of '" + event + "': " + channel));
                if (result.told()) {
                    told.add(event);
                }
            } catch (ActivityFailure failure) {
                story.journal()
                        .warn(
                                story.phase(),
                                ReleaseStopped.by(story.phase(), "notification", failure)
                                        .getMessage());
            }
        });
        if (!told.isEmpty()) {
            story.journal().info(story.phase(), "people were told: " + String.join(", ", told));
        }
        underWay.clear();
    }
}
