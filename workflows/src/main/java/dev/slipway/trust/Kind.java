package dev.slipway.trust;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** What a statement says. The word in the text is the name in lower case with {@code -}. */
public enum Kind {
    REQUEST,
    APPROVE,
    REJECT,
    REVOKE,
    RETRY,
    GIVE_UP,
    FINISH,
    EXTEND,
    ROLLBACK,
    RESTORE,
    ADOPT,
    RECONCILE,
    UNLOCK,
    FREEZE,
    UNFREEZE,
    SUSPEND,
    POLICY,
    RUN;

    /** The word that stands in the statement: {@code give-up}. */
    public String word() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    public static Optional<Kind> of(String word) {
        return Arrays.stream(values()).filter(kind -> kind.word().equals(word)).findFirst();
    }
}
