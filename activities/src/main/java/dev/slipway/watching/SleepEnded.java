package dev.slipway.watching;

/** Nobody wants the rest of a sleep, nor another round: the watch is judged by what it has seen. */
final class SleepEnded extends RuntimeException {
    SleepEnded() {
        super("the watch was ended while it slept", null, false, false);
    }
}
