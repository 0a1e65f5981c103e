package dev.slipway.watching;

import dev.slipway.record.SignedText;
import dev.slipway.record.StepKind;
import dev.slipway.release.Answer;
import dev.slipway.release.ReleaseActivities.BaselineResult;
import dev.slipway.release.ReleaseActivities.StepRequest;
import dev.slipway.release.ReleaseActivities.StepResult;
import dev.slipway.release.ReleaseActivities.WatchRequest;
import dev.slipway.release.ReleaseActivities.WatchResult;
import dev.slipway.served.Served;
import dev.slipway.steps.ActivityPulse;
import dev.slipway.steps.LaterAnswer;
import dev.slipway.steps.OpenStep;
import dev.slipway.steps.StepFailed;
import dev.slipway.steps.Steps;
import dev.slipway.steps.Unavailable;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/** The watches of this worker. Each lasts for minutes or hours, and holds no thread of its own meanwhile. */
public final class Watching {

    /** Ends at once: each writes to its record and answers Temporal. Others wait for their turn. */
    private static final int ENDS = 4;

    /** Pieces of measurements that are kept at once; a store that is slow with them must not hold up an end. */
    private static final int KEEPERS = 2;

    private final MetricSources sources;
    private final Steps steps;
    private final Executor ends;
    private final Executor keepers;

    public Watching(MetricSources sources, Steps steps) {
        this(sources, steps, threads(ENDS, "end of a watch"), threads(KEEPERS, "measurements of watches"));
    }

    /**
     * @param ends judges watches that are over, and tells Temporal
     * @param keepers writes measurements
     */
    Watching(MetricSources sources, Steps steps, Executor ends, Executor keepers) {
        this.sources = sources;
        this.steps = steps;
        this.ends = ends;
        this.keepers = keepers;
    }

    private static Executor threads(int most, String name) {
        ThreadPoolExecutor threads =
                new ThreadPoolExecutor(most, most, 5, TimeUnit.SECONDS, new LinkedBlockingQueue<>(), work -> {
                    Thread thread = new Thread(work, name);
                    thread.setDaemon(true);
                    return thread;
                });
        threads.allowCoreThreadTimeOut(true);
        return threads;
    }

    /**
     * Begins a watch, which the activity's later answer tells the end of.
     *
     * @return what is known at once, where there is nothing left to watch; of no meaning where the answer comes later
     */
    public WatchResult begin(Served served, WatchRequest request, ActivityPulse pulse) {
        Optional<WatchDuty.Bound> from = pulse.lastDetails(SignedText.class)
                .or(() -> request.state().stream().findFirst())
                .flatMap(signed -> WatchDuty.genuine(served.record(), request.grant(), request.step(), signed));
        WatchDuty duty = new WatchDuty(
                sources, request.length(), from, request.baseline().stream().findFirst(), pulse::details, keepers);
        StepRequest wanted = new StepRequest(request.service(), request.environment(), request.grant(), request.step());
        return result(served, duty, () -> {
            OpenStep.Begun begun = steps.open(served, wanted, StepKind.WATCH, duty, pulse);
            if (begun.before().isPresent()) {
                return begun.before().get();
            }
            return begin(served, duty, begun.step().orElseThrow(), pulse);
        });
    }

    /**
     * Begins to measure what is before a release, which the activity's later answer tells.
     *
     * @return what is known at once; of no meaning where the answer comes later
     */
    public BaselineResult measureBefore(Served served, String grant, ActivityPulse pulse) {
        Baselining before = new Baselining(sources, served, grant);
        if (before.isKnown()) {
            return before.known();
        }
        LaterAnswer later = pulse.later();
        Watcher.Watch rounds = before.begin(
                pulse, result -> over(served, "a baseline", () -> {}, later, () -> Answer.of(served, result)));
        pulse.whenStopped(() -> ends.execute(() -> Baselining.stopped(rounds, pulse)));
        return new BaselineResult(List.of(), List.of(), List.of());
    }

    private StepResult begin(Served served, WatchDuty duty, OpenStep step, ActivityPulse pulse) {
        try {
            return begun(served, duty, step, pulse);
        } catch (RuntimeException | Error broken) {
            // a lock that nobody gives back stops every later release until this worker does
            step.close();
            throw broken;
        }
    }

    private StepResult begun(Served served, WatchDuty duty, OpenStep step, ActivityPulse pulse) {
        WatchDuty.Prepared prepared;
        try {
            prepared = duty.prepare(step.context());
        } catch (RuntimeException refused) {
            return step.end(() -> {
                throw refused;
            });
        }
        LaterAnswer later = pulse.later();
        Watcher.Watch watch = prepared.begin(
                pulse,
                judging -> over(
                        served,
                        "the end of a watch",
                        step::close,
                        later,
                        () -> Answer.of(
                                served,
                                () -> result(served, duty, () -> {
                                    try (step) {
                                        return step.end(judging);
                                    }
                                }))));
        // judging may take a while, and the thread that tells of the stop is the one of every activity's heartbeats
        pulse.whenStopped(() -> ends.execute(() -> WatchDuty.stopped(watch, pulse)));
        return new StepResult("", Map.of(), List.of(), "");
    }

    /** @param release what is given back where nobody can tell the answer */
    private void over(Served served, String what, Runnable release, LaterAnswer later, Supplier<?> answer) {
        try {
            ends.execute(() -> later.give(answer));
        } catch (RuntimeException | Error noThread) {
            // mostly the thread of a question, which was cancelled with its watch; Temporal has to be told all the same
            boolean interrupted = Thread.interrupted();
            try {
                release.run();
                later.give(() -> Answer.of(served, () -> {
                    throw new Unavailable(what + " found no thread of this worker: " + noThread.getMessage()
                            + "; another attempt goes on");
                }));
            } finally {
                if (interrupted) {
                    Thread.currentThread().interrupt();
                }
            }
        }
    }

    private static WatchResult result(Served served, WatchDuty duty, Supplier<StepResult> step) {
        try {
            StepResult done = step.get();
            return new WatchResult("PASS", done.summary(), duty.result().warnings(), Duration.ZERO, List.of());
        } catch (StepFailed failed) {
            return new WatchResult(
                    "FAIL",
                    served.secrets().redact(failed.getMessage()),
                    duty.result().warnings(),
                    Duration.ZERO,
                    List.of());
        } catch (WatchDuty.Undecided undecided) {
            return undecided.result();
        }
    }
}
