package dev.slipway.benchmarks;

import io.temporal.api.history.v1.HistoryEvent;
import io.temporal.client.WorkflowClient;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * Where the time of a workflow went, read from its history.
 *
 * @param events in the history
 * @param total from the first event to the last, ms
 * @param outside of it while no activity ran and no person was waited for, ms
 */
record Story(int events, double total, double outside) {

    private record Span(Instant from, Instant to) {}

    static Story of(WorkflowClient client, String workflow) {
        List<HistoryEvent> events = client.fetchHistory(workflow).getHistory().getEventsList();
        List<Span> busy = new ArrayList<>();
        Instant waitingSince = Instant.MAX;
        for (HistoryEvent event : events) {
            switch (event.getEventType()) {
                case EVENT_TYPE_ACTIVITY_TASK_COMPLETED ->
                    busy.add(new Span(
                            time(event(
                                    events,
                                    event.getActivityTaskCompletedEventAttributes()
                                            .getStartedEventId())),
                            time(event)));
                case EVENT_TYPE_ACTIVITY_TASK_CANCELED ->
                    busy.add(new Span(
                            time(event(
                                    events,
                                    event.getActivityTaskCanceledEventAttributes()
                                            .getStartedEventId())),
                            time(event)));
                case EVENT_TYPE_TIMER_STARTED -> {
                    // the timer that ends the approval begins when people are asked
                    if (waitingSince.equals(Instant.MAX)) {
                        waitingSince = time(event);
                    }
                }
                case EVENT_TYPE_WORKFLOW_EXECUTION_UPDATE_ACCEPTED -> {
                    if (waitingSince.isBefore(time(event))) {
                        busy.add(new Span(waitingSince, time(event)));
                    }
                }
                default -> {
                    // nothing that takes time by itself
                }
            }
        }
        Instant first = time(events.get(0));
        Instant last = time(events.get(events.size() - 1));
        double total = millis(first, last);
        return new Story(events.size(), total, total - covered(busy));
    }

    /** When an activity was scheduled, or completed, the last time; empty where it was not. */
    static Optional<Instant> when(WorkflowClient client, String workflow, String activity, boolean completed) {
        List<HistoryEvent> events = client.fetchHistory(workflow).getHistory().getEventsList();
        Optional<Instant> found = Optional.empty();
        for (HistoryEvent event : events) {
            boolean scheduled = event.hasActivityTaskScheduledEventAttributes()
                    && event.getActivityTaskScheduledEventAttributes()
                            .getActivityType()
                            .getName()
                            .equals(activity);
            boolean done = event.hasActivityTaskCompletedEventAttributes()
                    && event(
                                    events,
                                    event.getActivityTaskCompletedEventAttributes()
                                            .getScheduledEventId())
                            .getActivityTaskScheduledEventAttributes()
                            .getActivityType()
                            .getName()
                            .equals(activity);
            if (completed ? done : scheduled) {
                found = Optional.of(time(event));
            }
        }
        return found;
    }

    private static double covered(List<Span> spans) {
        double covered = 0;
        Instant until = Instant.EPOCH;
        for (Span span : spans.stream().sorted(Comparator.comparing(Span::from)).toList()) {
            Instant from = span.from().isAfter(until) ? span.from() : until;
            if (span.to().isAfter(from)) {
                covered += millis(from, span.to());
                until = span.to();
            }
        }
        return covered;
    }

    private static HistoryEvent event(List<HistoryEvent> events, long id) {
        return events.get((int) id - 1);
    }

    private static Instant time(HistoryEvent event) {
        return Instant.ofEpochSecond(
                event.getEventTime().getSeconds(), event.getEventTime().getNanos());
    }

    private static double millis(Instant from, Instant to) {
        return (to.toEpochMilli() - from.toEpochMilli());
    }
}
