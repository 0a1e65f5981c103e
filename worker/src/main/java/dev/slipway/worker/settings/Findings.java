package dev.slipway.worker.settings;

import dev.slipway.plan.reading.PlanProblem;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.snakeyaml.engine.v2.nodes.Node;

/** The problems found so far in one worker's file. */
final class Findings {

    private final String file;
    private final List<String> lines;
    private final List<PlanProblem> found = new ArrayList<>();

    Findings(String file, String content) {
        this.file = file;
        this.lines = content.lines().toList();
    }

    void add(Node node, String path, String what, String next) {
        int line = node.getStartMark().map(mark -> mark.getLine() + 1).orElse(1);
        int column = node.getStartMark().map(mark -> mark.getColumn() + 1).orElse(1);
        add(line, column, path, what, next);
    }

    void add(int line, int column, String path, String what, String next) {
        String source = line >= 1 && line <= lines.size() ? lines.get(line - 1) : "";
        found.add(new PlanProblem(file, line, column, path, what, next, source));
    }

    boolean none() {
        return found.isEmpty();
    }

    List<PlanProblem> sorted() {
        return found.stream()
                .sorted(Comparator.comparingInt(PlanProblem::line).thenComparingInt(PlanProblem::column))
                .toList();
    }
}
