package dev.slipway.process;

import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/** What a child says, read by two threads so that it never waits for us, and kept within bounds however much it is. */
final class Output {

    private static final int LINES = 200;
    private static final int LINE_LENGTH = 2000;
    private static final int KEPT = 64 * 1024;

    private final Deque<String> lines = new ArrayDeque<>();
    private final StringBuilder kept = new StringBuilder();
    private int keptBytes;
    private boolean cut;

    Thread read(InputStream stream, boolean keep, String name) {
        Thread thread = new Thread(() -> readAll(stream, keep), name);
        thread.setDaemon(true);
        thread.start();
        return thread;
    }

    private void readAll(InputStream stream, boolean keep) {
        StringBuilder line = new StringBuilder();
        char[] buffer = new char[8192];
        try (Reader reader = new InputStreamReader(stream, StandardCharsets.UTF_8)) {
            for (int n = reader.read(buffer); n >= 0; n = reader.read(buffer)) {
                if (keep) {
                    keep(buffer, n);
                }
                for (int i = 0; i < n; i++) {
                    if (buffer[i] == '\n') {
                        add(line);
                    } else if (line.length() < LINE_LENGTH) {
                        line.append(buffer[i]);
                    }
                }
            }
        } catch (IOException gone) {
            // the pipe breaks when the child is killed while it speaks: what was heard until then counts
        }
        if (line.length() > 0) {
            add(line);
        }
    }

    private synchronized void add(StringBuilder line) {
        int end = line.length();
        if (end > 0 && line.charAt(end - 1) == '\r') {
            end--;
        }
        lines.addLast(line.substring(0, end));
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

    synchronized List<String> lastLines() {
        return new ArrayList<>(lines);
    }

    synchronized String kept() {
        return kept.toString();
    }

    synchronized boolean cut() {
        return cut;
    }
}
