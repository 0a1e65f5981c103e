package dev.slipway.deploy;

import dev.slipway.process.Pulse;
import dev.slipway.process.WorkInterrupted;
import dev.slipway.steps.StepFailed;
import dev.slipway.steps.Unavailable;
import dev.slipway.vendor.VendorFailure;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * The one way in which targets work at a vendor: what passes is tried again by Temporal, which looks up first; what does not
 * pass fails the step; what was asked for is followed to its end, and not believed before.
 */
final class VendorWork {

    /** What asked for too often is a rate limit. */
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(5);

    private final String target;
    private final Duration limit;
    private final VendorTimes times;
    private final Pulse pulse;
    private boolean changed;

    /**
     * @param target name of the target
     * @param limit how long all of it may take
     */
    VendorWork(String target, Duration limit, VendorTimes times, Pulse pulse) {
        this.target = target;
        this.limit = limit;
        this.times = times;
        this.pulse = pulse;
    }

    /** Looks something up, or does what may be done twice. */
    <T> T ask(Supplier<T> question) {
        try {
            return question.get();
        } catch (VendorFailure failure) {
            throw passedOn(failure);
        }
    }

    /** Does what must not be done twice. Empty where nobody knows whether it was done: look, and don't ask again. */
    <T> Optional<T> change(Supplier<T> mutation) {
        boolean before = changed;
        changed = true;
        try {
            return Optional.of(mutation.get());
        } catch (VendorFailure failure) {
            if (!failure.type().passes()) {
                changed = before;
                throw passedOn(failure);
            }
            if (failure.type() == VendorFailure.Type.VENDOR_RATE_LIMITED) {
                changed = before;
                throw passedOn(failure);
            }
            return Optional.empty();
        }
    }

    /** From now on a failure leaves the world another one. */
    void hasChanged() {
        changed = true;
    }

    /**
     * Looks again and again.
     *
     * @param look empty to look again
     * @param doing what is waited for, in one short line
     */
    <T> T follow(
            Duration most, Supplier<Optional<T>> look, Supplier<String> doing, Supplier<RuntimeException> tooLate) {
        long end = System.nanoTime() + most.toNanos();
        Duration pause = times.firstPause();
        while (true) {
            Optional<T> found = ask(look);
            if (found.isPresent()) {
                return found.get();
            }
            if (System.nanoTime() - end >= 0) {
                throw tooLate.get();
            }
            pause(pause, doing.get());
            pause = pause.multipliedBy(3).dividedBy(2);
            pause = pause.compareTo(LONGEST_PAUSE) > 0 ? LONGEST_PAUSE : pause;
        }
    }

    Duration limit() {
        return limit;
    }

    Duration moment() {
        return times.moment();
    }

    StepFailed failed(String sentence, List<String> lines) {
        return new StepFailed(target + ": " + sentence, lines, changed);
    }

    Unavailable unavailable(String sentence) {
        return new Unavailable(target + ": " + sentence);
    }

    private RuntimeException passedOn(VendorFailure failure) {
        return failure.type().passes() ? unavailable(failure.getMessage()) : failed(failure.getMessage(), List.of());
    }

    private void pause(Duration time, String doing) {
        long end = System.nanoTime() + time.toNanos();
        do {
            pulse.beat(doing);
            long left = end - System.nanoTime();
            try {
                TimeUnit.NANOSECONDS.sleep(Math.max(1, Math.min(left, TimeUnit.MILLISECONDS.toNanos(500))));
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new WorkInterrupted("interrupted: " + doing, e);
            }
        } while (System.nanoTime() - end < 0);
    }
}
