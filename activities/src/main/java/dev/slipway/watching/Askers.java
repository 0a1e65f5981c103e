package dev.slipway.watching;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Iterator;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The threads in which the sources of all watches are asked. Answers take milliseconds, so a few threads do for hundreds of
 * watches; where sources hang, threads are added, one for each question that has had to wait, up to a limit. One place that
 * hangs, such as a metrics server of many services, never takes all of them.
 */
final class Askers {

    private static final Logger LOG = LoggerFactory.getLogger(Askers.class);

    private static final long IDLE_NANOS = TimeUnit.SECONDS.toNanos(5);

    private static final long LOOK_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

    private final int few;
    private final int most;
    private final int perPlace;
    private final ScheduledExecutorService timer;
    private final ThreadFactory factory;
    private final Deque<Question> waiting = new ArrayDeque<>();
    private final Map<String, Integer> asking = new HashMap<>();
    private int threads;
    private int idle;
    private boolean looking;

    /**
     * @param few threads that are used before any question has waited
     * @param most threads however many questions wait
     * @param perPlace questions at once to one place
     * @param timer looks after questions that wait
     */
    Askers(int few, int most, int perPlace, ScheduledExecutorService timer) {
        this(few, most, perPlace, timer, work -> {
            Thread thread = new Thread(work, "watch");
            thread.setDaemon(true);
            return thread;
        });
    }

    Askers(int few, int most, int perPlace, ScheduledExecutorService timer, ThreadFactory factory) {
        this.factory = factory;
        this.few = few;
        this.most = most;
        this.perPlace = perPlace;
        this.timer = timer;
    }

    /** For all watches of a worker: what does for 200 of them while their sources answer, and what a machine can bear. */
    static Askers ofWorker(ScheduledExecutorService timer) {
        return new Askers(6, 160, 48, timer);
    }

    private record Question(String place, FutureTask<?> task, long since, long patience) {}

    /**
     * @param place what is asked, as far as it is shared; empty for what is not
     * @param patience how long it may wait for one of the few before there is one more
     */
    synchronized Future<?> ask(String place, Duration patience, Runnable question) {
        FutureTask<?> task = new FutureTask<>(question, null);
        waiting.add(new Question(place, task, System.nanoTime(), patience.toNanos()));
        if (idle > 0) {
            notify();
        }
        // who was woken a moment ago still counts as idle, and takes one question only
        if (waiting.size() > idle && threads < few) {
            start();
        }
        lookLater();
        return task;
    }

    synchronized int threads() {
        return threads;
    }

    /** @return false where this machine has no more threads; the next look tries again */
    private boolean start() {
        try {
            factory.newThread(this::work).start();
            threads++;
            return true;
        } catch (OutOfMemoryError none) {
            LOG.warn("no thread to ask a source in beside {} others: {}", threads, none.getMessage());
            return false;
        }
    }

    private void work() {
        for (Optional<Question> next = next(); next.isPresent(); next = next()) {
            // an interruption is for the question that was cancelled, not for the next one
            Thread.interrupted();
            next.get().task().run();
            answered(next.get());
        }
    }

    private synchronized Optional<Question> next() {
        long end = System.nanoTime() + IDLE_NANOS;
        Optional<Question> found = found();
        for (long left = IDLE_NANOS; found.isEmpty() && left > 0; left = end - System.nanoTime()) {
            idle++;
            try {
                TimeUnit.NANOSECONDS.timedWait(this, left);
            } catch (InterruptedException cancelled) {
                // meant for a question that is over
            } finally {
                idle--;
            }
            found = found();
        }
        if (found.isEmpty()) {
            threads--;
        }
        return found;
    }

    private Optional<Question> found() {
        for (Iterator<Question> each = waiting.iterator(); each.hasNext(); ) {
            Question question = each.next();
            if (question.task().isCancelled()) {
                each.remove();
            } else if (mayBeAsked(question)) {
                each.remove();
                asking.merge(question.place(), 1, Integer::sum);
                return Optional.of(question);
            }
        }
        return Optional.empty();
    }

    private boolean mayBeAsked(Question question) {
        return question.place().isEmpty() || asking.getOrDefault(question.place(), 0) < perPlace;
    }

    private synchronized void answered(Question question) {
        asking.computeIfPresent(question.place(), (place, count) -> count == 1 ? null : count - 1);
    }

    private void lookLater() {
        if (!looking) {
            timer.schedule(this::look, LOOK_NANOS, TimeUnit.NANOSECONDS);
            looking = true;
        }
    }

    /** One more thread for each question that has waited too long. */
    private synchronized void look() {
        looking = false;
        waiting.removeIf(question -> question.task().isCancelled());
        long now = System.nanoTime();
        long hungry = waiting.stream()
                .filter(question -> now - question.since() >= question.patience() && mayBeAsked(question))
                .count();
        long more = Math.min(hungry - idle, most - threads);
        while (more > 0 && start()) {
            more--;
        }
        if (!waiting.isEmpty()) {
            lookLater();
        }
    }
}
