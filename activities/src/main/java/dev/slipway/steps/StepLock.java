package dev.slipway.steps;

import dev.slipway.process.Pulse;
import dev.slipway.served.Served;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * One step at a time acts in an environment of this host. The record alone fences what is written; this makes a second
 * attempt wait until the first, whose worker was only cut off, has really stopped. It dies with its process.
 */
final class StepLock implements AutoCloseable {

    private static final long PAUSE_MILLIS = 100;

    private final FileChannel channel;
    private final FileLock lock;

    private StepLock(FileChannel channel, FileLock lock) {
        this.channel = channel;
        this.lock = lock;
    }

    static StepLock take(Served served, Pulse pulse) {
        Path file = served.settings()
                .state()
                .resolve("locks")
                .resolve(served.settings().service() + "@" + served.settings().environment());
        try {
            Files.createDirectories(file.getParent());
            FileChannel channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
            while (true) {
                FileLock lock = tryLock(channel);
                if (lock != null) {
                    return new StepLock(channel, lock);
                }
                try {
                    pulse.beat("waits until an earlier attempt has stopped");
                    Thread.sleep(PAUSE_MILLIS);
                } catch (RuntimeException stopped) {
                    channel.close();
                    throw stopped;
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                    channel.close();
                    throw new Unavailable("interrupted while waiting for an earlier attempt");
                }
            }
        } catch (IOException e) {
            throw new Unavailable("the lock '" + file + "' can't be taken: " + e.getMessage());
        }
    }

    private static FileLock tryLock(FileChannel channel) throws IOException {
        try {
            return channel.tryLock();
        } catch (OverlappingFileLockException ofThisProcess) {
            return null;
        }
    }

    @Override
    public void close() {
        try {
            lock.release();
            channel.close();
        } catch (IOException e) {
            // the lock ends with the process at the latest
        }
    }
}
