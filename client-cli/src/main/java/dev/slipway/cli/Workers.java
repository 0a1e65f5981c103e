package dev.slipway.cli;

import dev.slipway.release.Queues;
import io.temporal.api.enums.v1.TaskQueueType;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;

/** Whether anybody is there to do the work. Temporal itself would let it wait for ever without a word. */
final class Workers {

    /** A Temporal that has just come back does not know its workers before they ask again. */
    private static final Duration COMES_BACK = Duration.ofSeconds(5);

    private static final Duration BETWEEN = Duration.ofMillis(500);

    private final Temporal temporal;
    private final long began = System.nanoTime();

    Workers(Temporal temporal) {
        this.temporal = temporal;
    }

    /**
     * Queues whose work nobody does, as far as this server can say.
     *
     * @param unpolled those that nobody asks for work
     * @param idle those that are asked, by workers that Temporal gives nothing
     */
    record Absence(List<String> unpolled, Map<String, Polling> idle, String namespace) {

        static final Absence NONE = new Absence(List.of(), Map.of(), "");

        boolean none() {
            return unpolled.isEmpty() && idle.isEmpty();
        }

        boolean of(String queue) {
            return unpolled.contains(queue) || idle.containsKey(queue);
        }

        /** Why nothing goes on, and what to type. */
        String sentence() {
            List<String> parts = new ArrayList<>();
            if (!unpolled.isEmpty()) {
                parts.add("no worker polls " + String.join(" and ", unpolled) + "; start one with `slipway worker`");
            }
            idle.values().stream().findFirst().ifPresent(first -> parts.add(idle(first)));
            return String.join("; ", parts);
        }

        private String idle(Polling polling) {
            Polling.Version poller = polling.pollers().get(0);
            String why = "workers poll " + String.join(" and ", idle.keySet()) + ", but Temporal gives them no work: ";
            String command = "`temporal worker deployment set-current-version --deployment-name "
                    + (poller.none() ? polling.current() : poller).deployment();
            String elsewhere = (namespace.equals("default") ? "" : " --namespace " + namespace) + "`";
            return why
                    + (poller.none()
                            ? "build id '" + polling.current().buildId()
                                    + "' is current there, and they have none; start one with that SLIPWAY_BUILD_ID, or "
                                    + command + " --unversioned"
                            : "build id '" + poller.buildId() + "' is not current; when it shall be: " + command
                                    + " --build-id " + poller.buildId())
                    + elsewhere;
        }
    }

    /** What is missing for an environment. */
    Absence missing(String environment) {
        String activities = Queues.activities(environment);
        // both at once: a far server answers late
        Meanwhile<Optional<Polling>> ofActivities =
                Meanwhile.ask(() -> temporal.polling(activities, TaskQueueType.TASK_QUEUE_TYPE_ACTIVITY));
        List<String> unpolled = new ArrayList<>();
        Map<String, Polling> idle = new LinkedHashMap<>();
        judge(
                Queues.WORKFLOWS,
                temporal.polling(Queues.WORKFLOWS, TaskQueueType.TASK_QUEUE_TYPE_WORKFLOW),
                unpolled,
                idle);
        judge(activities, ofActivities.answer(), unpolled, idle);
        return new Absence(List.copyOf(unpolled), idle, temporal.namespace());
    }

    private static void judge(
            String queue, Optional<Polling> polling, List<String> unpolled, Map<String, Polling> idle) {
        if (polling.filter(Polling::nobody).isPresent()) {
            unpolled.add(queue);
        } else {
            polling.filter(each -> !each.getsWork()).ifPresent(each -> idle.put(queue, each));
        }
    }

    /** For what only a worker can do, and does at once: without one there is nothing to wait for. */
    void require(EnvironmentName environment, String then) {
        await(environment, Absence::none, then);
    }

    /** The same for what a workflow answers by itself: the activities of its environment may be away meanwhile. */
    void requireAnswers(EnvironmentName environment, String then) {
        await(environment, missing -> !missing.of(Queues.WORKFLOWS), then);
    }

    private void await(EnvironmentName environment, Predicate<Absence> enough, String then) {
        for (Absence missing = missing(environment.environment());
                !enough.test(missing);
                missing = missing(environment.environment())) {
            if (Duration.ofNanos(System.nanoTime() - began).compareTo(COMES_BACK) > 0) {
                throw new CommandStopped(ExitCode.UNREACHABLE, missing.sentence() + ". " + then);
            }
            pause();
        }
    }

    /** Why no worker would answer for a workflow of this environment, and what to do; nothing where one may. */
    Optional<String> nobodyTakes(EnvironmentName environment) {
        return Optional.of(missing(environment.environment()))
                .filter(missing -> missing.of(Queues.WORKFLOWS))
                .map(Absence::sentence);
    }

    private static void pause() {
        try {
            Thread.sleep(BETWEEN.toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CommandStopped(ExitCode.UNREACHABLE, "stopped while a worker was looked for", e);
        }
    }
}
