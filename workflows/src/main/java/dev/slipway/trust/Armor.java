package dev.slipway.trust;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;

/** Base64 between a BEGIN and an END line, as OpenSSH writes signatures and private keys. */
final class Armor {

    static final String SIGNATURE = "SSH SIGNATURE";
    static final String PRIVATE_KEY = "OPENSSH PRIVATE KEY";

    /** ssh-keygen's own width; whatever reads it does not care. */
    private static final int WIDTH = 70;

    /** The largest thing that is read here, an environment's key with a long comment, is a tenth of this. */
    private static final int LIMIT = 16 * 1024;

    private Armor() {}

    static String wrap(String label, byte[] bytes) {
        Base64.Encoder lines = Base64.getMimeEncoder(WIDTH / 4 * 4, new byte[] {'\n'});
        return begin(label) + "\n" + lines.encodeToString(bytes) + "\n" + end(label) + "\n";
    }

    static byte[] unwrap(String label, String text, String subject) throws Refusal {
        if (text.length() > LIMIT) {
            throw new Refusal(subject + " is longer than " + LIMIT + " characters");
        }
        List<String> lines = Arrays.asList(text.strip().split("\r?\n", -1));
        if (lines.size() < 3
                || !lines.get(0).equals(begin(label))
                || !lines.get(lines.size() - 1).equals(end(label))) {
            throw new Refusal(subject + " does not stand between '" + begin(label) + "' and '" + end(label) + "'");
        }
        return base64(String.join("", lines.subList(1, lines.size() - 1)), subject);
    }

    /** Canonical base64 only: Java's decoder alone would also take missing padding and stray low bits. */
    static byte[] base64(String text, String subject) throws Refusal {
        try {
            byte[] bytes = Base64.getDecoder().decode(text.getBytes(StandardCharsets.ISO_8859_1));
            if (Base64.getEncoder().encodeToString(bytes).equals(text)) {
                return bytes;
            }
        } catch (IllegalArgumentException e) {
            // refused below, like the text that decodes but is not canonical
        }
        throw new Refusal(subject + " is not valid base64");
    }

    private static String begin(String label) {
        return "-----BEGIN " + label + "-----";
    }

    private static String end(String label) {
        return "-----END " + label + "-----";
    }
}
