package dev.slipway.database.backup;

import dev.slipway.process.Pulse;
import dev.slipway.process.WorkInterrupted;
import java.util.concurrent.TimeUnit;

/** The pace of an upload: not faster than was asked for, and told how far it is. */
final class PacedUpload {

    private static final long BEAT_NANOS = 500_000_000L;

    private final long rate;
    private final long all;
    private final Pulse pulse;
    private final long start = System.nanoTime();
    private long sent;

    /**
     * @param rate bytes per second, 0 for any
     * @param all the bytes of all files
     */
    PacedUpload(long rate, long all, Pulse pulse) {
        this.rate = rate;
        this.all = all;
        this.pulse = pulse;
    }

    /** Waits until the next bytes may go. */
    void before(int bytes) {
        pulse.beat("uploaded " + sent + " of " + all + " bytes");
        while (rate > 0 && ahead() > 0) {
            try {
                TimeUnit.NANOSECONDS.sleep(Math.min(ahead(), BEAT_NANOS));
            } catch (InterruptedException interrupted) {
                Thread.currentThread().interrupt();
                throw new WorkInterrupted("the upload was stopped: the worker's thread was interrupted");
            }
            pulse.beat("uploaded " + sent + " of " + all + " bytes");
        }
        sent += bytes;
    }

    private long ahead() {
        return (long) (sent * 1e9 / rate) - (System.nanoTime() - start);
    }
}
