package dev.slipway.release;

import io.temporal.workflow.Workflow;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** What happened in a release, line by line, bounded. */
public final class Journal {

    /** Before a command for a person's hands. */
    static final String UNDO = "undo by hand: ";

    private static final int KEPT = 400;

    private final List<JournalEntry> entries = new ArrayList<>();

    public void info(Phase phase, String text) {
        add(phase, JournalEntry.Level.INFO, text, List.of());
    }

    public void info(Phase phase, String text, List<String> lines) {
        add(phase, JournalEntry.Level.INFO, text, lines);
    }

    public void warn(Phase phase, String text) {
        add(phase, JournalEntry.Level.WARN, text, List.of());
    }

    public void warn(Phase phase, String text, List<String> lines) {
        add(phase, JournalEntry.Level.WARN, text, lines);
    }

    /** For what is found again and again while a release waits: it must not push the end of the story out. */
    public void warnOnce(Phase phase, String text) {
        if (entries.stream().noneMatch(entry -> entry.text().equals(text))) {
            warn(phase, text);
        }
    }

    public void error(Phase phase, String text, List<String> lines) {
        add(phase, JournalEntry.Level.ERROR, text, lines);
    }

    /** For what a person has said, and what then stops a release for that very reason. */
    public void errorOnce(Phase phase, String text, List<String> lines) {
        if (entries.stream().noneMatch(entry -> entry.text().equals(text))) {
            error(phase, text, lines);
        }
    }

    public List<JournalEntry> entries() {
        return List.copyOf(entries);
    }

    private void add(Phase phase, JournalEntry.Level level, String text, List<String> lines) {
        if (entries.size() < KEPT) {
            entries.add(
                    new JournalEntry(Instant.ofEpochMilli(Workflow.currentTimeMillis()), phase, level, text, lines));
        }
    }
}
