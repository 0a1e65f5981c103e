package dev.slipway.notifying;

/** A way to reach people. A new kind is one class, one line in {@link Notifying}, one subclass of the contract test. */
public interface NotificationChannel {

    /** What it is called in journals: never an address, which may hold a secret. */
    String name();

    /** @throws NotSent where it did not get there; the message says why */
    void send(Notification notification) throws NotSent;

    /** A message that did not get there. */
    final class NotSent extends Exception {
        private final boolean again;

        /** @param again whether another try may get there */
        public NotSent(String message, boolean again) {
            super(message);
            this.again = again;
        }

        public boolean again() {
            return again;
        }
    }
}
