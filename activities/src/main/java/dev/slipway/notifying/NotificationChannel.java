package dev.slipway.notifying;

import dev.slipway.vendor.VendorFailure;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/** A way to reach people. A new kind is one class, one line in {@link Channels}, one subclass of the contract test. */
public interface NotificationChannel {

    /** What it is called in journals: never an address, which may hold a secret. */
    String name();

    /** @throws NotSent where it did not get there; the message says why */
    void send(Notification notification) throws NotSent;

    /** A message that did not get there. */
    final class NotSent extends Exception {
        private final boolean again;
        private final transient Optional<Duration> after;

        /** @param again whether another try may get there */
        public NotSent(String message, boolean again) {
            this(message, again, Optional.empty());
        }

        /** @param after how long the receiver wants to be left alone before another try, where it says so */
        public NotSent(String message, boolean again, Optional<Duration> after) {
            super(message);
            this.again = again;
            this.after = after;
        }

        static NotSent of(VendorFailure failure, Instant now) {
            return new NotSent(
                    failure.sentence(),
                    failure.type().passes(),
                    failure.again().map(time -> Duration.between(now, time)));
        }

        public boolean again() {
            return again;
        }

        public Optional<Duration> after() {
            return after;
        }
    }
}
