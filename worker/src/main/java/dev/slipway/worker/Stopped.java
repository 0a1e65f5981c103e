package dev.slipway.worker;

/** A command that can't go on, with the sentence that its user gets and the code that the shell gets. */
public final class Stopped extends RuntimeException {

    /** Wrong usage, or a broken file. */
    public static final int USAGE = 2;

    /** It did not end as it was announced. */
    public static final int FAILED = 1;

    /** Temporal does not answer. The client's commands use the same number. */
    public static final int UNREACHABLE = 18;

    private final int exitCode;

    public Stopped(int exitCode, String message) {
        super(message);
        this.exitCode = exitCode;
    }

    public int exitCode() {
        return exitCode;
    }
}
