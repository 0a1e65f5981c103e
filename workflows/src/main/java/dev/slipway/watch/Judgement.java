package dev.slipway.watch;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * What the judge says at one moment: FAIL is final, everything else is what it would be if the watch closed now.
 *
 * @param rule the rule that decided; empty when none did
 * @param sentence one sentence with the deciding figures
 * @param pending the rules that are broken, but not yet for long enough
 */
public record Judgement(Verdict verdict, Optional<Rule> rule, String sentence, List<Pending> pending) {
    public Judgement {
        rule = rule == null ? Optional.empty() : rule;
        pending = pending == null ? List.of() : List.copyOf(pending);
    }

    /**
     * A rule that is broken, but not yet for long enough.
     *
     * @param until when it is decided at the earliest, if it stays so
     */
    public record Pending(Rule rule, Instant since, Instant until) {}
}
