package dev.slipway.plan;

import java.util.Collection;
import java.util.Optional;
import org.apache.commons.text.similarity.LevenshteinDistance;

/** The known word that a mistyped one is most likely to mean. */
public final class Nearest {

    private static final int FARTHEST = 3;

    private Nearest() {}

    static Optional<String> to(String word, Collection<String> known) {
        // at most every third letter may differ: two short words are near each other without having anything in common
        int farthest = Math.min(FARTHEST, Math.max(1, word.length() / 3));
        LevenshteinDistance distance = new LevenshteinDistance(farthest);
        String nearest = "";
        int least = farthest + 1;
        for (String candidate : known) {
            if (Math.abs(candidate.length() - word.length()) >= least + 1) {
                continue;
            }
            int letters = distance.apply(word, candidate);
            boolean nearer = letters >= 0 && letters < least;
            // of two that are as near the first by name, so that every machine says the same
            if (nearer || letters == least && candidate.compareTo(nearest) < 0) {
                nearest = candidate;
                least = letters;
            }
        }
        return nearest.isEmpty() ? Optional.empty() : Optional.of(nearest);
    }

    /** A question that names it; empty where none is near. */
    public static String asked(String word, Collection<String> known) {
        return to(word, known).map(near -> "did you mean `" + near + "`?").orElse("");
    }
}
