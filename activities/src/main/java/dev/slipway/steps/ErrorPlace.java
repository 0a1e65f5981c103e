package dev.slipway.steps;

/** Which Error it was, and where. Its message may hold a secret, and is left out. */
public final class ErrorPlace {

    private ErrorPlace() {}

    public static String of(Error error) {
        StackTraceElement[] stack = error.getStackTrace();
        return error.getClass().getName() + " at " + (stack.length == 0 ? "an unknown place" : stack[0]);
    }
}
