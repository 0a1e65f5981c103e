package dev.slipway.release;

import dev.slipway.plan.ReleasePlan;
import dev.slipway.record.SignedText;
import dev.slipway.release.ReleaseActivities.PlannedStep;
import dev.slipway.release.ReleaseActivities.WatchRequest;
import dev.slipway.release.ReleaseActivities.WatchResult;
import io.temporal.common.converter.DataConverterException;
import io.temporal.common.converter.Values;
import io.temporal.failure.ActivityFailure;
import io.temporal.failure.TimeoutFailure;
import io.temporal.workflow.Async;
import io.temporal.workflow.CancellationScope;
import io.temporal.workflow.Promise;
import io.temporal.workflow.TimerOptions;
import io.temporal.workflow.Workflow;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The time after a deployment in which a release goes back by itself: a durable timer, raced against one watch. Where the
 * watch can't decide, it is extended once; then a person is asked.
 */
final class RollbackWindow {

    /**
     * The worker ends its watch by its own clock, from when it began. Only where it says nothing so long after the window
     * is it stopped: enough for another one to take over from one that died just then.
     */
    static final Duration LAST_WORD = Duration.ofSeconds(10);

    /** An extension for a rule that does not say how long it would still take. */
    private static final Duration LONGEST_EXTENSION = Duration.ofMinutes(10);

    private final ReleasePlan plan;
    private final ReleaseName name;
    private final Story story;
    private final WatchWords words;
    private final Notices notices;
    private List<SignedText> baseline = List.of();

    RollbackWindow(ReleasePlan plan, ReleaseName name, Story story, WatchWords words, Notices notices) {
        this.plan = plan;
        this.name = name;
        this.story = story;
        this.words = words;
        this.notices = notices;
    }

    /** @param measured what metrics were like before the release, signed by the worker: none or one */
    void comparesWith(List<SignedText> measured) {
        baseline = measured;
    }

    /** Returns when the version may stay, and stops the release when it may not. */
    void watch(PlannedStep step) {
        WatchResult result = watchFor(step, plan.watch().window(), List.of());
        if (undecided(result) && !extended()) {
            Duration more = result.pending().isZero() ? extension() : result.pending();
            story.journal()
                    .warn(
                            Phase.WATCH,
                            "undecided: " + result.text() + "; watches " + DurableTime.words(more) + " longer");
            result = watchFor(step, more, result.state());
        }
        while (undecided(result)) {
            if (extended()) {
                result = watchFor(step, Duration.between(DurableTime.now(), words.watchUntil()), result.state());
            } else {
                askWhatToDo(result);
            }
        }
        result.warnings().forEach(warning -> story.journal().warn(Phase.WATCH, warning));
        if (result.verdict().equals("FAIL")) {
            throw story.stop(Outcome.ROLLED_BACK, result.text());
        }
        story.journal().info(Phase.WATCH, words.finished() ? "finished by a person; " + result.text() : result.text());
    }

    private boolean undecided(WatchResult result) {
        return !result.verdict().equals("PASS") && !result.verdict().equals("FAIL") && !words.finished();
    }

    /** Whether a person wants it watched longer than until now. */
    private boolean extended() {
        return words.watchUntil().isAfter(DurableTime.now());
    }

    private Duration extension() {
        Duration window = plan.watch().window();
        return window.compareTo(LONGEST_EXTENSION) < 0 ? window : LONGEST_EXTENSION;
    }

    private WatchResult watchFor(PlannedStep step, Duration window, List<SignedText> state) {
        Instant closes = DurableTime.now().plus(window);
        WatchRequest request = new WatchRequest(
                plan.service(), plan.environment(), story.grant().grant(), step.number(), state, window, baseline);
        ReleaseActivities activities = Workflow.newActivityStub(
                ReleaseActivities.class,
                Limits.step(
                        plan.environment(),
                        longer(step.timeout(), window.multipliedBy(2)),
                        "watch until " + DurableTime.clock(closes) + ": "
                                + String.join(", ", plan.watch().rollbackWhen())));
        List<Promise<WatchResult>> running = new ArrayList<>();
        CancellationScope watching =
                Workflow.newCancellationScope(() -> running.add(Async.function(activities::watch, request)));
        watching.run();
        Promise<WatchResult> watch = running.get(0);
        CancellationScope timing = Workflow.newCancellationScope(() -> {
            Promise<Void> windowCloses = Workflow.newTimer(
                    window.plus(LAST_WORD),
                    TimerOptions.newBuilder()
                            .setSummary("rollback window closes " + DurableTime.clock(closes))
                            .build());
            Workflow.await(() -> windowCloses.isCompleted() || watch.isCompleted() || words.finished());
        });
        timing.run();
        boolean over = !watch.isCompleted();
        if (over) {
            watching.cancel("the rollback window is over");
        } else {
            timing.cancel("the watch is decided");
        }
        try {
            return watch.get();
        } catch (ActivityFailure failure) {
            if (!ReleaseStopped.isCancellation(failure, watching)) {
                throw ReleaseStopped.by(Phase.WATCH, "watch", failure);
            }
            if (!over) {
                // not the window but the whole release was asked to stop
                throw failure;
            }
            // no worker was there when the window closed, so it has to be watched again, or what is left of it
            return new WatchResult(
                    "INCONCLUSIVE",
                    "no worker judged the end of the rollback window",
                    List.of(),
                    window,
                    failure.getCause() instanceof TimeoutFailure dead
                            ? lastBeat(dead.getLastHeartbeatDetails())
                                    .map(List::of)
                                    .orElse(state)
                            : state);
        }
    }

    private static Duration longer(Duration one, Duration other) {
        return one.compareTo(other) > 0 ? one : other;
    }

    /** What a worker that died in the watch had seen: the next one goes on from there instead of knowing nothing. */
    static Optional<SignedText> lastBeat(Values details) {
        try {
            return details.getSize() == 0 ? Optional.empty() : Optional.ofNullable(details.get(SignedText.class));
        } catch (DataConverterException progress) {
            // a beat from before the first measurement is a sentence for the UI
            return Optional.empty();
        }
    }

    private String otherwise() {
        return story.grant().previousVersion().isEmpty()
                ? "it counts as rolled back, but there is nothing to go back to: it goes on serving"
                : "it is rolled back to " + story.grant().previousVersion();
    }

    private void askWhatToDo(WatchResult result) {
        Duration patience = plan.patience();
        Instant until = DurableTime.now().plus(patience);
        story.waitsFor(new Waiting(
                "a person's word, because the watch can't decide: " + result.text() + " (otherwise " + otherwise()
                        + ")",
                plan.rollback().by(),
                "slipway finish " + name.text() + " (or: slipway extend " + name.text()
                        + " --for 10m, slipway rollback " + plan.service() + "/" + plan.environment() + ")",
                until));
        notices.send("undecided");
        boolean decided = DurableTime.awaitUntil(
                patience,
                "someone has to finish, extend or roll back until " + DurableTime.clock(until),
                () -> words.finished() || extended());
        story.waitsNoMore();
        if (!decided) {
            throw story.stop(
                    Outcome.ROLLED_BACK,
                    "the watch could not decide (" + result.text() + ") and nobody did within "
                            + DurableTime.words(patience));
        }
    }
}
