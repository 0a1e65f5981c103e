package dev.slipway.ledger;

import dev.slipway.trust.Namespace;
import dev.slipway.trust.Sha256;
import dev.slipway.trust.SshPublicKey;
import dev.slipway.trust.Sshsig;
import java.nio.charset.StandardCharsets;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * Whose signature counts in a record, entry by entry: that of a former key up to the last entry that it may have signed, and
 * above it that of the environment's key alone. No entry may be signed by two keys, so a key that has leaked after it was
 * retired adds nothing.
 */
final class RecordKeys {

    private final SshPublicKey current;
    private final String unsigned;

    /** The first that was retired first. */
    private final List<RetiredKey> retired;

    /** @param unsigned what is said of an entry that the key of today should have signed, and did not */
    RecordKeys(SshPublicKey current, List<RetiredKey> retired, String unsigned) {
        this.current = current;
        this.unsigned = unsigned;
        this.retired = retired.stream()
                .sorted(Comparator.comparingLong(RetiredKey::number))
                .toList();
    }

    /** The number of the last entry that a former key may have signed, which has to be there; 0 for none. */
    long named() {
        return retired.isEmpty() ? 0 : retired.get(retired.size() - 1).number();
    }

    /** The former key that was the environment's when an entry was written; none where it is the key of today. */
    Optional<RetiredKey> former(long number) {
        return retired.stream().filter(each -> number <= each.number()).findFirst();
    }

    /** Whether the key that was the environment's then signed a text of the time of an entry. */
    boolean signed(long number, String text, String signature) {
        SshPublicKey key = former(number).map(RetiredKey::key).orElse(current);
        return Sshsig.verifyBy(key, signature, Namespace.WORKER, text.getBytes(StandardCharsets.UTF_8))
                instanceof Sshsig.Check.Signed;
    }

    /** Whether an entry is the very one that the worker's file names, where it names one of this number. */
    boolean asNamed(long number, String text) {
        return former(number)
                .filter(each -> each.number() == number)
                .map(each -> each.hash().equals(Sha256.hex(text)))
                .orElse(true);
    }

    /** Refuses an entry that is not to be believed. @param name of the environment */
    void judge(String name, long number, String text, String signature) {
        if (!signed(number, text, signature)) {
            throw new RecordRefused(name + ": entry " + number + " of the record "
                    + former(number)
                            .map(each ->
                                    "is not signed by the key " + each.key().fingerprint()
                                            + ", which the worker's file names up to entry " + each.number())
                            .orElse(unsigned));
        }
        if (!asNamed(number, text)) {
            throw new RecordRefused(name + ": entry " + number + " of the record (" + Sha256.hex(text)
                    + ") is not the one that 'retired-keys' of the worker's file names: the record was forked, or the"
                    + " file names another one");
        }
    }

    /** Refuses a record that does not reach the last entry that the worker's file names. */
    void reached(String name, long newest) {
        if (newest < named()) {
            throw new RecordRefused(name + ": the record "
                    + (newest == 0 ? "is gone" : "has gone back to entry " + newest)
                    + ", but 'retired-keys' of the worker's file names entry " + named()
                    + " of it; bring the store back (nothing runs until then)");
        }
    }
}
