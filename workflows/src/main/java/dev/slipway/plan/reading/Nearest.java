package dev.slipway.plan.reading;

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
        long letters = letters(word);
        String nearest = "";
        int least = farthest + 1;
        for (String candidate : known) {
            if (Math.abs(candidate.length() - word.length()) > least || apart(letters, letters(candidate)) > least) {
                continue;
            }
            int edits = distance.apply(word, candidate);
            boolean nearer = edits >= 0 && edits < least;
            // of two that are as near the first by name, so that every machine says the same
            if (nearer || edits == least && candidate.compareTo(nearest) < 0) {
                nearest = candidate;
                least = edits;
            }
        }
        return nearest.isEmpty() ? Optional.empty() : Optional.of(nearest);
    }

    /** Which letters a word has, of 64 kinds. */
    private static long letters(String word) {
        long letters = 0;
        for (int at = 0; at < word.length(); at++) {
            letters |= 1L << word.charAt(at);
        }
        return letters;
    }

    /** The distance of two words is never less: each kind of letter that only one of them has is an edit of its own. */
    private static int apart(long one, long other) {
        return Math.max(Long.bitCount(one & ~other), Long.bitCount(other & ~one));
    }

    /** A question that names it; empty where none is near. */
    public static String asked(String word, Collection<String> known) {
        return to(word, known).map(near -> "did you mean `" + near + "`?").orElse("");
    }
}
