package dev.slipway.process;

import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.stream.Stream;

/** What a child says, read by two threads so that it never waits for us, and kept within bounds however much it is. */
final class Output {

    private static final int LINES = 200;

    /** Two pipes have no common order, and a flood in one must not wash away why it ended, in the other. */
    private static final int LINES_OF_EACH = 50;

    private static final int KEPT = 64 * 1024;

    private record Line(long order, String text) {}

    private final List<Deque<Line>> streams = new ArrayList<>();
    private long spoken;
    private final StringBuilder kept = new StringBuilder();
    private int keptBytes;
    private boolean cut;

    Thread read(InputStream stream, boolean keep, String name) {
        Deque<Line> lines = new ArrayDeque<>();
        synchronized (this) {
            streams.add(lines);
        }
        Thread thread = new Thread(() -> readAll(stream, keep, lines), name);
        thread.setDaemon(true);
        thread.start();
        return thread;
    }

    private void readAll(InputStream stream, boolean keep, Deque<Line> lines) {
        StringBuilder line = new StringBuilder();
        char[] buffer = new char[8192];
        try (Reader reader = new InputStreamReader(stream, StandardCharsets.UTF_8)) {
            for (int n = reader.read(buffer); n >= 0; n = reader.read(buffer)) {
                if (keep) {
                    keep(buffer, n);
                }
                for (int i = 0; i < n; i++) {
                    if (buffer[i] == '\n') {
                        add(line, lines);
                    } else if (line.length() < CommandResult.LONGEST_LINE) {
                        line.append(buffer[i]);
                    }
                }
            }
        } catch (IOException gone) {
            // the pipe breaks when the child is killed while it speaks: what was heard until then counts
        }
        if (line.length() > 0) {
            add(line, lines);
        }
    }

    private synchronized void add(StringBuilder line, Deque<Line> lines) {
        int end = line.length();
        if (end > 0 && line.charAt(end - 1) == '\r') {
            end--;
        }
        lines.addLast(new Line(spoken++, line.substring(0, end)));
        if (lines.size() > LINES) {
            lines.removeFirst();
        }
        line.setLength(0);
    }

    private synchronized void keep(char[] buffer, int n) {
        for (int i = 0; i < n && !cut; i++) {
            char c = buffer[i];
            int bytes = c < 0x80 ? 1 : c < 0x800 || Character.isSurrogate(c) ? 2 : 3;
            if (keptBytes + bytes > KEPT) {
                cut = true;
            } else {
                keptBytes += bytes;
                kept.append(c);
            }
        }
    }

    /** The last lines of all streams in the order in which they were heard, with some of each. */
    synchronized List<String> lastLines() {
        List<Line> surely = new ArrayList<>();
        List<Line> others = new ArrayList<>();
        for (Deque<Line> lines : streams) {
            int rest = Math.max(0, lines.size() - LINES_OF_EACH);
            lines.stream().limit(rest).forEach(others::add);
            lines.stream().skip(rest).forEach(surely::add);
        }
        Stream<Line> newest = others.stream()
                .sorted(Comparator.comparingLong(Line::order).reversed())
                .limit(LINES - surely.size());
        return Stream.concat(surely.stream(), newest)
                .sorted(Comparator.comparingLong(Line::order))
                .map(Line::text)
                .toList();
    }

    synchronized String kept() {
        return kept.toString();
    }

    synchronized boolean cut() {
        return cut;
    }
}
