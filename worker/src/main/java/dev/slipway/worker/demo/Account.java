package dev.slipway.worker.demo;

import java.io.PrintStream;
import java.time.Duration;
import java.util.List;

/** What a person reads while the demo runs: every line with the time since its start. */
final class Account {

    private final PrintStream out;
    private final long began = System.nanoTime();
    private boolean ended;

    Account(PrintStream out) {
        this.out = out;
    }

    void title(String text) {
        print("");
        print(time() + "  " + text);
        print("       " + "─".repeat(text.length()));
    }

    void say(String text) {
        print(time() + "  " + text);
    }

    /** A command as a person would type it. */
    void command(String who, String text) {
        print("");
        print(time() + "  " + who + " $ " + text);
    }

    /** What a command answered. */
    void answer(String line) {
        print("       │ " + line);
    }

    /** What was looked at from outside, and whether it is as announced. */
    void fact(boolean asAnnounced, String text) {
        print(time() + "  " + (asAnnounced ? "✓ " : "✗ ") + text);
    }

    void plain(String line) {
        print(line);
    }

    void table(List<List<String>> rows) {
        int columns = rows.get(0).size();
        for (List<String> row : rows) {
            StringBuilder line = new StringBuilder("  ");
            for (int i = 0; i < columns; i++) {
                int column = i;
                int width = rows.stream()
                        .mapToInt(each -> each.get(column).length())
                        .max()
                        .orElse(0);
                line.append(String.format("%-" + (width + 3) + "s", row.get(i)));
            }
            print(line.toString().stripTrailing());
        }
    }

    private String time() {
        Duration since = Duration.ofNanos(System.nanoTime() - began);
        return String.format("%02d:%02d", since.toMinutes(), since.toSecondsPart());
    }

    /** From a signal on: what is still found is found of a stage that is being taken down. */
    synchronized void ends(String last) {
        if (!ended) {
            print("");
            print(last);
            ended = true;
        }
    }

    private synchronized void print(String line) {
        if (!ended) {
            out.println(line);
            out.flush();
        }
    }
}
