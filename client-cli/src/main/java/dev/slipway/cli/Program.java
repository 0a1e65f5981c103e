package dev.slipway.cli;

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
            // on a thread of its own: who waits for the output waits for as long as anybody holds the pipe
            CompletableFuture<String> output = read(process.getInputStream());
            long end = System.nanoTime() + most.toNanos();
            if (!process.waitFor(most.toNanos(), TimeUnit.NANOSECONDS) || process.exitValue() != 0) {
                return Optional.empty();
            }
            return Optional.of(output.get(Math.max(0, end - System.nanoTime()), TimeUnit.NANOSECONDS));
        } catch (TimeoutException | ExecutionException unread) {
            return Optional.empty();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Optional.empty();
        } finally {
            process.descendants().forEach(ProcessHandle::destroyForcibly);
            process.destroyForcibly();
        }
    }

    private static CompletableFuture<String> read(InputStream from) {
        CompletableFuture<String> text = new CompletableFuture<>();
        Thread reader = new Thread(
                () -> {
                    try {
                        text.complete(new String(from.readAllBytes(), StandardCharsets.UTF_8));
                    } catch (IOException e) {
                        text.completeExceptionally(e);
                    }
                },
                "output of a program");
        reader.setDaemon(true);
        reader.start();
        return text;
    }
}
