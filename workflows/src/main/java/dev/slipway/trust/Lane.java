package dev.slipway.trust;

import java.util.Arrays;
import java.util.Optional;

/** The way a release takes: the normal one, or the hotfix one with its own approvals. A freeze has none. */
public enum Lane {
    NONE("-"),
    NORMAL("normal"),
    HOTFIX("hotfix");

    private final String word;

    Lane(String word) {
        this.word = word;
    }

    /** The word that stands in the statement, {@code -} for none. */
    public String word() {
        return word;
    }

    public static Optional<Lane> of(String word) {
        return Arrays.stream(values()).filter(lane -> lane.word.equals(word)).findFirst();
    }
}
