package dev.slipway.watch;

import java.util.List;
import java.util.Optional;

/**
 * The result of a watch, bounded however long it lasted.
 *
 * @param sentence one sentence with the deciding figures
 * @param rule the rule that decided; empty when none did
 * @param state what a second watch of the same release goes on from
 * @param measurements how many there were in all
 * @param last the newest of them, at most {@value #KEPT}, oldest first
 * @param warnings a sentence for each rule that only warns and was broken for as long as it asks
 */
public record WatchOutcome(
        Verdict verdict,
        String sentence,
        Optional<Rule> rule,
        List<Judgement.Pending> pending,
        JudgeState state,
        int measurements,
        List<Measurement> last,
        List<String> warnings) {

    /** How many measurements are kept as evidence. */
    public static final int KEPT = 60;

    /** An outcome without warnings. */
    public WatchOutcome(
            Verdict verdict,
            String sentence,
            Optional<Rule> rule,
            List<Judgement.Pending> pending,
            JudgeState state,
            int measurements,
            List<Measurement> last) {
        this(verdict, sentence, rule, pending, state, measurements, last, List.of());
    }

    public WatchOutcome {
        warnings = warnings == null ? List.of() : List.copyOf(warnings);
        rule = rule == null ? Optional.empty() : rule;
        pending = pending == null ? List.of() : List.copyOf(pending);
        state = state == null ? JudgeState.start() : state;
        last = last == null ? List.of() : List.copyOf(last.subList(Math.max(0, last.size() - KEPT), last.size()));
    }
}
