package dev.slipway.cli;

import dev.slipway.record.Entry;
import dev.slipway.record.Event;
import dev.slipway.record.SignedText;
import dev.slipway.release.JournalEntry;
import dev.slipway.release.Phase;
import dev.slipway.release.ReleaseReport;
import dev.slipway.release.Waiting;
import java.io.File;
import java.io.IOException;
import java.io.PrintStream;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/**
 * A release that somebody follows: each line of its journal once, and below them, on a terminal, a few lines that are
 * drawn again with every look; elsewhere a line for each change.
 */
final class ReleaseView {

    private static final int LINES_OF_A_CHILD = 20;
    private static final int USUAL_WIDTH = 100;
    private static final Duration WIDTH_HOLDS = Duration.ofSeconds(2);

    private final Shell shell;
    private final PrintStream out;
    private final boolean redraws;
    private final Set<JournalEntry> shown = new HashSet<>();
    private String lastState = "";
    private int drawn;
    private int width;
    private Instant widthSeen = Instant.EPOCH;
    private boolean quiet;

    /** @param beside whether standard output is kept for something else */
    ReleaseView(Shell shell, boolean beside) {
        this.shell = shell;
        this.out = beside ? shell.err() : shell.out();
        this.redraws = !beside && shell.redraws();
    }

    /** From now on only how long it runs, on a terminal: what comes of it is told by somebody else. */
    ReleaseView quiet() {
        quiet = true;
        return this;
    }

    void show(ReleaseReport report) {
        clear();
        if (quiet) {
            if (redraws) {
                draw(List.of(report.phase().words()), report);
            }
            return;
        }
        journal(report);
        List<String> state = state(report);
        if (redraws) {
            draw(state, report);
        } else {
            String now = String.join("\n", state);
            // how it ended is said below, in a sentence
            boolean over = report.phase() == Phase.DONE && report.waiting().isEmpty();
            if (!now.equals(lastState) && !over) {
                state.forEach(this::line);
            }
            lastState = now;
        }
    }

    /** A line beside the story. */
    void note(String text) {
        clear();
        line(text);
    }

    /** What of its journal is left to tell when it has ended. */
    void end(ReleaseReport report) {
        clear();
        journal(report);
    }

    /** What an end has left changed, and how to take it back. */
    void left(ReleaseReport report) {
        report.changed().forEach(changed -> line("  changed: " + changed));
        if (!report.safe()) {
            line("  it is NOT safe to leave it so");
        }
        undo(report);
    }

    /** The block is gone, the lines stay. */
    void clear() {
        if (drawn > 0) {
            out.print("\r\u001b[" + drawn + "A\u001b[J");
            out.flush();
            drawn = 0;
        }
    }

    private void journal(ReleaseReport report) {
        if (quiet) {
            return;
        }
        for (JournalEntry entry : report.journal()) {
            if (shown.add(entry)) {
                line(text(entry));
                if (entry.level() == JournalEntry.Level.ERROR) {
                    List<String> lines = entry.lines();
                    lines.subList(Math.max(0, lines.size() - LINES_OF_A_CHILD), lines.size())
                            .forEach(each -> line("    | " + each));
                }
            }
        }
    }

    static String text(JournalEntry entry) {
        String mark =
                switch (entry.level()) {
                    case INFO -> " ";
                    case WARN -> "!";
                    case ERROR -> "x";
                };
        return entry.time().toString().substring(11, 19) + " " + mark + " "
                + padded(entry.phase().words(), 14) + " " + entry.text();
    }

    private List<String> state(ReleaseReport report) {
        List<String> state = new ArrayList<>();
        if (report.waiting().isEmpty()) {
            state.add(report.phase().words() + (isTold(report) ? "" : ": " + report.headline()));
        }
        for (Waiting waiting : report.waiting()) {
            state.add("waits " + words(waiting));
            if (!waiting.command().isEmpty()) {
                state.add("they type: " + waiting.command());
            }
        }
        return state;
    }

    /** Whether its headline stands in a line above, or is the last thing to be said of it. */
    private static boolean isTold(ReleaseReport report) {
        String headline = report.headline();
        return headline.isEmpty()
                || report.phase() == Phase.DONE
                // how a rollback ends, before it has ended
                || headline.endsWith("; back on " + report.version())
                || report.journal().stream().anyMatch(entry -> entry.text().contains(headline));
    }

    static String words(Waiting waiting) {
        return "for " + words(waiting.what(), waiting.who())
                + (waiting.until().isAfter(Instant.EPOCH) ? ", until " + Spans.time(waiting.until()) : "");
    }

    /** What is waited for, and of whom: they stand before a reason, which may be long. */
    static String words(String what, List<String> who) {
        String people = who.isEmpty() ? "" : " of " + String.join(", ", who);
        for (String word : List.of("a person's word", "a yes")) {
            if (what.startsWith(word) && !who.isEmpty()) {
                return word.replace("person's ", "") + people + what.substring(word.length());
            }
        }
        return what + people;
    }

    private void draw(List<String> state, ReleaseReport report) {
        int most = width();
        List<String> block = new ArrayList<>(state);
        Duration runs = Duration.between(report.started(), shell.clock().instant());
        block.set(0, "> " + report.version() + " for " + Spans.words(runs) + " | " + block.get(0));
        block.add("Ctrl-C leaves it running");
        for (String each : block) {
            out.println(Shown.cut(Shown.text(each), most - 1));
        }
        drawn = block.size();
    }

    /**
     * Only what the environment's key signed is given as a command without a warning: at the worst moment somebody pastes
     * it.
     */
    private void undo(ReleaseReport report) {
        if (report.undo().isEmpty()) {
            return;
        }
        Set<String> signed = new HashSet<>();
        report.closed().forEach(text -> signed(report, text).lines().forEach(signed::add));
        line(
                signed.containsAll(report.undo())
                        ? "  undo by hand, in this order:"
                        : "  undo by hand, in this order (Temporal's word, not signed: compare it with the notification"
                                + " before you type it):");
        report.undo().forEach(command -> line("    " + command));
    }

    /** The undo commands of an entry that the pinned key of this environment signed about this release; else nothing. */
    private String signed(ReleaseReport report, SignedText text) {
        EnvironmentName environment = new EnvironmentName(report.service(), report.environment());
        if (!new PinnedKeys(shell).believes(environment, text)) {
            return "";
        }
        try {
            Entry entry = Entry.parse(text.text());
            boolean ofThis = entry.service().equals(report.service())
                    && entry.environment().equals(report.environment())
                    && entry.event().kind() == Event.Kind.CLOSED
                    && entry.event().facts().getOrDefault("request", "").equals(report.request());
            return ofThis ? entry.event().facts().getOrDefault("undo", "") : "";
        } catch (IllegalArgumentException another) {
            // what else the key signs is no entry
            return "";
        }
    }

    private void line(String text) {
        out.println(Shown.text(text));
    }

    static String padded(String text, int width) {
        return text.length() >= width ? text : text + " ".repeat(width - text.length());
    }

    /** The terminal's width now; people turn their windows while they wait. */
    private int width() {
        Instant now = shell.clock().instant();
        if (width == 0 || Duration.between(widthSeen, now).compareTo(WIDTH_HOLDS) > 0) {
            width = measured();
            widthSeen = now;
        }
        return width;
    }

    private static int measured() {
        try {
            Process stty = new ProcessBuilder("stty", "size")
                    .redirectInput(new File("/dev/tty"))
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
            String[] size =
                    new String(stty.getInputStream().readAllBytes()).strip().split(" ");
            stty.waitFor(1, TimeUnit.SECONDS);
            return size.length == 2 ? Math.max(20, Integer.parseInt(size[1])) : USUAL_WIDTH;
        } catch (IOException | NumberFormatException unknown) {
            return USUAL_WIDTH;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return USUAL_WIDTH;
        }
    }
}
