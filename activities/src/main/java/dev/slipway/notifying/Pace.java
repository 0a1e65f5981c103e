package dev.slipway.notifying;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

/** Keeps what one receiver is sent apart: Slack takes one message a second in each channel. */
final class Pace {

    private final Duration apart;
    private final Map<String, Long> next = new ConcurrentHashMap<>();

    Pace(Duration apart) {
        this.apart = apart;
    }

    /** Returns when it is this message's turn. */
    void await(String receiver) throws InterruptedException {
        long now = System.nanoTime();
        long turn = next.merge(receiver, now, (taken, asked) -> Math.max(taken + apart.toNanos(), asked));
        TimeUnit.NANOSECONDS.sleep(turn - now);
    }
}
