package dev.slipway.steps;

import dev.slipway.process.Pulse;
import dev.slipway.served.Served;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;

/**
 * One step at a time acts in an environment of this host. The record alone fences what is written; this makes a second
 * attempt wait until the first, whose worker was only cut off, has really stopped. It dies with its process.
 */
final class StepLock implements AutoCloseable {

    private static final long PAUSE_MILLIS = 100;

    /**
     * Of this process only one attempt has the file open: closing any channel of a file gives up every lock that the
     * process has on it.
     */
    private static final Map<Path, Semaphore> TURNS = new ConcurrentHashMap<>();

    private final Semaphore turn;
    private final FileChannel channel;
    private final FileLock lock;

    private StepLock(Semaphore turn, FileChannel channel, FileLock lock) {
        this.turn = turn;
        this.channel = channel;
        this.lock = lock;
    }

    static StepLock take(Served served, Pulse pulse) {
        Path file = served.settings()
                .storage()
                .state()
                .resolve("locks")
                .resolve(served.settings().service() + "@" + served.settings().environment());
        Semaphore turn = TURNS.computeIfAbsent(file.toAbsolutePath().normalize(), any -> new Semaphore(1));
        while (!turn.tryAcquire()) {
            pause(pulse);
        }
        try {
            return locked(turn, file, pulse);
        } catch (IOException e) {
            turn.release();
            throw new Unavailable("the lock '" + file + "' can't be taken: " + e.getMessage());
        } catch (RuntimeException stopped) {
            turn.release();
            throw stopped;
        }
    }

    private static StepLock locked(Semaphore turn, Path file, Pulse pulse) throws IOException {
        Files.createDirectories(file.getParent());
        FileChannel channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        try {
            while (true) {
                FileLock lock = channel.tryLock();
                if (lock != null) {
                    return new StepLock(turn, channel, lock);
                }
                pause(pulse);
            }
        } catch (IOException | RuntimeException stopped) {
            channel.close();
            throw stopped;
        }
    }

    private static void pause(Pulse pulse) {
        pulse.beat("waits until an earlier attempt has stopped");
        try {
            Thread.sleep(PAUSE_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new Unavailable("interrupted while waiting for an earlier attempt");
        }
    }

    @Override
    public void close() {
        try {
            lock.release();
            channel.close();
        } catch (IOException e) {
            // the lock ends with the process at the latest
        } finally {
            turn.release();
        }
    }
}
