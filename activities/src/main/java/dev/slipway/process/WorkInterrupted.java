package dev.slipway.process;

/** The caller of long work was cancelled: whatever was under way has been stopped, and is neither done nor at fault. */
public class WorkInterrupted extends RuntimeException {

    public WorkInterrupted(String message) {
        super(message);
    }

    public WorkInterrupted(String message, Throwable cause) {
        super(message, cause);
    }
}
