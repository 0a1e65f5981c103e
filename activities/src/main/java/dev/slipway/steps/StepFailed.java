package dev.slipway.steps;

import java.util.List;

/** A step that was tried and did not work, and would not work again. */
public final class StepFailed extends RuntimeException {

    private final transient List<String> lines;
    private final boolean changed;

    /**
     * @param lines the last lines of a child process
     * @param changed whether the world may be another one nevertheless
     */
    public StepFailed(String sentence, List<String> lines, boolean changed) {
        super(sentence);
        this.lines = List.copyOf(lines);
        this.changed = changed;
    }

    public List<String> lines() {
        return lines;
    }

    public boolean changed() {
        return changed;
    }
}
