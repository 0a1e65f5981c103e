package dev.slipway.record;

/**
 * A text with the signature of an environment's key (namespace {@code slipway-worker}): a review, a record entry, a
 * receipt. Verifiable byte for byte by {@code ssh-keygen -Y verify}.
 *
 * @param text exactly what was signed, with its final newline
 * @param signature armored SSHSIG
 */
public record SignedText(String text, String signature) {
    public SignedText {
        text = text == null ? "" : text;
        signature = signature == null ? "" : signature;
    }
}
