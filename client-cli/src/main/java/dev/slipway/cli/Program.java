package dev.slipway.cli;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Another program of this machine, asked for its output; one that hangs is ended when its time is over. */
final class Program {

    private Program() {}

    /**
     * What it prints, once it has ended well; nothing where it has not.
     *
     * @param most how long it may take, its output included
     * @throws IOException where it can't be started
     */
    static Optional<String> output(ProcessBuilder program, Duration most) throws IOException {
        Process process = program.start();
        try {
            process.getOutputStream().close();
            Reading reading = new Reading(process.getInputStream());
            if (!process.waitFor(most.toNanos(), TimeUnit.NANOSECONDS) || process.exitValue() != 0) {
                return Optional.empty();
            }
            return reading.text();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Optional.empty();
        } finally {
            process.descendants().forEach(ProcessHandle::destroyForcibly);
            process.destroyForcibly();
        }
    }

    /** On a thread of its own: what a program leaves behind may hold its pipe open for ever. */
    private static final class Reading {

        /** All that an ended program has printed lies in the pipe already. */
        private static final Duration DRAINING = Duration.ofSeconds(1);

        private final ByteArrayOutputStream read = new ByteArrayOutputStream();
        private final CompletableFuture<Boolean> whole = new CompletableFuture<>();

        Reading(InputStream from) {
            Thread reader = new Thread(
                    () -> {
                        try {
                            from.transferTo(read);
                            whole.complete(true);
                        } catch (IOException e) {
                            whole.complete(false);
                        }
                    },
                    "output of a program");
            reader.setDaemon(true);
            reader.start();
        }

        Optional<String> text() throws InterruptedException {
            try {
                if (!whole.get(DRAINING.toNanos(), TimeUnit.NANOSECONDS)) {
                    return Optional.empty();
                }
            } catch (TimeoutException heldOpen) {
                // by something that the program has left behind; it has nothing more to say itself
            } catch (ExecutionException never) {
                throw new IllegalStateException(never);
            }
            return Optional.of(read.toString(StandardCharsets.UTF_8));
        }
    }
}
