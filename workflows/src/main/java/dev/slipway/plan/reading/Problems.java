package dev.slipway.plan.reading;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The problems found so far in one file, each place and sentence once however many anchors lead there. */
final class Problems {

    private static final int MOST = 200;

    private static final int LONGEST_SOURCE = 10_000;

    private final String file;
    private final List<String> lines;
    private final Map<String, PlanProblem> found = new LinkedHashMap<>();

    Problems(String file, String content) {
        this.file = file;
        this.lines = content.lines().toList();
    }

    void add(Located.Place place, String what, String next) {
        add(place.line(), place.column(), place.path(), what, next);
    }

    void add(int line, int column, String path, String what, String next) {
        if (found.size() < MOST) {
            String source = line >= 1 && line <= lines.size() ? shown(lines.get(line - 1)) : "";
            found.putIfAbsent(
                    line + ":" + column + ":" + what, new PlanProblem(file, line, column, path, what, next, source));
        }
    }

    /** The line, unless it may hold a password or a key: messages end up in the logs of CI. */
    private static String shown(String line) {
        int address = line.indexOf("://");
        boolean secret = address >= 0 && line.indexOf('@', address) >= 0 || line.contains("PRIVATE KEY");
        return secret || line.length() > LONGEST_SOURCE ? "" : line;
    }

    /** About what was asked for, not about a place in the file. */
    void addToRequest(String what, String next) {
        found.putIfAbsent(what, new PlanProblem("", 0, 0, "", what, next, ""));
    }

    boolean none() {
        return found.isEmpty();
    }

    List<PlanProblem> sorted() {
        List<PlanProblem> sorted = new ArrayList<>(found.values());
        sorted.sort(Comparator.comparingInt(PlanProblem::line).thenComparingInt(PlanProblem::column));
        return sorted;
    }
}
