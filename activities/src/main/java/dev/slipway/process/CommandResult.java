package dev.slipway.process;

import java.time.Duration;
import java.util.List;

/**
 * What a command left behind.
 *
 * @param exitCode the program's own; 128 + the signal when a signal ended it
 * @param lastLines at most the last 200 lines of stdout and stderr in the order of their arrival, each cut at
 *     {@link #LONGEST_LINE}
 * @param output stdout from its beginning, at most 64 KiB
 * @param outputCut whether stdout was longer than that
 * @param took from start to end
 * @param timedOut whether it was stopped because its time was over
 */
public record CommandResult(
        int exitCode, List<String> lastLines, String output, boolean outputCut, Duration took, boolean timedOut) {

    /** In characters. */
    public static final int LONGEST_LINE = 2000;

    public CommandResult {
        lastLines = List.copyOf(lastLines);
    }

    /** Whether the program ended by itself and said that all is well. */
    public boolean succeeded() {
        return exitCode == 0 && !timedOut;
    }
}
