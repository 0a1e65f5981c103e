package dev.slipway.release;

import java.time.Instant;
import java.util.List;

/**
 * One line of a release's journal.
 *
 * @param level INFO, WARN or ERROR
 * @param lines the last lines that a child process printed, redacted
 */
public record JournalEntry(Instant time, Phase phase, Level level, String text, List<String> lines) {

    /** How much a line matters. */
    public enum Level {
        INFO,
        WARN,
        ERROR
    }

    public JournalEntry {
        time = time == null ? Instant.EPOCH : time;
        text = text == null ? "" : text;
        lines = lines == null ? List.of() : List.copyOf(lines);
    }
}
