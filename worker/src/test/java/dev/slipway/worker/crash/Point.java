package dev.slipway.worker.crash;

import dev.slipway.steps.StepObserver;
import io.temporal.api.common.v1.Payload;
import io.temporal.api.common.v1.Payloads;
import io.temporal.api.failure.v1.Failure;
import io.temporal.common.converter.DataConverter;
import io.temporal.payload.context.SerializationContext;
import java.io.IOException;
import java.lang.reflect.Type;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;

/**
 * Where a worker's process dies: {@code began|acted|done <step>}, {@code takes <message>} (an activity that has not begun)
 * or {@code gives <message>} (a result that never reaches Temporal). Once: whoever is started after it, with the same
 * file, lives. With {@code stay } before the name it only stays there until the file's neighbour {@code .go} is written, for
 * somebody else to kill.
 *
 * @param name empty for nowhere
 * @param happened is written when it has been reached
 */
record Point(String name, Path happened) {

    private static final String STAY = "stay ";

    /** One where a worker stays until it is killed, or told to go on. */
    static Point staying(String name, Path happened) {
        return new Point(STAY + name, happened);
    }

    boolean stays() {
        return name.startsWith(STAY);
    }

    /** A worker's eyes on its steps, with this point in them. */
    StepObserver observed(StepObserver observer) {
        return new AtSteps(observer, this);
    }

    /** A worker's converter, with this point in it. */
    DataConverter observed(DataConverter converter) {
        return new AtMessages(converter, this);
    }

    private void reached(String here) {
        boolean stays = name.equals(STAY + here);
        if (!here.equals(name) && !stays) {
            return;
        }
        if (isFirstHere() && !stays) {
            // as sudden as kill -9: no hook, no finally, no flush
            Runtime.getRuntime().halt(137);
        }
        // whoever comes again, as Temporal asks a second time, stays as well
        Path go = Path.of(happened + ".go");
        while (stays && !Files.exists(go) && !Thread.currentThread().isInterrupted()) {
            LockSupport.parkNanos(20_000_000);
        }
    }

    /** Whether nobody has been here before; who has may have died here. */
    private boolean isFirstHere() {
        try {
            Files.createFile(happened);
            return true;
        } catch (FileAlreadyExistsException before) {
            return false;
        } catch (IOException e) {
            throw new IllegalStateException("the crash can't be written down", e);
        }
    }

    private record AtSteps(StepObserver observer, Point point) implements StepObserver {

        @Override
        public void began(String release, String step) {
            observer.began(release, step);
            point.reached("began " + step);
        }

        @Override
        public void acted(String release, String step) {
            observer.acted(release, step);
            point.reached("acted " + step);
        }

        @Override
        public void done(String release, String step, Duration took) {
            observer.done(release, step, took);
            point.reached("done " + step);
        }

        @Override
        public void outcome(String release, String outcome) {
            observer.outcome(release, outcome);
            point.reached("outcome " + outcome);
        }
    }

    private record AtMessages(DataConverter below, Point point) implements DataConverter {

        private void gives(Object value) {
            if (value != null) {
                point.reached("gives " + value.getClass().getSimpleName());
            }
        }

        private <T> T takes(T value) {
            if (value != null) {
                point.reached("takes " + value.getClass().getSimpleName());
            }
            return value;
        }

        @Override
        public <T> Optional<Payload> toPayload(T value) {
            gives(value);
            return below.toPayload(value);
        }

        @Override
        public <T> T fromPayload(Payload payload, Class<T> type, Type generic) {
            return takes(below.fromPayload(payload, type, generic));
        }

        @Override
        public Optional<Payloads> toPayloads(Object... values) {
            for (Object value : values) {
                gives(value);
            }
            return below.toPayloads(values);
        }

        @Override
        public <T> T fromPayloads(int index, Optional<Payloads> content, Class<T> type, Type generic) {
            return takes(below.fromPayloads(index, content, type, generic));
        }

        @Override
        public Failure exceptionToFailure(Throwable thrown) {
            return below.exceptionToFailure(thrown);
        }

        @Override
        public RuntimeException failureToException(Failure failure) {
            return below.failureToException(failure);
        }

        @Override
        public DataConverter withContext(SerializationContext context) {
            return new AtMessages(below.withContext(context), point);
        }
    }
}
