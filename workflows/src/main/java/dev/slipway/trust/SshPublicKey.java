package dev.slipway.trust;

import java.util.Base64;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * An SSH public key as one line of a {@code .pub} file holds it. Two keys are the same key if their blobs are equal byte
 * for byte ({@link #sameKey}); the comment is only what somebody called it.
 *
 * @param type {@code ssh-ed25519}, {@code sk-ssh-ed25519@openssh.com} or {@code ecdsa-sha2-nistp256}, {@code -384}, {@code -521}
 * @param blob the raw key in SSH's wire format, as canonical base64
 * @param comment one line, may be empty
 */
public record SshPublicKey(String type, String blob, String comment) {

    private static final Pattern LINE = Pattern.compile("(\\S+)[ \t]+(\\S+)(?:[ \t]+(.*))?");

    /** @throws IllegalArgumentException if the blob is not exactly one key of this type */
    public SshPublicKey {
        comment = comment == null ? "" : comment.strip();
        problem(type, blob, comment).ifPresent(problem -> {
            throw new IllegalArgumentException(problem);
        });
    }

    /**
     * Reads {@code type base64 [comment]}. Options in front, as {@code authorized_keys} allows them, are refused: nothing
     * here would obey them.
     */
    public static SshPublicKey parse(String line) throws UnusableKey {
        Matcher parts = LINE.matcher(line.strip());
        if (!parts.matches()) {
            throw new UnusableKey("public key " + Plain.quoted(line.strip())
                    + " is not of the form 'ssh-ed25519 AAAA… comment': give the line of the .pub file");
        }
        String comment = parts.group(3) == null ? "" : parts.group(3).strip();
        Optional<String> problem = problem(parts.group(1), parts.group(2), comment);
        if (problem.isPresent()) {
            throw new UnusableKey("public key " + Plain.quoted(line.strip()) + ": " + problem.get());
        }
        return new SshPublicKey(parts.group(1), parts.group(2), comment);
    }

    /** What {@code ssh-keygen -l} prints: {@code SHA256:} and the hash of the blob in base64 without padding. */
    public String fingerprint() {
        return "SHA256:" + Base64.getEncoder().withoutPadding().encodeToString(Sha256.of(bytes()));
    }

    /** The same hash as the fingerprint, as the hex that a statement's {@code about} takes. */
    public String sha256() {
        return Sha256.hex(bytes());
    }

    public boolean sameKey(SshPublicKey other) {
        return blob.equals(other.blob);
    }

    /** The line of a {@code .pub} file, without its end of line. */
    public String line() {
        return comment.isEmpty() ? type + " " + blob : type + " " + blob + " " + comment;
    }

    byte[] bytes() {
        return Base64.getDecoder().decode(blob);
    }

    static SshPublicKey of(byte[] blob, String comment) throws Refusal {
        VerifyingKey.parse(blob);
        String type = new WireReader(blob, "the public key").name();
        return new SshPublicKey(type, Base64.getEncoder().encodeToString(blob), comment);
    }

    private static Optional<String> problem(String type, String blob, String comment) {
        if (!VerifyingKey.TYPES.contains(type)) {
            return Optional.of("a key of type " + Plain.quoted(type) + " is not taken; use one of "
                    + String.join(", ", VerifyingKey.TYPES));
        }
        if (Plain.firstHidden(comment).isPresent()) {
            return Optional.of("its comment " + Plain.quoted(comment) + " holds control or invisible characters");
        }
        try {
            byte[] bytes = Armor.base64(blob, "the public key");
            VerifyingKey.parse(bytes);
            String inside = new WireReader(bytes, "the public key").name();
            return inside.equals(type)
                    ? Optional.empty()
                    : Optional.of("the line says " + type + " but the key inside is " + inside);
        } catch (Refusal refusal) {
            return Optional.of(refusal.getMessage());
        }
    }
}
