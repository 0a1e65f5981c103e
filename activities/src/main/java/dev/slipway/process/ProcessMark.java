package dev.slipway.process;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * The line in a file that says which process of this machine is at work there: its id, and its start, because ids are
 * used again.
 */
public record ProcessMark(long pid, Instant started) {

    /** The kernel tells a start as ticks since boot, and the instant of the boot moves with the clock. */
    private static final Duration SAME_START = Duration.ofSeconds(2);

    public static void write(Path file, ProcessHandle process) {
        Instant started = process.info().startInstant().orElse(Instant.EPOCH);
        try {
            Files.createDirectories(file.toAbsolutePath().getParent());
            Path fresh = file.resolveSibling(file.getFileName() + ".new");
            Files.writeString(fresh, process.pid() + " " + started + "\n");
            Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            throw new UncheckedIOException(file + ": the mark of a running process could not be written", e);
        }
    }

    public static Optional<ProcessMark> read(Path file) {
        try {
            String[] words = Files.readString(file).strip().split(" ");
            return Optional.of(new ProcessMark(Long.parseLong(words[0]), Instant.parse(words[1])));
        } catch (NoSuchFileException none) {
            return Optional.empty();
        } catch (NumberFormatException | DateTimeParseException | ArrayIndexOutOfBoundsException e) {
            throw new IllegalStateException(
                    file + " is no mark of a running process; look whether it still runs, then delete it", e);
        } catch (IOException e) {
            throw new UncheckedIOException(file + ": the mark of a running process could not be read", e);
        }
    }

    public static void remove(Path file) {
        try {
            Files.deleteIfExists(file);
        } catch (IOException e) {
            throw new UncheckedIOException(file + ": the mark of an ended process could not be deleted", e);
        }
    }

    public boolean isAlive() {
        return process().isPresent();
    }

    void awaitEnd(Duration atMost) {
        process().ifPresent(process -> {
            try {
                process.onExit().get(atMost.toMillis(), TimeUnit.MILLISECONDS);
            } catch (TimeoutException | ExecutionException stillThere) {
                // the caller looks again
            } catch (InterruptedException interrupted) {
                Thread.currentThread().interrupt();
                throw new WorkInterrupted("the wait for process " + pid + " was interrupted");
            }
        });
    }

    private Optional<ProcessHandle> process() {
        return ProcessHandle.of(pid).filter(ProcessHandle::isAlive).filter(process -> process.info()
                .startInstant()
                .map(start -> Duration.between(start, started).abs().compareTo(SAME_START) <= 0)
                .orElse(true));
    }
}
