package dev.slipway.trust;

import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.PrivateKey;
import java.security.Signature;
import java.util.Arrays;

/**
 * A signature over a text in OpenSSH's own format (PROTOCOL.sshsig), as {@code ssh-keygen -Y sign} makes it.
 *
 * <p>Stricter than ssh-keygen where it costs nothing: exact names, an empty reserved field, no byte after the end,
 * canonical base64 and a touch for security keys. Signatures stay malleable all the same, so nothing may be identified by
 * its signature.
 */
public final class Sshsig {

    private static final String MAGIC = "SSHSIG";
    private static final int VERSION = 1;

    private Sshsig() {}

    /** What a signature turned out to be. */
    public sealed interface Check {

        /** Genuine, and made with this key. Whose key it is, and what it may say, is another question. */
        record Signed(SshPublicKey key) implements Check {}

        /** Not genuine. @param why a sentence for the person who has to do something about it */
        record Refused(String why) implements Check {}
    }

    /** Says who signed the message, for any key that made a genuine signature. Never throws, whatever the bytes. */
    public static Check verify(String armored, String namespace, byte[] message) {
        try {
            return new Check.Signed(signer(armored, namespace, message));
        } catch (Refusal refusal) {
            return new Check.Refused(refusal.getMessage());
        } catch (GeneralSecurityException | RuntimeException e) {
            // Java's own providers throw half a dozen unchecked exceptions over hostile numbers
            return new Check.Refused(VerifyingKey.doesNotMatch().getMessage());
        }
    }

    /** The same, but only this one key counts. */
    public static Check verifyBy(SshPublicKey expected, String armored, String namespace, byte[] message) {
        Check check = verify(armored, namespace, message);
        if (check instanceof Check.Signed signed && !signed.key().sameKey(expected)) {
            return new Check.Refused(
                    "signed by key " + signed.key().fingerprint() + ", expected " + expected.fingerprint());
        }
        return check;
    }

    static String sign(PrivateKey privateKey, SshPublicKey publicKey, String namespace, byte[] message) {
        try {
            Signature signer = Signature.getInstance("Ed25519");
            signer.initSign(privateKey);
            signer.update(signedBytes(
                    namespace, "sha512", MessageDigest.getInstance("SHA-512").digest(message)));
            byte[] signature = new WireWriter()
                    .string(Ed25519Key.TYPE)
                    .string(signer.sign())
                    .bytes();
            byte[] envelope = new WireWriter()
                    .ascii(MAGIC)
                    .uint32(VERSION)
                    .string(publicKey.bytes())
                    .string(namespace)
                    .string("")
                    .string("sha512")
                    .string(signature)
                    .bytes();
            return Armor.wrap(Armor.SIGNATURE, envelope);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this Java cannot sign with ed25519", e);
        }
    }

    private static SshPublicKey signer(String armored, String namespace, byte[] message)
            throws Refusal, GeneralSecurityException {
        WireReader envelope = new WireReader(Armor.unwrap(Armor.SIGNATURE, armored, "the signature"), "the signature");
        if (!Arrays.equals(
                envelope.take(MAGIC.length()), new WireWriter().ascii(MAGIC).bytes())) {
            throw new Refusal("the signature is not in OpenSSH's format; sign with: ssh-keygen -Y sign");
        }
        if (envelope.uint32() != VERSION) {
            throw new Refusal("the signature is of another version than " + VERSION);
        }
        byte[] blob = envelope.string();
        VerifyingKey key = VerifyingKey.parse(blob);
        SshPublicKey publicKey = SshPublicKey.of(blob, "");
        String signedNamespace = envelope.name();
        if (!signedNamespace.equals(namespace)) {
            throw new Refusal("the signature was made for namespace " + Plain.quoted(signedNamespace) + ", not for '"
                    + namespace + "'");
        }
        if (envelope.string().length != 0) {
            throw new Refusal("the signature fills a field that is reserved");
        }
        String hash = envelope.name();
        WireReader signature = envelope.nested("the signature");
        envelope.end();
        String algorithm = signature.name();
        if (!algorithm.equals(publicKey.type())) {
            throw new Refusal(
                    "the signature's algorithm " + Plain.quoted(algorithm) + " is not its key's, " + publicKey.type());
        }
        key.verify(signedBytes(namespace, hash, hashed(hash, message)), signature);
        return publicKey;
    }

    private static byte[] hashed(String hash, byte[] message) throws Refusal, GeneralSecurityException {
        return switch (hash) {
            case "sha512" -> MessageDigest.getInstance("SHA-512").digest(message);
            case "sha256" -> Sha256.of(message);
            default -> throw new Refusal("the signature uses hash " + Plain.quoted(hash) + ", not sha512 or sha256");
        };
    }

    private static byte[] signedBytes(String namespace, String hash, byte[] hashed) {
        return new WireWriter()
                .ascii(MAGIC)
                .string(namespace)
                .string("")
                .string(hash)
                .string(hashed)
                .bytes();
    }
}
