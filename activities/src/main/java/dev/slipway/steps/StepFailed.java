package dev.slipway.steps;

import java.util.List;
import java.util.Map;

/** A step that was tried and did not work, and would not work again. */
public final class StepFailed extends RuntimeException {

    private final transient List<String> lines;
    private final transient Map<String, String> facts;
    private final boolean changed;
    private final boolean everyAttempt;

    /**
     * @param lines the last lines of a child process
     * @param changed whether the world may be another one nevertheless
     */
    public StepFailed(String sentence, List<String> lines, boolean changed) {
        this(sentence, lines, changed, false, Map.of());
    }

    private StepFailed(
            String sentence, List<String> lines, boolean changed, boolean everyAttempt, Map<String, String> facts) {
        super(sentence);
        this.lines = List.copyOf(lines);
        this.changed = changed;
        this.everyAttempt = everyAttempt;
        this.facts = Map.copyOf(facts);
    }

    /** It was seen that nothing is left, of this attempt and of every one before it. */
    public static StepFailed leavingNothing(String sentence) {
        return new StepFailed(sentence, List.of(), false, true, Map.of());
    }

    /** It was seen what is left, of all attempts. */
    public static StepFailed leaving(String sentence, Map<String, String> facts) {
        return new StepFailed(sentence, List.of(), true, true, facts);
    }

    public List<String> lines() {
        return lines;
    }

    public boolean changed() {
        return changed;
    }

    /** Whether what it says of changes is about the attempts before it too. */
    boolean everyAttempt() {
        return everyAttempt;
    }

    /** What is known of what it left. */
    Map<String, String> facts() {
        return facts;
    }
}
